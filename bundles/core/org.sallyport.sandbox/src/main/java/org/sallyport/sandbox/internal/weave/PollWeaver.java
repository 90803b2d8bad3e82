package org.sallyport.sandbox.internal.weave;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.MONITOREXIT;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Puts polls where a method begins, where it jumps back, and where it catches. No handler of the method covers a poll, but for those
 * which only give a monitor back: so what a poll throws leaves the method at once, past each {@code catch} and {@code finally}, and is
 * thrown again by the poll of the next handler further out.
 */
final class PollWeaver {
    private final MethodNode method;
    private final Set<AbstractInsnNode> polls = new HashSet<>();

    PollWeaver(MethodNode method) {
        this.method = method;
    }

    void weave() {
        Map<AbstractInsnNode, Integer> places = new HashMap<>();
        for (AbstractInsnNode at : method.instructions) {
            places.put(at, places.size());
        }
        Set<LabelNode> monitors = new HashSet<>();
        Set<LabelNode> handlers = new LinkedHashSet<>();
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            if (block.type == null && givesMonitorBack(block.handler)) {
                monitors.add(block.handler);
            } else {
                handlers.add(block.handler);
            }
        }
        boolean calls = false;
        for (AbstractInsnNode at : method.instructions.toArray()) {
            calls |= at instanceof MethodInsnNode || at instanceof InvokeDynamicInsnNode;
            if (jumpsBack(at, places)) {
                method.instructions.insertBefore(at, poll());
            }
        }
        handlers.forEach(handler -> insertBefore(real(handler)));
        if (calls) {
            // One that calls nothing cannot call itself.
            insertBefore(real(method.instructions.getFirst()));
        }
        uncover(monitors);
        settle();
    }

    /** Frames name objects that are not made yet by the place of their {@code new}: nothing may have come between. */
    private void settle() {
        for (AbstractInsnNode at : method.instructions.toArray()) {
            if (at instanceof FrameNode frame) {
                frame.local = settled(frame.local);
                frame.stack = settled(frame.stack);
            }
        }
    }

    private @Nullable List<Object> settled(@Nullable List<Object> types) {
        if (types == null || types.stream().noneMatch(LabelNode.class::isInstance)) {
            return types;
        }
        List<Object> all = new ArrayList<>(types);
        all.replaceAll(type -> type instanceof LabelNode label ? atNew(label) : type);
        return all;
    }

    private LabelNode atNew(LabelNode label) {
        AbstractInsnNode at = real(label);
        if (at == null || !polls.contains(at)) {
            return label;
        }
        while (at != null && polls.contains(at)) {
            at = real(at.getNext());
        }
        LabelNode moved = new LabelNode();
        method.instructions.insertBefore(at, moved);
        return moved;
    }

    private MethodInsnNode poll() {
        MethodInsnNode poll = new MethodInsnNode(INVOKESTATIC, Changes.METER, "poll", "()V", false);
        polls.add(poll);
        return poll;
    }

    private void insertBefore(@Nullable AbstractInsnNode at) {
        if (at != null) {
            method.instructions.insertBefore(at, poll());
        }
    }

    private static boolean jumpsBack(AbstractInsnNode at, Map<AbstractInsnNode, Integer> places) {
        List<LabelNode> targets = new ArrayList<>();
        if (at instanceof JumpInsnNode jump) {
            targets.add(jump.label);
        } else if (at instanceof TableSwitchInsnNode table) {
            targets.addAll(table.labels);
            targets.add(table.dflt);
        } else if (at instanceof LookupSwitchInsnNode lookup) {
            targets.addAll(lookup.labels);
            targets.add(lookup.dflt);
        }
        for (LabelNode target : targets) {
            if (places.get(target) <= places.get(at)) {
                return true;
            }
        }
        return false;
    }

    /** The first instruction that is one, from there on. */
    private static @Nullable AbstractInsnNode real(@Nullable AbstractInsnNode from) {
        AbstractInsnNode at = from;
        while (at != null && at.getOpcode() < 0) {
            at = at.getNext();
        }
        return at;
    }

    /** Whether a handler does what compilers write for {@code synchronized}, and nothing else: store, load, exit, load, throw. */
    private static boolean givesMonitorBack(LabelNode handler) {
        AbstractInsnNode at = real(handler);
        int[] expected = {ASTORE, ALOAD, MONITOREXIT, ALOAD, ATHROW};
        int caught = at instanceof VarInsnNode store ? store.var : -1;
        for (int i = 0; i < expected.length; i++) {
            if (at == null || at.getOpcode() != expected[i]) {
                return false;
            }
            if (i == 1 && ((VarInsnNode) at).var == caught || i == 3 && ((VarInsnNode) at).var != caught) {
                return false;
            }
            at = real(at.getNext());
        }
        return true;
    }

    /** Splits what handlers cover, so that none covers a poll, and none of a monitor covers itself. */
    private void uncover(Set<LabelNode> monitors) {
        List<TryCatchBlockNode> blocks = new ArrayList<>();
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            Set<AbstractInsnNode> out = monitors.contains(block.handler) ? own(block.handler) : polls;
            split(block, out, blocks);
        }
        method.tryCatchBlocks = blocks;
        method.visibleLocalVariableAnnotations = null;
        method.invisibleLocalVariableAnnotations = null;
    }

    /** The five instructions of a handler that gives a monitor back. */
    private static Set<AbstractInsnNode> own(LabelNode handler) {
        Set<AbstractInsnNode> own = new HashSet<>();
        AbstractInsnNode at = real(handler);
        while (at != null) {
            own.add(at);
            at = at.getOpcode() == ATHROW ? null : real(at.getNext());
        }
        return own;
    }

    private void split(TryCatchBlockNode block, Set<AbstractInsnNode> out, List<TryCatchBlockNode> blocks) {
        LabelNode start = block.start;
        boolean empty = true;
        AbstractInsnNode at = block.start;
        while (at != block.end && at != null) {
            AbstractInsnNode next = at.getNext();
            if (out.contains(at)) {
                if (!empty) {
                    LabelNode end = new LabelNode();
                    method.instructions.insertBefore(at, end);
                    blocks.add(new TryCatchBlockNode(start, end, block.handler, block.type));
                }
                start = new LabelNode();
                method.instructions.insert(at, start);
                empty = true;
            } else if (at.getOpcode() >= 0) {
                empty = false;
            }
            at = next;
        }
        if (at == null) {
            throw new IllegalArgumentException("a handler covers what ends before it begins");
        }
        if (!empty) {
            blocks.add(new TryCatchBlockNode(start, block.end, block.handler, block.type));
        }
    }
}
