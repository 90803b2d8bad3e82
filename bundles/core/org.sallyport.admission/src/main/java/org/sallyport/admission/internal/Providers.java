package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.sallyport.admission.internal.archive.Wires;

/** Finds out who could offer what a plugin lacks: a plugin that is off, or a version in the store; and how to get it. */
final class Providers {
    /** Most archives of the store that are looked into for one answer. */
    static final int MAX_ARCHIVES = 200;

    private Providers() {}

    /**
     * A sentence for each that could, with the command that brings it in; empty if nobody here could.
     *
     * @param slot the plugin that lacks something
     * @param stored what the archive of that digest needs and offers
     */
    static List<String> of(Slot slot, Collection<Slot> all, Function<String, Wires> stored) {
        Set<String> lacking = new LinkedHashSet<>(slot.wires().needs());
        all.stream()
                .filter(other -> other.current != null)
                .forEach(other -> lacking.removeAll(other.wires().offers()));
        List<String> found = new ArrayList<>();
        int left = MAX_ARCHIVES;
        for (Slot other : all) {
            Desired known =
                    other == slot || other.isBeside() ? null : other.desired().orElse(null);
            if (known == null) {
                continue;
            }
            for (String name : lacking) {
                if (other.current == null && other.wires().offers().contains(name)) {
                    found.add(
                            known.is(Desired.ENABLED)
                                    ? "Plugin [" + other.id + "] exports package [" + name
                                            + "] and is not in service; see" + " 'plugin:why " + other.id + "'."
                                    : "Plugin [" + other.id + "] exports package [" + name + "] and is "
                                            + (known.is(Desired.ABSENT) ? "uninstalled" : "disabled")
                                            + "; bring it in with 'plugin:enable " + other.id + "'.");
                    lacking.remove(name);
                    break;
                }
            }
            for (Desired.Displaced older : known.displaced()) {
                if (lacking.isEmpty() || left-- <= 0) {
                    return found;
                }
                Set<String> offers =
                        new LinkedHashSet<>(stored.apply(older.sha256()).offers());
                offers.retainAll(lacking);
                offers.stream()
                        .findFirst()
                        .ifPresent(name -> found.add("Version [" + older.version() + "] of plugin ["
                                + other.id + "] in the store exports package [" + name + "]; bring it back with"
                                + " 'plugin:rollback " + other.id + " " + older.version() + "'."));
            }
        }
        return found;
    }
}
