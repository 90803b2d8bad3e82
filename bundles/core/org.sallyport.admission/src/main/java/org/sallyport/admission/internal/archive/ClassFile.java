package org.sallyport.admission.internal.archive;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a class file says in its head and its constant pool (JVMS 4.1, 4.4). The class is neither loaded nor verified.
 *
 * @param java the Java release that its format belongs to
 * @param methods the methods of other classes that it names, as {@code java/lang/System.exit}; by a call, a method
 *     reference or a method handle, which all need an entry of the constant pool
 */
record ClassFile(int java, Set<String> methods) {
    private static final int MAGIC = 0xCAFEBABE;

    /** The class file version of Java 1.0, less one. */
    private static final int BEFORE_JAVA = 44;

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;

    /** @param name of the entry, for the message */
    static ClassFile read(String name, byte[] content) throws ArchiveException {
        try {
            return read(ByteBuffer.wrap(content));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ArchiveException("code", "its entry [" + name + "] is no class file, or it is damaged");
        }
    }

    private static ClassFile read(ByteBuffer in) {
        if (in.getInt() != MAGIC) {
            throw new IllegalArgumentException();
        }
        u2(in);
        int java = u2(in) - BEFORE_JAVA;
        int count = u2(in);
        int[] tags = new int[count];
        int[] places = new int[count];
        for (int i = 1; i < count; i++) {
            tags[i] = in.get();
            places[i] = in.position();
            int length = length(tags[i], in);
            in.position(in.position() + length);
            if (tags[i] == 5 || tags[i] == 6) {
                i++; // Numbers of eight bytes take two places.
            }
        }
        Set<String> methods = new LinkedHashSet<>();
        for (int i = 1; i < count; i++) {
            if (tags[i] == METHOD || tags[i] == INTERFACE_METHOD) {
                int owner = in.getShort(places[i]) & 0xFFFF;
                int what = in.getShort(places[i] + 2) & 0xFFFF;
                methods.add(named(in, tags, places, owner, CLASS) + "." + named(in, tags, places, what, NAME_AND_TYPE));
            }
        }
        return new ClassFile(java, methods);
    }

    /** The name that an entry of this tag begins with a reference to. */
    private static String named(ByteBuffer in, int[] tags, int[] places, int index, int tag) {
        int name = tags[index] == tag ? in.getShort(places[index]) & 0xFFFF : 0;
        if (tags[name] != UTF8) {
            throw new IllegalArgumentException();
        }
        int at = places[name];
        // Modified UTF-8 differs from UTF-8 only for characters that no name looked for here has.
        return new String(in.array(), at + 2, in.getShort(at) & 0xFFFF, StandardCharsets.UTF_8);
    }

    private static int length(int tag, ByteBuffer in) {
        return switch (tag) {
            case UTF8 -> 2 + (in.getShort(in.position()) & 0xFFFF);
            case CLASS, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, METHOD, INTERFACE_METHOD, NAME_AND_TYPE, 17, 18 -> 4;
            case 5, 6 -> 8;
            default -> throw new IllegalArgumentException();
        };
    }

    private static int u2(ByteBuffer in) {
        return in.getShort() & 0xFFFF;
    }
}
