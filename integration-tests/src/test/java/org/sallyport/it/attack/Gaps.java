package org.sallyport.it.attack;

import java.util.Map;

/** Rows that are not held as the corpus wants, each with the reason. A row that is held must not stand here. */
final class Gaps {
    private static final Map<String, String> CONFINED = Map.of();

    private static final Map<String, String> WORKER = Map.of();

    private Gaps() {}

    /** The reason; empty if the row has to be held. */
    static String of(GuardedTier tier, Row row) {
        return (tier == GuardedTier.CONFINED ? CONFINED : WORKER).getOrDefault(row.id(), "");
    }
}
