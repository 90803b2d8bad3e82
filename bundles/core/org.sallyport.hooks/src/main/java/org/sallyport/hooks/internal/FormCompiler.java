package org.sallyport.hooks.internal;

import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandles;
import java.util.function.LongSupplier;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sallyport.api.hook.HookCall;

/**
 * Makes the code of one snapshot: a hidden class whose handlers are constants, called one after the other through their
 * contract, each in a try block of its own. Without the array and the one call site for all handlers, the just-in-time
 * compiler sees which code each call reaches. What it writes for a filter hook, for each handler:
 *
 * <pre>
 * marks[level] = 0;
 * try {
 *     Object answer = H0.filter(state, CALL);
 *     if (answer != state) {
 *         state = dispatch.taken(state, answer);
 *     }
 * } catch (Throwable e) {
 *     failed(0, e);
 * }
 * </pre>
 *
 * <p>The class is loaded by our own loader and names our own types alone, so the host needs no sight of a plugin's classes.
 * It holds its handlers and nothing holds it but its snapshot, so it goes when the last pass has left that. Its constants
 * are resolved here: the first caller finds nothing to link but the calls themselves. Thread-safe, without state.
 */
final class FormCompiler {
    /** Handlers in one method: HotSpot compiles no method of more than 8,000 bytes, and a handler takes up to 90. */
    static final int CHUNK = 64;

    private static final Type FORM = Type.getType(Form.class);
    private static final Type DISPATCH = Type.getType(Dispatch.class);
    private static final Type OBJECT = Type.getType(Object.class);
    private static final Type THROWABLE = Type.getType(Throwable.class);
    private static final Type CLOCK = Type.getType(LongSupplier.class);
    private static final Type CALL = Type.getType(HookCall.class);
    private static final Type HOOK = Type.getType(Hook.class);
    private static final Type SNAPSHOT = Type.getType(Snapshot.class);
    private static final String NAME = Type.getInternalName(FormCompiler.class).replace("FormCompiler", "CompiledForm");
    private static final String CONSTRUCTOR = Type.getMethodDescriptor(Type.VOID_TYPE, HOOK, SNAPSHOT);
    private static final Type LONGS = Type.getType(long[].class);
    private static final String PASS = Type.getMethodDescriptor(OBJECT, DISPATCH, OBJECT, OBJECT, LONGS, Type.INT_TYPE);
    private static final String TIMED_PASS =
            Type.getMethodDescriptor(OBJECT, DISPATCH, OBJECT, OBJECT, LONGS, Type.INT_TYPE, LONGS);

    // Local variables of a pass.
    private static final int THIS = 0;
    private static final int DISPATCHER = 1;
    private static final int VALUE = 2;
    private static final int STATE = 3;
    private static final int MARKS = 4;
    private static final int LEVEL = 5;
    private static final int TIMES = 6;
    private static final int SCRATCH = 7;

    private final HookKind kind;
    private final Type contract;
    private final int handlers;
    private final boolean timed;
    private final ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    private FormCompiler(HookKind kind, int handlers, boolean timed) {
        this.kind = kind;
        this.timed = timed;
        this.contract = Type.getType(kind.contract());
        this.handlers = handlers;
    }

    /**
     * The code of a snapshot.
     *
     * @param timed whether it looks at the clock, n + 1 times for n handlers
     * @throws ReflectiveOperationException or a {@link LinkageError} if the virtual machine refuses it
     */
    static Form compile(Hook hook, Snapshot snapshot, boolean timed) throws ReflectiveOperationException {
        Object[] constants = new Object[snapshot.slots.length + 2];
        System.arraycopy(snapshot.handlers(), 0, constants, 0, snapshot.slots.length);
        constants[snapshot.slots.length] = hook.call;
        constants[snapshot.slots.length + 1] = hook.watch().nanos();
        byte[] code = new FormCompiler(hook.kind(), snapshot.slots.length, timed).write();
        return (Form) MethodHandles.lookup()
                .defineHiddenClassWithClassData(code, constants, true)
                .lookupClass()
                .getDeclaredConstructor(Hook.class, Snapshot.class)
                .newInstance(hook, snapshot);
    }

    private byte[] write() {
        out.visit(V17, ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC, NAME, null, FORM.getInternalName(), null);
        for (int i = 0; i < handlers; i++) {
            out.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, "H" + i, contract.getDescriptor(), null, null);
        }
        out.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, "CALL", CALL.getDescriptor(), null, null);
        out.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, "CLOCK", CLOCK.getDescriptor(), null, null);
        initializer();
        constructor();
        pass();
        for (int from = 0; from < handlers; from += CHUNK) {
            chunk(from);
        }
        out.visitEnd();
        return out.toByteArray();
    }

    /** Sets the constants from what the class was defined with. */
    private void initializer() {
        MethodVisitor code = out.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
        code.visitCode();
        code.visitMethodInsn(
                INVOKESTATIC,
                Type.getInternalName(MethodHandles.class),
                "lookup",
                "()Ljava/lang/invoke/MethodHandles$Lookup;",
                false);
        code.visitLdcInsn("_");
        code.visitLdcInsn(Type.getType(Object[].class));
        code.visitMethodInsn(
                INVOKESTATIC,
                Type.getInternalName(MethodHandles.class),
                "classData",
                "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)Ljava/lang/Object;",
                false);
        code.visitTypeInsn(CHECKCAST, "[Ljava/lang/Object;");
        code.visitVarInsn(ASTORE, 0);
        for (int i = 0; i < handlers; i++) {
            constant(code, i, "H" + i, contract);
        }
        constant(code, handlers, "CALL", CALL);
        constant(code, handlers + 1, "CLOCK", CLOCK);
        end(code, RETURN);
    }

    private static void constant(MethodVisitor code, int index, String name, Type type) {
        code.visitVarInsn(ALOAD, 0);
        push(code, index);
        code.visitInsn(AALOAD);
        code.visitTypeInsn(CHECKCAST, type.getInternalName());
        code.visitFieldInsn(PUTSTATIC, NAME, name, type.getDescriptor());
    }

    /** Reads each constant once, so that no caller has to resolve it. */
    private void constructor() {
        MethodVisitor code = out.visitMethod(0, "<init>", CONSTRUCTOR, null, null);
        code.visitCode();
        for (int i = 0; i < handlers; i++) {
            code.visitFieldInsn(GETSTATIC, NAME, "H" + i, contract.getDescriptor());
            code.visitInsn(POP);
        }
        code.visitFieldInsn(GETSTATIC, NAME, "CALL", CALL.getDescriptor());
        code.visitInsn(POP);
        code.visitFieldInsn(GETSTATIC, NAME, "CLOCK", CLOCK.getDescriptor());
        code.visitInsn(POP);
        code.visitVarInsn(ALOAD, 0);
        code.visitVarInsn(ALOAD, 1);
        code.visitVarInsn(ALOAD, 2);
        code.visitMethodInsn(INVOKESPECIAL, FORM.getInternalName(), "<init>", CONSTRUCTOR, false);
        end(code, RETURN);
    }

    /** Calls the chunks. */
    private void pass() {
        MethodVisitor code = out.visitMethod(0, "pass", PASS, null, null);
        code.visitCode();
        if (timed) {
            code.visitVarInsn(ALOAD, THIS);
            code.visitVarInsn(ALOAD, MARKS);
            code.visitMethodInsn(INVOKEVIRTUAL, FORM.getInternalName(), "times", "([J)[J", false);
            code.visitVarInsn(ASTORE, TIMES);
            clock(code, Form.FIRST_END - 1);
        }
        Label done = new Label();
        for (int from = 0; from < handlers; from += CHUNK) {
            for (int local = THIS; local < LEVEL; local++) {
                code.visitVarInsn(ALOAD, local);
            }
            code.visitVarInsn(ILOAD, LEVEL);
            if (timed) {
                code.visitVarInsn(ALOAD, TIMES);
            }
            code.visitMethodInsn(INVOKEVIRTUAL, NAME, "pass" + from, timed ? TIMED_PASS : PASS, false);
            code.visitVarInsn(ASTORE, STATE);
            if (kind == HookKind.FIRST) {
                code.visitVarInsn(ALOAD, STATE);
                code.visitJumpInsn(IFNONNULL, done);
            }
        }
        if (timed) {
            took(code, handlers);
        }
        code.visitLabel(done);
        frame(code);
        code.visitVarInsn(ALOAD, STATE);
        end(code, ARETURN);
    }

    /** Calls up to {@link #CHUNK} handlers. */
    private void chunk(int from) {
        MethodVisitor code =
                out.visitMethod(ACC_PRIVATE | ACC_FINAL, "pass" + from, timed ? TIMED_PASS : PASS, null, null);
        code.visitCode();
        for (int i = from; i < Math.min(from + CHUNK, handlers); i++) {
            handler(code, i);
        }
        code.visitVarInsn(ALOAD, STATE);
        end(code, ARETURN);
    }

    private void handler(MethodVisitor code, int i) {
        Label begin = new Label();
        Label end = new Label();
        Label caught = new Label();
        Label next = new Label();
        code.visitTryCatchBlock(begin, end, caught, THROWABLE.getInternalName());
        code.visitVarInsn(ALOAD, MARKS);
        code.visitVarInsn(ILOAD, LEVEL);
        code.visitLdcInsn((long) i);
        code.visitInsn(LASTORE);
        code.visitLabel(begin);
        call(code, i);
        code.visitLabel(end);
        if (timed) {
            clock(code, i + Form.FIRST_END);
        }
        if (kind == HookKind.FIRST) {
            code.visitVarInsn(ALOAD, STATE);
            code.visitJumpInsn(IFNULL, next);
            code.visitVarInsn(ALOAD, THIS);
            push(code, i);
            code.visitMethodInsn(INVOKEVIRTUAL, FORM.getInternalName(), "answered", "(I)V", false);
            if (timed) {
                took(code, i + 1);
            }
            code.visitVarInsn(ALOAD, STATE);
            code.visitInsn(ARETURN);
        } else {
            code.visitJumpInsn(GOTO, next);
        }
        code.visitLabel(caught);
        frame(code, THROWABLE.getInternalName());
        code.visitVarInsn(ASTORE, SCRATCH);
        code.visitVarInsn(ALOAD, THIS);
        push(code, i);
        code.visitVarInsn(ALOAD, SCRATCH);
        if (timed) {
            code.visitVarInsn(ALOAD, TIMES);
        }
        String failed = timed ? "(ILjava/lang/Throwable;[J)V" : "(ILjava/lang/Throwable;)V";
        code.visitMethodInsn(INVOKEVIRTUAL, FORM.getInternalName(), "failed", failed, false);
        if (timed) {
            clock(code, i + Form.FIRST_END);
        }
        code.visitLabel(next);
        frame(code);
    }

    /** Calls handler number {@code i} and makes the state of its answer; what is thrown here is the handler's failure. */
    private void call(MethodVisitor code, int i) {
        boolean filter = kind == HookKind.FILTER;
        if (!filter && kind != HookKind.ACTION) {
            code.visitVarInsn(ALOAD, DISPATCHER);
            code.visitVarInsn(ALOAD, STATE);
        }
        code.visitFieldInsn(GETSTATIC, NAME, "H" + i, contract.getDescriptor());
        code.visitVarInsn(ALOAD, filter ? STATE : VALUE);
        code.visitFieldInsn(GETSTATIC, NAME, "CALL", CALL.getDescriptor());
        code.visitMethodInsn(
                INVOKEINTERFACE,
                contract.getInternalName(),
                kind.method().getName(),
                Type.getMethodDescriptor(kind.method()),
                true);
        if (filter) {
            Label same = new Label();
            code.visitVarInsn(ASTORE, SCRATCH);
            code.visitVarInsn(ALOAD, SCRATCH);
            code.visitVarInsn(ALOAD, STATE);
            code.visitJumpInsn(IF_ACMPEQ, same);
            code.visitVarInsn(ALOAD, DISPATCHER);
            code.visitVarInsn(ALOAD, STATE);
            code.visitVarInsn(ALOAD, SCRATCH);
            take(code);
            code.visitLabel(same);
            frame(code);
        } else if (kind != HookKind.ACTION) {
            take(code);
        }
    }

    private static void take(MethodVisitor code) {
        code.visitMethodInsn(
                INVOKEVIRTUAL,
                DISPATCH.getInternalName(),
                "taken",
                Type.getMethodDescriptor(OBJECT, OBJECT, OBJECT),
                false);
        code.visitVarInsn(ASTORE, STATE);
    }

    /** Where jumps arrive: the arguments are there, and if it is timed the times after them. */
    private void frame(MethodVisitor code, Object... stack) {
        Object[] locals = {
            NAME,
            DISPATCH.getInternalName(),
            OBJECT.getInternalName(),
            OBJECT.getInternalName(),
            "[J",
            INTEGER,
            timed ? "[J" : TOP
        };
        code.visitFrame(F_FULL, locals.length, locals, stack.length, stack);
    }

    /** Writes what the clock says to the times. */
    private static void clock(MethodVisitor code, int index) {
        code.visitVarInsn(ALOAD, TIMES);
        push(code, index);
        code.visitFieldInsn(GETSTATIC, NAME, "CLOCK", CLOCK.getDescriptor());
        code.visitMethodInsn(INVOKEINTERFACE, CLOCK.getInternalName(), "getAsLong", "()J", true);
        code.visitInsn(LASTORE);
    }

    /** The pass ended after so many handlers. */
    private static void took(MethodVisitor code, int handlers) {
        code.visitVarInsn(ALOAD, THIS);
        push(code, handlers);
        code.visitVarInsn(ALOAD, TIMES);
        code.visitVarInsn(ALOAD, MARKS);
        code.visitMethodInsn(INVOKEVIRTUAL, FORM.getInternalName(), "took", "(I[J[J)V", false);
    }

    private static void push(MethodVisitor code, int value) {
        if (value <= 5) {
            code.visitInsn(ICONST_0 + value);
        } else {
            code.visitIntInsn(SIPUSH, value);
        }
    }

    private static void end(MethodVisitor code, int instruction) {
        code.visitInsn(instruction);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }
}
