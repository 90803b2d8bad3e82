package org.sallyport.launcher.internal.guard;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts the checks at the begin of the guarded methods, of the JDK and of the framework alike. Nothing is added that branches, so
 * frames and all else stay as they are. The JVM calls it on whatever thread defines a class.
 */
final class RuleWeaver implements ClassFileTransformer {
    private static final String FRAMEWORK = "org/apache/felix/framework/";

    private final Map<String, List<Rule>> classes;
    private final @Nullable ClassLoader framework;
    private final Set<Rule> hit = ConcurrentHashMap.newKeySet();
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    /** @param framework the loader of the framework's classes; classes of the same name in others are left alone */
    RuleWeaver(RuleTable table, @Nullable ClassLoader framework) {
        this.classes = table.byClass();
        this.framework = framework;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        List<Rule> rules = name == null ? null : classes.get(name);
        if (rules == null || (name.startsWith(FRAMEWORK) ? loader != framework : !isOfJdk(loader))) {
            return null;
        }
        try {
            return weave(bytes, rules);
        } catch (RuntimeException | LinkageError e) {
            // What is thrown here is not seen by anybody.
            failures.put(name, String.valueOf(e));
            return null;
        }
    }

    private static boolean isOfJdk(@Nullable ClassLoader loader) {
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    /** What is wrong: classes that could not be changed, and rules that hit nothing. Empty if all is well. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        failures.forEach((name, failure) -> problems.add("class [" + name + "] cannot be guarded: " + failure));
        classes.values()
                .forEach(rules -> rules.stream()
                        .filter(rule -> !hit.contains(rule))
                        .forEach(rule -> problems.add("rule [" + rule + "] hits nothing")));
        return problems;
    }

    byte[] weave(byte[] bytes, List<Rule> rules) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String desc,
                            @Nullable String signature,
                            String @Nullable [] thrown) {
                        MethodVisitor next = super.visitMethod(access, name, desc, signature, thrown);
                        List<Rule> here = rules.stream()
                                .filter(rule -> rule.method().equals(name)
                                        && rule.descriptor().equals(desc))
                                .toList();
                        if (here.isEmpty() || (access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT)) != 0) {
                            return next;
                        }
                        hit.addAll(here);
                        return new Prologue(next, here, (access & Opcodes.ACC_STATIC) != 0);
                    }
                },
                0);
        return writer.toByteArray();
    }

    private static final class Prologue extends MethodVisitor {
        /** The number and three arguments; one of them may be a long on its way into a box. */
        private static final int STACK = 6;

        private final List<Rule> rules;
        private final boolean isStatic;

        Prologue(MethodVisitor next, List<Rule> rules, boolean isStatic) {
            super(Opcodes.ASM9, next);
            this.rules = rules;
            this.isStatic = isStatic;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            for (Rule rule : rules) {
                Type[] types = Type.getArgumentTypes(rule.descriptor());
                super.visitIntInsn(Opcodes.SIPUSH, rule.number());
                for (int i = 0; i < 3; i++) {
                    if (i < rule.arguments().size()) {
                        load(rule.arguments().get(i), types, rule);
                    } else {
                        super.visitInsn(Opcodes.ACONST_NULL);
                    }
                }
                call(rule, types);
            }
        }

        private void load(int argument, Type[] types, Rule rule) {
            if (argument == Rule.THIS) {
                if (isStatic || rule.method().equals("<init>")) {
                    throw new IllegalStateException("rule [" + rule + "] has no [this]");
                }
                super.visitVarInsn(Opcodes.ALOAD, 0);
                return;
            }
            Type type = types[argument];
            super.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local(argument, types));
            if (type.getSort() < Type.ARRAY) {
                String box = switch (type.getSort()) {
                    case Type.BOOLEAN -> "java/lang/Boolean";
                    case Type.INT -> "java/lang/Integer";
                    case Type.LONG -> "java/lang/Long";
                    default -> throw new IllegalStateException("rule [" + rule + "] tells of a " + type.getClassName());
                };
                super.visitMethodInsn(
                        Opcodes.INVOKESTATIC, box, "valueOf", "(" + type.getDescriptor() + ")L" + box + ";", false);
            }
        }

        private int local(int argument, Type[] types) {
            int local = isStatic ? 0 : 1;
            for (int i = 0; i < argument; i++) {
                local += types[i].getSize();
            }
            return local;
        }

        private void call(Rule rule, Type[] types) {
            String objects = "(ILjava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)";
            if (rule.replaces()) {
                int argument = rule.arguments().get(0);
                super.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        GateDefiner.INTERNAL_NAME,
                        "filter",
                        objects + "Ljava/lang/Object;",
                        false);
                super.visitTypeInsn(Opcodes.CHECKCAST, types[argument].getInternalName());
                super.visitVarInsn(Opcodes.ASTORE, local(argument, types));
            } else {
                super.visitMethodInsn(Opcodes.INVOKESTATIC, GateDefiner.INTERNAL_NAME, "check", objects + "V", false);
            }
        }

        @Override
        public void visitMaxs(int stack, int locals) {
            super.visitMaxs(Math.max(stack, STACK), locals);
        }
    }
}
