package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes {@link Gate} a class of {@code java.base}.
 *
 * <p>A package of {@code java.base} is opened for that, to a module that has one class and is forgotten afterwards; the boot class
 * path stays as it is, as class data sharing depends on it.
 */
final class GateDefiner {
    /** Where the gate lives. It is exported to some modules of the JDK, and to nobody else. */
    static final String PACKAGE = "jdk.internal.misc";

    private static final String NAME = "SallyportGate";

    /** Its internal name. */
    static final String INTERNAL_NAME = PACKAGE.replace('.', '/') + '/' + NAME;

    private static final String TEMPLATE = "org/sallyport/launcher/internal/guard/Gate";

    private GateDefiner() {}

    /**
     * Defines it.
     *
     * @param callers the modules whose classes are to call it
     * @throws IllegalStateException if there is one already: a JVM has one guard
     */
    static Class<?> define(Instrumentation instrumentation, Set<Module> callers)
            throws ReflectiveOperationException, IOException {
        Module base = Object.class.getModule();
        try {
            Class.forName(base, PACKAGE + '.' + NAME);
            if (Class.forName(base, PACKAGE + '.' + NAME) != null) {
                throw new IllegalStateException("another guard was armed in this JVM");
            }
        } catch (LinkageError e) {
            throw new IllegalStateException("another guard was armed in this JVM", e);
        }
        Class<?> neighbour = Class.forName(PACKAGE + ".VM");
        Throwaway loader = new Throwaway();
        Class<?> opener = loader.define(bytes(Opener.class));
        Set<Module> own = Set.of(loader.getUnnamedModule());
        instrumentation.redefineModule(
                base, Set.of(), Map.of(PACKAGE, callers), Map.of(PACKAGE, own), Set.of(), Map.of());
        try {
            return (Class<?>)
                    opener.getMethod("define", Class.class, byte[].class).invoke(null, neighbour, renamed());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the gate cannot be defined in java.base: " + e.getCause(), e.getCause());
        }
    }

    /** Arms it. */
    @SuppressWarnings("unchecked")
    static UnaryOperator<Object> arm(Class<?> gate, BiFunction<Object, Object[], Object> checker, Object host)
            throws ReflectiveOperationException {
        return (UnaryOperator<Object>)
                gate.getMethod("arm", BiFunction.class, Object.class).invoke(null, checker, host);
    }

    static byte[] bytes(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream('/' + type.getName().replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IOException(
                        "class [" + type.getName() + "] is missing from the launcher's jar; build it anew");
            }
            return in.readAllBytes();
        }
    }

    private static byte[] renamed() throws IOException {
        ClassWriter out = new ClassWriter(0);
        new ClassReader(bytes(Gate.class)).accept(new Renaming(out), ClassReader.SKIP_DEBUG);
        return out.toByteArray();
    }

    /** The template speaks of itself in instructions alone, never in a type of a field, an argument or a frame. */
    private static final class Renaming extends ClassVisitor {
        Renaming(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        private static String name(String name) {
            return name.equals(TEMPLATE) ? INTERNAL_NAME : name;
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            super.visit(version, access, name(name), null, parent, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String desc, String signature, String[] exceptions) {
            return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, name, desc, null, exceptions)) {
                @Override
                public void visitTypeInsn(int opcode, String type) {
                    super.visitTypeInsn(opcode, name(type));
                }

                @Override
                public void visitFieldInsn(int opcode, String owner, String field, String fieldDesc) {
                    super.visitFieldInsn(opcode, name(owner), field, fieldDesc);
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String method, String methodDesc, boolean itf) {
                    super.visitMethodInsn(opcode, name(owner), method, methodDesc, itf);
                }
            };
        }
    }

    /** Has one class, in a module of its own. */
    private static final class Throwaway extends ClassLoader {
        Throwaway() {
            super(null);
        }

        Class<?> define(byte[] bytes) {
            return defineClass(null, bytes, 0, bytes.length);
        }
    }

    /** The class that the package is opened to. */
    public static final class Opener {
        private Opener() {}

        /** Defines a class beside another. */
        public static Class<?> define(Class<?> neighbour, byte[] bytes) throws IllegalAccessException {
            return MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup())
                    .defineClass(bytes);
        }
    }
}
