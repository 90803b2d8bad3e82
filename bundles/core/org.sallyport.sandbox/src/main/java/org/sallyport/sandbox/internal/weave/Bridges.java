package org.sallyport.sandbox.internal.weave;

import static org.objectweb.asm.Opcodes.ACC_INTERFACE;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.F_NEW;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.H_NEWINVOKESPECIAL;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.NEW;
import static org.objectweb.asm.Opcodes.SWAP;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/** Static methods of a class that stand between it and what it calls: for calls that need more than an instruction or two. */
final class Bridges {
    private static final String PREFIX = "sallyport$";

    private final ClassNode type;
    private final Map<String, MethodNode> made = new HashMap<>();

    Bridges(ClassNode type) {
        this.type = type;
    }

    Collection<MethodNode> made() {
        return made.values();
    }

    /** A handle to a method which does what a handle's method does, in the host's name. */
    Handle host(Handle handle) {
        return handleOf(
                host(opcode(handle), handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface()));
    }

    /** The same for one whose size is to be counted. */
    Handle sized(Handle handle) {
        return handleOf(
                sized(opcode(handle), handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface()));
    }

    /** The same for one whose method is done in the plugin's name, whoever calls it. */
    Handle own(Handle handle) {
        return handleOf(
                own(opcode(handle), handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface()));
    }

    Handle handleOf(MethodNode bridge) {
        return new Handle(H_INVOKESTATIC, type.name, bridge.name, bridge.desc, (type.access & ACC_INTERFACE) != 0);
    }

    private static int opcode(Handle handle) {
        return switch (handle.getTag()) {
            case H_INVOKESTATIC -> INVOKESTATIC;
            case H_NEWINVOKESPECIAL, Opcodes.H_INVOKESPECIAL -> INVOKESPECIAL;
            case Opcodes.H_INVOKEINTERFACE -> INVOKEINTERFACE;
            default -> INVOKEVIRTUAL;
        };
    }

    /** A method that makes a call in the host's name, and takes the plugin's again whatever comes of it. */
    MethodNode host(int opcode, String owner, String name, String descriptor, boolean itf) {
        return made.computeIfAbsent("host " + opcode + owner + name + descriptor, key -> {
            MethodNode code = begin(opcode, owner, name, descriptor);
            Type[] arguments = Type.getArgumentTypes(code.desc);
            Type result = Type.getReturnType(code.desc);
            int token = slots(arguments);
            int kept = token + 1;
            Label start = new Label();
            Label end = new Label();
            Label failed = new Label();
            code.visitTryCatchBlock(start, end, failed, null);
            code.visitMethodInsn(INVOKESTATIC, Changes.METER, "leave", "()Ljava/lang/Object;", false);
            code.visitVarInsn(ASTORE, token);
            code.visitLabel(start);
            load(code, arguments);
            code.visitMethodInsn(opcode, owner, name, descriptor, itf);
            code.visitLabel(end);
            if (result.getSort() != Type.VOID) {
                code.visitVarInsn(result.getOpcode(ISTORE), kept);
            }
            exit(code, token);
            if (result.getSort() != Type.VOID) {
                code.visitVarInsn(result.getOpcode(ILOAD), kept);
            }
            code.visitInsn(result.getOpcode(IRETURN));
            code.visitLabel(failed);
            List<Object> locals = new ArrayList<>();
            for (Type argument : arguments) {
                locals.add(frame(argument));
            }
            locals.add("java/lang/Object");
            code.visitFrame(F_NEW, locals.size(), locals.toArray(), 1, new Object[] {"java/lang/Throwable"});
            code.visitVarInsn(ASTORE, kept);
            exit(code, token);
            code.visitVarInsn(ALOAD, kept);
            code.visitInsn(ATHROW);
            return end(code);
        });
    }

    /** A method that counts the size and makes the call. */
    MethodNode sized(int opcode, String owner, String name, String descriptor, boolean itf) {
        return made.computeIfAbsent("sized " + opcode + owner + name + descriptor, key -> {
            MethodNode code = begin(opcode, owner, name, descriptor);
            allocate(code, owner, name);
            load(code, Type.getArgumentTypes(code.desc));
            if (Changes.size(owner, name, descriptor) == 1) {
                code.visitInsn(SWAP);
                capacity(code);
                code.visitInsn(SWAP);
            } else {
                capacity(code);
            }
            code.visitMethodInsn(opcode, owner, name, descriptor, itf);
            code.visitInsn(Type.getReturnType(code.desc).getOpcode(IRETURN));
            return end(code);
        });
    }

    /** A method that makes a call in the plugin's name. */
    private MethodNode own(int opcode, String owner, String name, String descriptor, boolean itf) {
        return made.computeIfAbsent("own " + opcode + owner + name + descriptor, key -> {
            MethodNode code = begin(opcode, owner, name, descriptor);
            Type[] arguments = Type.getArgumentTypes(code.desc);
            allocate(code, owner, name);
            load(code, arguments);
            code.visitMethodInsn(opcode, owner, name, descriptor, itf);
            code.visitInsn(Type.getReturnType(code.desc).getOpcode(IRETURN));
            end(code);
            code.maxLocals = slots(arguments);
            new EntryWeaver(type, code).weave();
            return code;
        });
    }

    private static void allocate(MethodNode code, String owner, String name) {
        if (name.equals("<init>")) {
            code.visitTypeInsn(NEW, owner);
            code.visitInsn(DUP);
        }
    }

    private static void capacity(MethodNode code) {
        code.visitMethodInsn(INVOKESTATIC, Changes.METER, "capacity", "(I)I", false);
    }

    private MethodNode begin(int opcode, String owner, String name, String descriptor) {
        String receiver = opcode == INVOKESTATIC || name.equals("<init>")
                ? ""
                // What an ancestor's method is called on by that name is one of this class (JVMS 6.5 invokespecial).
                : "L" + (opcode == INVOKESPECIAL ? type.name : owner) + ";";
        String result = name.equals("<init>") ? "L" + owner + ";" : descriptor.substring(descriptor.indexOf(')') + 1);
        String all = "(" + receiver + descriptor.substring(1, descriptor.indexOf(')')) + ")" + result;
        MethodNode code =
                new MethodNode(ACC_PRIVATE | ACC_STATIC | ACC_SYNTHETIC, PREFIX + made.size(), all, null, null);
        code.visitCode();
        return code;
    }

    private static MethodNode end(MethodNode code) {
        code.visitMaxs(0, 0);
        code.visitEnd();
        return code;
    }

    private static void exit(MethodNode code, int token) {
        code.visitVarInsn(ALOAD, token);
        code.visitMethodInsn(INVOKESTATIC, Changes.METER, "exit", "(Ljava/lang/Object;)V", false);
    }

    private static void load(MethodNode code, Type[] arguments) {
        int slot = 0;
        for (Type argument : arguments) {
            code.visitVarInsn(argument.getOpcode(ILOAD), slot);
            slot += argument.getSize();
        }
    }

    private static int slots(Type[] arguments) {
        int slots = 0;
        for (Type argument : arguments) {
            slots += argument.getSize();
        }
        return slots;
    }

    private static Object frame(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> Opcodes.INTEGER;
            case Type.LONG -> Opcodes.LONG;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            default -> type.getInternalName();
        };
    }
}
