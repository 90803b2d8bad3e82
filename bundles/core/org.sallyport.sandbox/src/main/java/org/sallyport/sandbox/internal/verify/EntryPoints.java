package org.sallyport.sandbox.internal.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.sallyport.sandbox.internal.verify.ClassFacts.Ref;

/**
 * Where others call a plugin's code: methods that override or implement what a type from outside declares, code that is held as a
 * handle (lambdas, method references), components, and what is open in exported packages. Errs to the side of too many: one that
 * is called from inside costs some nanoseconds, one that was missed would run as the host. Immutable.
 */
public final class EntryPoints {
    private final Map<String, Set<String>> byClass = new HashMap<>();

    private final PluginClasses classes;
    private final Jdk jdk;

    private EntryPoints(PluginClasses classes, Jdk jdk) {
        this.classes = classes;
        this.jdk = jdk;
    }

    public static EntryPoints of(PluginArchive archive, PluginClasses classes, Jdk jdk) {
        EntryPoints points = new EntryPoints(classes, jdk);
        points.overriding();
        points.components(archive.components());
        points.exported(archive.packages("Export-Package"));
        classes.all().forEach(facts -> facts.handles().forEach(points::handle));
        points.constructors();
        return points;
    }

    /** A constructor that is one leaves the plugin while it calls that of an ancestor. */
    private void constructors() {
        for (ClassFacts facts : classes.all()) {
            if (byClass.getOrDefault(facts.name(), Set.of()).stream().anyMatch(EntryPoints::isConstructor)) {
                classes.ancestors(facts.name())
                        .forEach(one -> one.members().keySet().stream()
                                .filter(EntryPoints::isConstructor)
                                .forEach(member -> add(one, member)));
            }
        }
    }

    private static boolean isConstructor(String member) {
        return member.startsWith("<init>(");
    }

    /** Whether a method is one. */
    public boolean contains(String type, String member) {
        return byClass.getOrDefault(type, Set.of()).contains(member);
    }

    private void add(ClassFacts facts, String member) {
        byClass.computeIfAbsent(facts.name(), name -> new HashSet<>()).add(member);
    }

    private void overriding() {
        // What an ancestor declares may implement what only a descendant promises.
        Map<ClassFacts, Set<String>> outside = new HashMap<>();
        for (ClassFacts facts : classes.all()) {
            Set<String> promised = classes.outsideOf(facts.name());
            classes.ancestors(facts.name())
                    .forEach(one ->
                            outside.computeIfAbsent(one, key -> new HashSet<>()).addAll(promised));
        }
        outside.forEach((facts, types) -> {
            boolean unknown = types.stream().anyMatch(type -> !Jdk.owns(type));
            facts.members().forEach((member, access) -> {
                int at = member.indexOf('(');
                if (at > 0 && !member.startsWith("<") && PluginClasses.isVirtual(access)) {
                    String name = member.substring(0, at);
                    String descriptor = member.substring(at);
                    if (unknown
                            || types.stream()
                                    .anyMatch(type -> !jdk.overridden(type, name, descriptor)
                                            .isEmpty())) {
                        add(facts, member);
                    }
                }
            });
        });
    }

    /** Declarative Services makes them, and calls whatever their description names. */
    private void components(Set<String> names) {
        for (String name : names) {
            for (ClassFacts facts : classes.ancestors(name)) {
                facts.members().forEach((member, access) -> {
                    boolean constructor = isConstructor(member);
                    if (member.indexOf('(') > 0
                            && (constructor
                                    || member.startsWith("<clinit>")
                                    || !PluginClasses.has(access, Opcodes.ACC_STATIC))) {
                        add(facts, member);
                    }
                });
            }
        }
    }

    private void exported(Set<String> packages) {
        for (ClassFacts facts : classes.all()) {
            if (packages.contains(ClassFacts.packageOf(facts.name()))) {
                facts.members().forEach((member, access) -> {
                    if (member.indexOf('(') > 0
                            && (member.startsWith("<clinit>")
                                    || PluginClasses.has(access, Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED))) {
                        add(facts, member);
                    }
                });
            }
        }
    }

    private void handle(Ref ref) {
        if (ref.descriptor().startsWith("(")) {
            String member = ref.name() + ref.descriptor();
            classes.resolve(ref.owner(), member).own().forEach(facts -> add(facts, member));
        }
    }
}
