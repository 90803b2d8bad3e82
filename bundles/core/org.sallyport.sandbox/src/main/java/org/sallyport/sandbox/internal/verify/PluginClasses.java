package org.sallyport.sandbox.internal.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Opcodes;

/**
 * All classes that a plugin brings, with those in archives on its class path and those for other Java releases. A name may stand
 * for several files; what is asked of a name is then answered for all of them. Immutable after {@link #of}.
 */
public final class PluginClasses {
    private final Map<String, List<ClassFacts>> byName = new HashMap<>();
    private final Map<String, ClassFacts> byEntry = new HashMap<>();
    private final Set<String> imported;

    private PluginClasses(Set<String> imported) {
        this.imported = imported;
    }

    /** @throws Unreadable if a class file is damaged or for a newer Java */
    public static PluginClasses of(PluginArchive archive) throws Unreadable {
        PluginClasses classes = new PluginClasses(archive.packages("Import-Package"));
        classes.add("", archive.entries());
        for (Map.Entry<String, Map<String, byte[]>> nested : archive.nested().entrySet()) {
            classes.add(nested.getKey() + "!/", nested.getValue());
        }
        return classes;
    }

    /** A class file that cannot be judged. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String place, String why) {
            super("its entry [" + place + "] is " + why);
        }
    }

    private void add(String where, Map<String, byte[]> entries) throws Unreadable {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            if (isClass(entry.getKey())) {
                try {
                    ClassFacts facts = ClassFacts.read(entry.getValue());
                    byEntry.put(where + entry.getKey(), facts);
                    byName.computeIfAbsent(facts.name(), name -> new ArrayList<>(1))
                            .add(facts);
                } catch (IllegalArgumentException e) {
                    throw new Unreadable(where + entry.getKey(), e.getMessage());
                }
            }
        }
    }

    /** Whether an entry holds a class that can be loaded. */
    public static boolean isClass(String entry) {
        return entry.endsWith(".class") && !entry.endsWith("module-info.class");
    }

    public Collection<ClassFacts> all() {
        return byEntry.values();
    }

    /** By place, such as {@code lib/x.jar!/a/B.class}. */
    Map<String, ClassFacts> places() {
        return byEntry;
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /** What a name may be from outside as well, because its package is imported: a wire goes before what lies inside. */
    public boolean isImported(String name) {
        return imported.contains(ClassFacts.packageOf(name));
    }

    List<ClassFacts> get(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** What a member that is named may be. */
    record Resolved(Set<ClassFacts> own, Set<String> outside) {}

    /**
     * Looks a member up as the machine would, but on all ways at once.
     *
     * @return the own classes that declare it, and the nearest ones outside where it would be looked up further
     */
    Resolved resolve(String owner, String member) {
        Resolved found = new Resolved(new LinkedHashSet<>(), new LinkedHashSet<>());
        resolve(owner, member, found, new HashSet<>());
        return found;
    }

    /** Whether a member that is named may be one of a class from outside. */
    public boolean leadsOutside(String owner, String member) {
        return !resolve(owner, member).outside().isEmpty();
    }

    private void resolve(String name, String member, Resolved found, Set<String> seen) {
        if (!seen.add(name)) {
            return;
        }
        if (!has(name) || isImported(name)) {
            found.outside.add(name);
        }
        for (ClassFacts facts : get(name)) {
            if (facts.members().containsKey(member)) {
                found.own.add(facts);
            } else {
                facts.parents().forEach(parent -> resolve(parent, member, found, seen));
            }
        }
    }

    /** The types outside that a class extends or implements, by its own ancestors, too. */
    Set<String> outsideOf(String name) {
        Set<String> outside = new LinkedHashSet<>();
        ancestors(name)
                .forEach(facts -> facts.parents().stream()
                        .filter(parent -> !has(parent) || isImported(parent))
                        .forEach(outside::add));
        return outside;
    }

    /** A class, if it is an own one, and its own ancestors. */
    Set<ClassFacts> ancestors(String name) {
        Set<ClassFacts> found = new LinkedHashSet<>();
        ancestors(name, found);
        return found;
    }

    private void ancestors(String name, Set<ClassFacts> found) {
        for (ClassFacts facts : get(name)) {
            if (found.add(facts)) {
                facts.parents().forEach(parent -> ancestors(parent, found));
            }
        }
    }

    static boolean has(int access, int flag) {
        return (access & flag) != 0;
    }

    static boolean isVirtual(int access) {
        return !has(access, Opcodes.ACC_STATIC) && !has(access, Opcodes.ACC_PRIVATE);
    }
}
