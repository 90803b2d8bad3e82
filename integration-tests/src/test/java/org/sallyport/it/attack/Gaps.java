package org.sallyport.it.attack;

import java.util.Map;

/** Rows that are not held as the corpus wants, each with the reason. A row that is held must not stand here. */
final class Gaps {
    private static final Map<String, String> CONFINED = Map.of();

    private static final Map<String, String> WORKER = Map.of();

    /** From Java 25 on, which no longer starts a thread for it where there are few processors. */
    private static final Map<String, String> WORKER_25 =
            Map.of("TH-01", "work that is given to the common pool runs there without a permission for threads");

    private Gaps() {}

    /** The reason; empty if the row has to be held. */
    static String of(GuardedTier tier, Row row) {
        Map<String, String> known =
                tier == GuardedTier.CONFINED ? CONFINED : Runtime.version().feature() < 25 ? WORKER : WORKER_25;
        return known.getOrDefault(row.id(), "");
    }
}
