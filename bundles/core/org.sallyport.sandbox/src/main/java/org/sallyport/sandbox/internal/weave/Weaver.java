package org.sallyport.sandbox.internal.weave;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.sallyport.sandbox.internal.verify.ApiList;
import org.sallyport.sandbox.internal.verify.EntryPoints;
import org.sallyport.sandbox.internal.verify.PluginClasses;

/**
 * Rewrites the classes of a plugin so that its calls can be ended, its large arrays are counted, and each thread that comes in
 * says for whom it works. All frames of the class file stay as they are, as what is put in has none. Thread-safe.
 */
public final class Weaver {
    private final ApiList api;
    private final PluginClasses classes;
    private final EntryPoints entries;

    public Weaver(ApiList api, PluginClasses classes, EntryPoints entries) {
        this.api = api;
        this.classes = classes;
        this.entries = entries;
    }

    /**
     * @param content a class file that the verifier passed
     * @return the class file to load instead
     * @throws IllegalArgumentException if it cannot be rewritten
     */
    public byte[] weave(byte[] content) {
        try {
            ClassNode type = new ClassNode();
            new ClassReader(content).accept(type, ClassReader.EXPAND_FRAMES);
            Bridges bridges = new Bridges(type);
            for (MethodNode method : type.methods) {
                if (method.instructions.size() > 0) {
                    weave(type, method, bridges);
                }
            }
            type.methods.addAll(bridges.made());
            ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
            type.accept(out);
            return out.toByteArray();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("it cannot be rewritten: " + e, e);
        }
    }

    private boolean isGuarded(Handle handle) {
        return handle.getOwner().charAt(0) != '['
                && classes.leadsOutside(handle.getOwner(), handle.getName() + handle.getDesc())
                && !api.isFree(handle.getOwner(), handle.getName(), handle.getDesc());
    }

    private void weave(ClassNode type, MethodNode method, Bridges bridges) {
        new CallWeaver(
                        bridges,
                        owner -> api.isHost(owner) && (!classes.has(owner) || classes.isImported(owner)),
                        this::isGuarded)
                .weave(method);
        new PollWeaver(method).weave();
        if (entries.contains(type.name, method.name + method.desc) && (method.access & Opcodes.ACC_ABSTRACT) == 0) {
            new EntryWeaver(type, method).weave();
        }
    }
}
