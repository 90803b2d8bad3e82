package org.sallyport.sandbox.internal.weave;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.sallyport.sandbox.woven.Meter;

/** Members of Java that woven code does not call as it stands. Immutable. */
final class Changes {
    static final String METER = Type.getInternalName(Meter.class);

    private static final String STATIC = "static ";

    /** Members whose place a method of {@link Meter} takes: owner, name and descriptor. */
    private static final String[] REPLACED = {
        "java/lang/String.repeat(I)Ljava/lang/String;",
        "java/lang/String.matches(Ljava/lang/String;)Z",
        "java/lang/String.replaceAll(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;",
        "java/lang/String.replaceFirst(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;",
        "java/lang/String.split(Ljava/lang/String;)[Ljava/lang/String;",
        "java/lang/String.split(Ljava/lang/String;I)[Ljava/lang/String;",
        "java/lang/String.formatted([Ljava/lang/Object;)Ljava/lang/String;",
        "static java/lang/String.format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String;",
        "static java/lang/String.format(Ljava/util/Locale;Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String;",
        "java/util/Formatter.format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/util/Formatter;",
        "java/util/Formatter.format(Ljava/util/Locale;Ljava/lang/String;[Ljava/lang/Object;)Ljava/util/Formatter;",
        "java/math/BigInteger.pow(I)Ljava/math/BigInteger;",
        "java/math/BigInteger.shiftLeft(I)Ljava/math/BigInteger;",
        "java/math/BigDecimal.pow(I)Ljava/math/BigDecimal;",
        "java/math/BigDecimal.toBigInteger()Ljava/math/BigInteger;",
        "java/math/BigDecimal.toPlainString()Ljava/lang/String;",
        "java/math/BigDecimal.setScale(I)Ljava/math/BigDecimal;",
        "java/math/BigDecimal.setScale(ILjava/math/RoundingMode;)Ljava/math/BigDecimal;",
        "static java/util/stream/StreamSupport.stream(Ljava/util/Spliterator;Z)Ljava/util/stream/Stream;",
        "java/lang/Thread.interrupt()V",
        "java/lang/Class.getResourceAsStream(Ljava/lang/String;)Ljava/io/InputStream;",
        "java/util/regex/Pattern.matcher(Ljava/lang/CharSequence;)Ljava/util/regex/Matcher;",
        "java/util/regex/Pattern.split(Ljava/lang/CharSequence;)[Ljava/lang/String;",
        "java/util/regex/Pattern.split(Ljava/lang/CharSequence;I)[Ljava/lang/String;",
        "java/util/regex/Pattern.splitAsStream(Ljava/lang/CharSequence;)Ljava/util/stream/Stream;",
        "static java/util/regex/Pattern.matches(Ljava/lang/String;Ljava/lang/CharSequence;)Z",
        "java/util/regex/Matcher.reset(Ljava/lang/CharSequence;)Ljava/util/regex/Matcher;",
    };

    /** Classes whose constructors take a capacity as their first argument. */
    private static final Set<String> SIZED = Set.of(
            "java/lang/StringBuilder",
            "java/lang/StringBuffer",
            "java/util/ArrayDeque",
            "java/util/ArrayList",
            "java/util/BitSet",
            "java/util/HashMap",
            "java/util/HashSet",
            "java/util/Hashtable",
            "java/util/IdentityHashMap",
            "java/util/LinkedHashMap",
            "java/util/LinkedHashSet",
            "java/util/PriorityQueue",
            "java/util/Properties",
            "java/util/Vector",
            "java/util/WeakHashMap",
            "java/util/concurrent/ArrayBlockingQueue",
            "java/util/concurrent/ConcurrentHashMap",
            "java/util/concurrent/PriorityBlockingQueue",
            "java/util/concurrent/atomic/AtomicIntegerArray",
            "java/util/concurrent/atomic/AtomicLongArray",
            "java/util/concurrent/atomic/AtomicReferenceArray",
            "java/io/ByteArrayOutputStream",
            "java/io/CharArrayWriter",
            "java/io/StringWriter");

    /** Other members whose last argument is a size, or whose first one is, by owner and name. */
    private static final Set<String> SIZES = Set.of(
            "java/lang/StringBuilder.setLength",
            "java/lang/StringBuilder.ensureCapacity",
            "java/lang/StringBuffer.setLength",
            "java/lang/StringBuffer.ensureCapacity",
            "java/util/ArrayList.ensureCapacity",
            "java/util/Vector.ensureCapacity",
            "java/util/Vector.setSize",
            "java/util/Arrays.copyOf",
            "java/util/Arrays.copyOfRange",
            "java/util/Collections.nCopies",
            "java/nio/ByteBuffer.allocate",
            "java/nio/CharBuffer.allocate",
            "java/nio/ShortBuffer.allocate",
            "java/nio/IntBuffer.allocate",
            "java/nio/LongBuffer.allocate",
            "java/nio/FloatBuffer.allocate",
            "java/nio/DoubleBuffer.allocate");

    private static final Map<String, String> BY_MEMBER = new HashMap<>();

    static {
        Set<String> there = new HashSet<>();
        for (java.lang.reflect.Method method : Meter.class.getDeclaredMethods()) {
            there.add(method.getName() + Type.getMethodDescriptor(method));
        }
        for (String written : REPLACED) {
            String member = written.startsWith(STATIC) ? written.substring(STATIC.length()) : written;
            int dot = member.indexOf('.');
            int arguments = member.indexOf('(');
            String receiver = written.startsWith(STATIC) ? "" : "L" + member.substring(0, dot) + ";";
            String descriptor = "(" + receiver + member.substring(arguments + 1);
            if (!there.contains(member.substring(dot + 1, arguments) + descriptor)) {
                throw new IllegalStateException("Nothing takes the place of [" + member + "]");
            }
            BY_MEMBER.put(member, descriptor);
        }
    }

    private Changes() {}

    /** What is replaced, as {@code owner.name(descriptor)}. */
    static Set<String> replaced() {
        return BY_MEMBER.keySet();
    }

    /** The descriptor of the method of the same name in {@link Meter} which takes a member's place, or null. */
    static @Nullable String replacement(String owner, String name, String descriptor) {
        return BY_MEMBER.get(owner + "." + name + descriptor);
    }

    /**
     * Where the size stands that a call has to have counted.
     *
     * @return 0 if it is on top, 1 if one other value of one slot lies on it, -1 if there is none
     */
    static int size(String owner, String name, String descriptor) {
        boolean sized = name.equals("<init>") ? SIZED.contains(owner) : SIZES.contains(owner + "." + name);
        if (!sized) {
            return -1;
        }
        Type[] arguments = Type.getArgumentTypes(descriptor);
        int last = arguments.length - 1;
        if (last >= 0 && arguments[last].getSort() == Type.INT) {
            return 0;
        }
        return last >= 1 && arguments[last - 1].getSort() == Type.INT && arguments[last].getSize() == 1 ? 1 : -1;
    }

    /** Bytes of an element of an array of primitives, by the operand of {@code newarray}. */
    static int bytes(int primitive) {
        return switch (primitive) {
            case Opcodes.T_LONG, Opcodes.T_DOUBLE -> 8;
            case Opcodes.T_INT, Opcodes.T_FLOAT -> 4;
            case Opcodes.T_CHAR, Opcodes.T_SHORT -> 2;
            default -> 1;
        };
    }
}
