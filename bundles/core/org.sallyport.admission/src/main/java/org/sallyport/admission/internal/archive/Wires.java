package org.sallyport.admission.internal.archive;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * What a plugin needs of others and offers to others, by its manifest.
 *
 * @param needs imported, not optionally, and not exported by itself
 * @param offers exported
 * @param bundles required whole, by their symbolic names
 */
public record Wires(Set<String> needs, Set<String> offers, Set<String> bundles) {
    /** None at all. */
    public static final Wires NONE = new Wires(Set.of(), Set.of(), Set.of());

    public Wires {
        needs = Set.copyOf(needs);
        offers = Set.copyOf(offers);
        bundles = Set.copyOf(bundles);
    }

    /** Those of a descriptor that was read here; else none. */
    public static Wires of(PluginDescriptor descriptor) {
        return descriptor instanceof ManifestDescriptor read ? read.wires() : NONE;
    }

    /** The same without what it offers. */
    public Wires withoutOffers() {
        return offers.isEmpty() ? this : new Wires(needs, Set.of(), bundles);
    }

    static Wires read(Map<String, String> headers) throws ArchiveException {
        Set<String> offers = new LinkedHashSet<>();
        for (Clause clause : Imports.clauses(headers, "Export-Package")) {
            offers.addAll(clause.paths());
        }
        Set<String> needs = new LinkedHashSet<>();
        for (Clause clause : Imports.clauses(headers, "Import-Package")) {
            if (!"optional".equals(clause.directives().get("resolution"))) {
                needs.addAll(clause.paths());
            }
        }
        needs.removeAll(offers);
        Set<String> bundles = new LinkedHashSet<>();
        for (Clause clause : Imports.clauses(headers, "Require-Bundle")) {
            bundles.addAll(clause.paths());
        }
        return new Wires(needs, offers, bundles);
    }
}
