package org.sallyport.sandbox.internal.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What a class file declares, and all that its constant pool names: what a class calls, reads, refers to, holds as a handle or
 * asks a bootstrap method for has an entry there (JVMS 4.4), so nothing is missed. The class is not loaded.
 *
 * @param version of its format, such as 61 for Java 17
 * @param parents its superclass, if it has one, then its interfaces
 * @param members what it declares, name and descriptor, with access flags
 * @param classes classes that it mentions
 * @param refs members that it names
 * @param handles of those, the ones that it holds as handles: for lambdas, and for bootstrap methods
 */
public record ClassFacts(
        String name,
        int version,
        int access,
        List<String> parents,
        Map<String, Integer> members,
        Set<String> classes,
        Set<Ref> refs,
        Set<Ref> handles) {
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int HANDLE = 15;

    /** A member that is named. */
    public record Ref(String owner, String name, String descriptor) {}

    /** @throws IllegalArgumentException if it is no class file, damaged, or of a newer Java than the reader knows */
    public static ClassFacts read(byte[] content) {
        try {
            return read(new ClassReader(content));
        } catch (IndexOutOfBoundsException | NegativeArraySizeException | NullPointerException | ClassCastException e) {
            // The library trusts what it reads, and fails by whatever a wrong index leads to.
            throw new IllegalArgumentException("no class file, or a damaged one", e);
        }
    }

    private static ClassFacts read(ClassReader reader) {
        if (reader.readInt(0) != 0xCAFEBABE) {
            throw new IllegalArgumentException("no class file");
        }
        Set<String> classes = new LinkedHashSet<>();
        Set<Ref> refs = new LinkedHashSet<>();
        Set<Ref> handles = new LinkedHashSet<>();
        char[] buffer = new char[reader.getMaxStringLength()];
        for (int i = 1; i < reader.getItemCount(); i++) {
            int at = reader.getItem(i);
            if (at == 0) {
                continue; // Numbers of eight bytes take two places.
            }
            switch (reader.readByte(at - 1)) {
                case CLASS -> classes.add(text(reader, at, buffer));
                case FIELD, METHOD, INTERFACE_METHOD -> refs.add(ref(reader, at, buffer));
                case HANDLE -> handles.add(ref(reader, reader.getItem(reader.readUnsignedShort(at + 1)), buffer));
                default -> {}
            }
        }
        Head head = new Head();
        reader.accept(head, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return new ClassFacts(
                reader.getClassName(),
                reader.readUnsignedShort(6),
                reader.getAccess(),
                List.copyOf(head.parents),
                head.members,
                classes,
                refs,
                handles);
    }

    private static Ref ref(ClassReader reader, int at, char[] buffer) {
        int what = reader.getItem(reader.readUnsignedShort(at + 2));
        return new Ref(reader.readClass(at, buffer), text(reader, what, buffer), text(reader, what + 2, buffer));
    }

    private static String text(ClassReader reader, int at, char[] buffer) {
        String text = reader.readUTF8(at, buffer);
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException("a name that is missing");
        }
        return text;
    }

    boolean isInterface() {
        return (access & Opcodes.ACC_INTERFACE) != 0;
    }

    public boolean isPublic() {
        return (access & Opcodes.ACC_PUBLIC) != 0;
    }

    /** Package of its name, without a slash at the end. */
    public static String packageOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    private static final class Head extends ClassVisitor {
        private final List<String> parents = new ArrayList<>();
        private final Map<String, Integer> members = new HashMap<>();

        Head() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            if (parent != null) {
                parents.add(parent);
            }
            parents.addAll(List.of(interfaces));
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            members.put(name + descriptor, access);
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            members.put(name + descriptor, access);
            return null;
        }
    }
}
