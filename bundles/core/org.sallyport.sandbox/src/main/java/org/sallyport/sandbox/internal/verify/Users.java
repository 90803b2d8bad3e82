package org.sallyport.sandbox.internal.verify;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.sallyport.sandbox.internal.verify.ClassFacts.Ref;

/** Finds the method that uses what was refused: a second look, taken for messages alone. */
final class Users extends ClassVisitor {
    private final Ref wanted;
    private String found = "";

    private Users(Ref wanted) {
        super(Opcodes.ASM9);
        this.wanted = wanted;
    }

    /**
     * @param wanted a member; or a class, with no name of a member
     * @return the method's name; empty if none is found
     */
    static String of(PluginArchive archive, String place, Ref wanted) {
        int at = place.indexOf("!/");
        byte[] content = at < 0
                ? archive.entries().get(place)
                : archive.nested().get(place.substring(0, at)).get(place.substring(at + 2));
        Users users = new Users(wanted);
        try {
            new ClassReader(content).accept(users, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (RuntimeException e) {
            // Damaged beyond its constant pool: it is refused anyway, without the method's name.
        }
        return users.found;
    }

    @Override
    public MethodVisitor visitMethod(int access, String method, String descriptor, String signature, String[] thrown) {
        return new MethodVisitor(Opcodes.ASM9) {
            private void see(String owner, String name) {
                if (found.isEmpty()
                        && owner.equals(wanted.owner())
                        && (wanted.name().isEmpty() || name.equals(wanted.name()))) {
                    found = method.equals("<init>") ? "new" : method;
                }
            }

            private void seeConstant(Object constant) {
                if (constant instanceof Handle handle) {
                    see(handle.getOwner(), handle.getName());
                } else if (constant instanceof Type type && type.getSort() == Type.OBJECT) {
                    see(type.getInternalName(), "");
                } else if (constant instanceof ConstantDynamic dynamic) {
                    seeConstant(dynamic.getBootstrapMethod());
                    for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++) {
                        seeConstant(dynamic.getBootstrapMethodArgument(i));
                    }
                }
            }

            @Override
            public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean itf) {
                see(owner, name);
            }

            @Override
            public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
                see(owner, name);
            }

            @Override
            public void visitTypeInsn(int opcode, String type) {
                see(type, "");
            }

            @Override
            public void visitLdcInsn(Object value) {
                seeConstant(value);
            }

            @Override
            public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
                seeConstant(bootstrap);
                for (Object argument : arguments) {
                    seeConstant(argument);
                }
            }
        };
    }
}
