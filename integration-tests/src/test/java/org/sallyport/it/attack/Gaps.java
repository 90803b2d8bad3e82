package org.sallyport.it.attack;

import java.util.Map;
import java.util.Set;

/** Rows that are not held as the corpus wants, each with the reason. A row that is held must not stand here. */
final class Gaps {
    private static final Map<String, String> CONFINED = Map.of();

    private static final Map<String, String> WORKER = Map.of();

    /**
     * Rows that one layer alone holds. The guard knows by the weaver's entries whose files get longer; memory and loops are the weaver's. In a
     * worker without its guard the jail alone says no, without a sentence and a record, and what touches the worker alone is done; services are
     * hidden by its hooks alone.
     */
    private static final Map<Layer, Set<String>> SINGLE = Map.of(
            Layer.GUARD, Set.of("FS-24"),
            Layer.WEAVER, Set.of("FS-24", "RS-02", "RS-03"),
            Layer.WORKER_GUARD,
                    Set.of(
                            "FS-01", "FS-15", "FS-24", "NET-01", "NET-03", "PR-01", "JV-04", "RF-02", "RF-05", "CL-01",
                            "TH-01", "EN-03", "OS-03"),
            Layer.WORKER_HOOKS, Set.of("OS-05"));

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
