package org.sallyport.it.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.sallyport.it.JarBytes;

/**
 * A layer that holds strangers, and how a Sallyport without it is made: by an option where the product has one, else by a copy of the jar in which
 * that layer's own methods do nothing. There is no switch in the product for the others.
 */
enum Layer {
    /** What looks at classes before they are let in. */
    VERIFIER(
            GuardedTier.CONFINED,
            "org.sallyport.sandbox",
            new Body("org/sallyport/sandbox/internal/verify/Verifier", "check", Does.EMPTY_LIST)),
    /** Budgets, and in whose name threads work. */
    WEAVER(
            GuardedTier.CONFINED,
            "org.sallyport.sandbox",
            new Body("org/sallyport/sandbox/internal/weave/Weaver", "weave([B)[B", Does.ARGUMENT)),
    /** The checks in the JDK and in the framework. */
    GUARD(
            GuardedTier.CONFINED,
            "",
            new Body("org/sallyport/launcher/internal/guard/Checker", "apply", Does.FIRST_OF_ARRAY),
            // It tells that the guard is not there, and nobody would be let in.
            new Body("org/sallyport/launcher/internal/guard/SelfTest", "passed", Does.TRUE)),
    /** Which services and packages a plugin sees. */
    HOOKS(
            GuardedTier.CONFINED,
            "org.sallyport.admission",
            new Body("org/sallyport/admission/internal/Wall", "sees", Does.TRUE),
            new Body("org/sallyport/admission/internal/Wall", "isClosed", Does.FALSE)),
    /** The operating system's. */
    JAIL(GuardedTier.WORKER, "-Dsallyport.worker.jail=off"),
    /** The same guard, in a worker. */
    WORKER_GUARD(GuardedTier.WORKER, "-Dsallyport.worker.guard=off"),
    /** Which services a plugin sees in its worker. */
    WORKER_HOOKS(
            GuardedTier.WORKER,
            "org.sallyport.worker",
            new Body("org/sallyport/worker/internal/child/ChildHooks", "isSeen", Does.TRUE));

    private static final String BUNDLES = "META-INF/sallyport/bundles/";

    private final GuardedTier tier;
    private final String where;
    private final List<Body> bodies;

    /** @param where the option, or the bundle in which the methods are; empty for the launcher */
    Layer(GuardedTier tier, String where, Body... bodies) {
        this.tier = tier;
        this.where = where;
        this.bodies = List.of(bodies);
    }

    /** What a method does instead. */
    enum Does {
        EMPTY_LIST,
        ARGUMENT,
        FIRST_OF_ARRAY,
        TRUE,
        FALSE
    }

    private record Body(String type, String method, Does does) {
        boolean is(String name, String descriptor) {
            return method.equals(name) || method.equals(name + descriptor);
        }

        void write(MethodVisitor code, boolean isStatic) {
            int first = isStatic ? 0 : 1;
            code.visitCode();
            switch (does) {
                case EMPTY_LIST ->
                    code.visitMethodInsn(Opcodes.INVOKESTATIC, "java/util/List", "of", "()Ljava/util/List;", true);
                case ARGUMENT -> code.visitVarInsn(Opcodes.ALOAD, first);
                case FIRST_OF_ARRAY -> {
                    // The state comes before what was given.
                    code.visitVarInsn(Opcodes.ALOAD, first + 1);
                    code.visitInsn(Opcodes.ICONST_1);
                    code.visitInsn(Opcodes.AALOAD);
                }
                case TRUE -> code.visitInsn(Opcodes.ICONST_1);
                case FALSE -> code.visitInsn(Opcodes.ICONST_0);
                default -> throw new IllegalStateException(does.name());
            }
            code.visitInsn(does == Does.TRUE || does == Does.FALSE ? Opcodes.IRETURN : Opcodes.ARETURN);
            code.visitMaxs(2, 8);
            code.visitEnd();
        }
    }

    GuardedTier tier() {
        return tier;
    }

    String label() {
        return tier.label() + " without "
                + switch (this) {
                    case WORKER_GUARD -> "guard";
                    case WORKER_HOOKS -> "hooks";
                    default -> name().toLowerCase(java.util.Locale.ROOT);
                };
    }

    /** For the Java that runs it. */
    String[] javaOptions() {
        // Where nothing bounds it, it is the host's memory that is taken.
        Stream<String> all = Stream.concat(Stream.of(tier.javaOptions()), Stream.of("-Xmx512m"));
        return (bodies.isEmpty() ? Stream.concat(all, Stream.of(where)) : all).toArray(String[]::new);
    }

    /** The jar without it. @param folder where a copy may lie */
    Path jar(Path jar, Path folder) throws IOException {
        if (bodies.isEmpty()) {
            return jar;
        }
        Map<String, byte[]> entries = new LinkedHashMap<>(JarBytes.entries(Files.readAllBytes(jar)));
        if (where.isEmpty()) {
            change(entries);
        } else {
            String name = entries.keySet().stream()
                    .filter(entry -> entry.startsWith(BUNDLES + where + "-"))
                    .findFirst()
                    .orElseThrow();
            Map<String, byte[]> bundle = new LinkedHashMap<>(JarBytes.entries(entries.get(name)));
            change(bundle);
            entries.put(name, JarBytes.zip(bundle));
        }
        Path copy = Files.createDirectories(folder).resolve(name() + ".jar");
        Files.write(copy, JarBytes.zip(entries));
        return copy;
    }

    private void change(Map<String, byte[]> entries) {
        for (Body body : bodies) {
            int[] hits = {0};
            entries.computeIfPresent(body.type() + ".class", (name, bytes) -> changed(bytes, body, hits));
            if (hits[0] == 0) {
                throw new IllegalStateException("there is no method [" + body + "] any more");
            }
        }
    }

    private static byte[] changed(byte[] bytes, Body body, int[] hits) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] thrown) {
                                MethodVisitor next = super.visitMethod(access, name, descriptor, signature, thrown);
                                if (!body.is(name, descriptor)
                                        || Set.of(Opcodes.ACC_ABSTRACT, Opcodes.ACC_BRIDGE).stream()
                                                .anyMatch(flag -> (access & flag) != 0)
                                        || Type.getReturnType(descriptor) == Type.VOID_TYPE) {
                                    return next;
                                }
                                hits[0]++;
                                body.write(next, (access & Opcodes.ACC_STATIC) != 0);
                                return null;
                            }
                        },
                        0);
        return writer.toByteArray();
    }
}
