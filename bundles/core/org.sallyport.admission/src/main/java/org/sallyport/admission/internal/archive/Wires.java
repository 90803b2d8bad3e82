package org.sallyport.admission.internal.archive;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * The packages that a plugin needs of others and offers to others, by its manifest.
 *
 * @param needs imported, not optionally, and not exported by itself
 * @param offers exported
 */
public record Wires(Set<String> needs, Set<String> offers) {
    private static final Wires NONE = new Wires(Set.of(), Set.of());

    public Wires {
        needs = Set.copyOf(needs);
        offers = Set.copyOf(offers);
    }

    /** Those of a descriptor that was read here; else none. */
    public static Wires of(PluginDescriptor descriptor) {
        return descriptor instanceof ManifestDescriptor read ? read.wires() : NONE;
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
        return new Wires(needs, offers);
    }
}
