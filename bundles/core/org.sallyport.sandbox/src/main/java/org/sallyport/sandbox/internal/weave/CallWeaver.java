package org.sallyport.sandbox.internal.weave;

import static org.objectweb.asm.Opcodes.ANEWARRAY;
import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ICONST_5;
import static org.objectweb.asm.Opcodes.ICONST_M1;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.LCONST_1;
import static org.objectweb.asm.Opcodes.NEWARRAY;
import static org.objectweb.asm.Opcodes.SIPUSH;
import static org.objectweb.asm.Opcodes.SWAP;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Changes what a method calls, and counts the arrays that it makes. */
final class CallWeaver {
    /** References count with eight bytes, whatever they take. */
    private static final int REFERENCE = 8;

    private final Bridges bridges;
    private final Predicate<String> host;
    private final Predicate<Handle> guarded;

    /**
     * @param host whether calls to a type run in the host's name
     * @param guarded whether a handle leads out of the plugin to what it needs a permission for
     */
    CallWeaver(Bridges bridges, Predicate<String> host, Predicate<Handle> guarded) {
        this.bridges = bridges;
        this.host = host;
        this.guarded = guarded;
    }

    void weave(MethodNode method) {
        for (AbstractInsnNode at : method.instructions.toArray()) {
            if (at instanceof MethodInsnNode call) {
                call(method.instructions, call);
            } else if (at instanceof InvokeDynamicInsnNode dynamic) {
                for (int i = 0; i < dynamic.bsmArgs.length; i++) {
                    dynamic.bsmArgs[i] = constant(dynamic.bsmArgs[i]);
                }
            } else if (at instanceof LdcInsnNode constant) {
                constant.cst = constant(constant.cst);
            } else if (at.getOpcode() == NEWARRAY) {
                array(method.instructions, at, Changes.bytes(((IntInsnNode) at).operand));
            } else if (at.getOpcode() == ANEWARRAY) {
                array(method.instructions, at, REFERENCE);
            } else if (at instanceof MultiANewArrayInsnNode arrays) {
                arrays(method, arrays);
            }
        }
    }

    private void call(InsnList code, MethodInsnNode call) {
        String replacement =
                call.getOpcode() == INVOKESPECIAL ? null : Changes.replacement(call.owner, call.name, call.desc);
        if (replacement != null) {
            code.set(call, new MethodInsnNode(INVOKESTATIC, Changes.METER, call.name, replacement, false));
        } else if (call.getOpcode() != INVOKESPECIAL && host.test(call.owner)) {
            MethodNode bridge = bridges.host(call.getOpcode(), call.owner, call.name, call.desc, call.itf);
            Handle made = bridges.handleOf(bridge);
            code.set(
                    call,
                    new MethodInsnNode(
                            INVOKESTATIC, made.getOwner(), made.getName(), made.getDesc(), made.isInterface()));
        } else {
            int size = Changes.size(call.owner, call.name, call.desc);
            if (size >= 0) {
                InsnList count = new InsnList();
                if (size == 1) {
                    count.add(new InsnNode(SWAP));
                }
                count.add(new MethodInsnNode(INVOKESTATIC, Changes.METER, "capacity", "(I)I", false));
                if (size == 1) {
                    count.add(new InsnNode(SWAP));
                }
                code.insertBefore(call, count);
            }
        }
    }

    /** Handles lead where calls would. */
    private Object constant(Object constant) {
        if (constant instanceof Handle handle && handle.getTag() > Opcodes.H_PUTSTATIC) {
            return handle(handle);
        } else if (constant instanceof ConstantDynamic dynamic) {
            Object[] arguments = new Object[dynamic.getBootstrapMethodArgumentCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = constant(dynamic.getBootstrapMethodArgument(i));
            }
            return new ConstantDynamic(
                    dynamic.getName(), dynamic.getDescriptor(), dynamic.getBootstrapMethod(), arguments);
        }
        return constant;
    }

    private Handle handle(Handle handle) {
        String replacement = Changes.replacement(handle.getOwner(), handle.getName(), handle.getDesc());
        if (replacement != null) {
            return new Handle(H_INVOKESTATIC, Changes.METER, handle.getName(), replacement, false);
        } else if (handle.getTag() != Opcodes.H_NEWINVOKESPECIAL && host.test(handle.getOwner())) {
            return bridges.host(handle);
        } else if (Changes.size(handle.getOwner(), handle.getName(), handle.getDesc()) >= 0) {
            return bridges.sized(handle);
        } else if (guarded.test(handle)) {
            // Else it would be done in the name of whoever was given it.
            return bridges.own(handle);
        }
        return handle;
    }

    private static void array(InsnList code, AbstractInsnNode at, int bytes) {
        Integer length = pushed(at.getPrevious());
        if (length == null || (long) length * bytes >= org.sallyport.sandbox.woven.Meter.SMALL) {
            InsnList count = new InsnList();
            count.add(new IntInsnNode(BIPUSH, bytes));
            count.add(new MethodInsnNode(INVOKESTATIC, Changes.METER, "array", "(II)I", false));
            code.insertBefore(at, count);
        }
    }

    /** The number that an instruction pushes, if it is one that does. */
    private static @Nullable Integer pushed(@Nullable AbstractInsnNode at) {
        if (at == null) {
            return null;
        }
        int opcode = at.getOpcode();
        if (opcode >= ICONST_M1 && opcode <= ICONST_5) {
            return opcode - ICONST_M1 - 1;
        }
        return opcode == BIPUSH || opcode == SIPUSH ? Integer.valueOf(((IntInsnNode) at).operand) : null;
    }

    private static void arrays(MethodNode method, MultiANewArrayInsnNode at) {
        InsnList count = new InsnList();
        int first = method.maxLocals;
        method.maxLocals += at.dims;
        for (int i = at.dims - 1; i >= 0; i--) {
            count.add(new VarInsnNode(ISTORE, first + i));
        }
        count.add(new InsnNode(LCONST_1));
        for (int i = 0; i < at.dims; i++) {
            count.add(new VarInsnNode(ILOAD, first + i));
            count.add(new MethodInsnNode(INVOKESTATIC, Changes.METER, "product", "(JI)J", false));
        }
        count.add(new MethodInsnNode(INVOKESTATIC, Changes.METER, "arrays", "(J)V", false));
        for (int i = 0; i < at.dims; i++) {
            count.add(new VarInsnNode(ILOAD, first + i));
        }
        method.instructions.insertBefore(at, count);
    }
}
