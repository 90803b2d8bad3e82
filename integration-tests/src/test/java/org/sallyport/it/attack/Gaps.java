package org.sallyport.it.attack;

import java.util.Map;
import java.util.Set;

/** Rows that are not held as the corpus wants, each with the reason. A row that is held must not stand here. */
final class Gaps {
    private static final Map<String, String> CONFINED = Map.of();

    private static final Map<String, String> WORKER = Map.of();

    /**
     * Rows that one layer alone holds. The guard knows by the weaver's entries whose files get longer; memory is counted by the weaver.
     */
    private static final Map<Layer, Set<String>> SINGLE = Map.of(
            Layer.GUARD, Set.of("FS-24"),
            Layer.WEAVER, Set.of("FS-24", "RS-03"));

    private Gaps() {}

    /** Those that are not held without a layer. */
    static Set<String> without(Layer layer) {
        return SINGLE.getOrDefault(layer, Set.of());
    }

    /** The reason; empty if the row has to be held. */
    static String of(GuardedTier tier, Row row) {
        return (tier == GuardedTier.CONFINED ? CONFINED : WORKER).getOrDefault(row.id(), "");
    }
}
