package org.sallyport.sandbox.internal.weave;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.DOUBLE;
import static org.objectweb.asm.Opcodes.F_NEW;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.LONG;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.TOP;
import static org.objectweb.asm.Opcodes.UNINITIALIZED_THIS;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Has a method say for whom the thread works while it runs:
 *
 * <pre>
 * Object token = Meter.enter();
 * try {
 *     …
 * } catch (Throwable thrown) {
 *     throw Meter.failed(thrown, token);
 * }
 * Meter.exit(token);
 * </pre>
 *
 * <p>The token lies in a local variable of its own, which is added to all frames. A constructor gets two handlers: before it called
 * another one there is no {@code this} yet, and a handler has to say so. None may cover that call (JVMS 4.10.1.9 invokespecial), so it goes out
 * before it and comes in again behind it; the other one does the same for itself.
 */
final class EntryWeaver {
    private static final String OBJECT = "java/lang/Object";

    private final ClassNode type;
    private final MethodNode method;
    private final int token;

    EntryWeaver(ClassNode type, MethodNode method) {
        this.type = type;
        this.method = method;
        this.token = method.maxLocals;
    }

    void weave() {
        method.maxLocals++;
        InsnList code = method.instructions;
        AbstractInsnNode constructed = method.name.equals("<init>") ? constructed() : null;
        for (AbstractInsnNode at : code.toArray()) {
            if (at instanceof FrameNode frame) {
                frame.local = extended(frame.local);
            } else if (at.getOpcode() >= IRETURN && at.getOpcode() <= RETURN) {
                code.insertBefore(at, exit());
            }
        }
        LabelNode start = new LabelNode();
        code.insert(enter(start));
        LabelNode end = new LabelNode();
        code.add(end);
        if (constructed != null) {
            LabelNode before = new LabelNode();
            LabelNode behind = new LabelNode();
            code.insertBefore(constructed, before);
            code.insertBefore(constructed, exit());
            code.insert(constructed, enter(behind));
            handler(start, before, List.of(UNINITIALIZED_THIS));
            handler(behind, end, List.of());
        } else {
            handler(start, end, List.of());
        }
    }

    private InsnList enter(LabelNode behind) {
        InsnList code = new InsnList();
        code.add(new MethodInsnNode(INVOKESTATIC, Changes.METER, "enter", "()Ljava/lang/Object;", false));
        code.add(new VarInsnNode(ASTORE, token));
        code.add(behind);
        return code;
    }

    /** A handler behind all others, for whatever comes out of them. */
    private void handler(LabelNode start, LabelNode end, List<Object> locals) {
        LabelNode handler = new LabelNode();
        InsnList code = new InsnList();
        code.add(handler);
        code.add(new FrameNode(F_NEW, token + 1, extended(locals).toArray(), 1, new Object[] {"java/lang/Throwable"}));
        code.add(new VarInsnNode(ALOAD, token));
        code.add(new MethodInsnNode(
                INVOKESTATIC,
                Changes.METER,
                "failed",
                "(Ljava/lang/Throwable;Ljava/lang/Object;)Ljava/lang/Throwable;",
                false));
        code.add(new InsnNode(ATHROW));
        method.instructions.add(code);
        method.tryCatchBlocks.add(new TryCatchBlockNode(start, end, handler, null));
    }

    private InsnList exit() {
        InsnList code = new InsnList();
        code.add(new VarInsnNode(ALOAD, token));
        code.add(new MethodInsnNode(INVOKESTATIC, Changes.METER, "exit", "(Ljava/lang/Object;)V", false));
        return code;
    }

    /** The local variables of a frame with the token behind them. */
    private List<Object> extended(List<Object> locals) {
        List<Object> all = new ArrayList<>(locals == null ? List.of() : locals);
        int slots = 0;
        for (Object local : all) {
            slots += local == LONG || local == DOUBLE ? 2 : 1;
        }
        for (int i = slots; i < token; i++) {
            all.add(TOP);
        }
        all.add(OBJECT);
        return all;
    }

    /** The call by which a constructor has its object constructed: the first one that belongs to no {@code new} before it. */
    private AbstractInsnNode constructed() {
        int open = 0;
        for (AbstractInsnNode at : method.instructions) {
            if (at.getOpcode() == NEW) {
                open++;
            } else if (at.getOpcode() == INVOKESPECIAL && ((MethodInsnNode) at).name.equals("<init>")) {
                if (open == 0) {
                    return at;
                }
                open--;
            }
        }
        throw new IllegalArgumentException("the constructor of [" + type.name + "] calls no other one");
    }
}
