package org.sallyport.it.attack;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Which rows are tried in which tiers: by {@code -Dattacks.rows}, {@code -Dattacks=full} and {@code -Dattacks.tiers}. */
final class Chosen {
    private Chosen() {}

    /** @param few the ids of those that are tried when nothing is said */
    static Stream<Arguments> of(List<String> few) throws Exception {
        String only = System.getProperty("attacks.rows", "");
        boolean full = "full".equals(System.getProperty("attacks"));
        List<String> tiers =
                List.of(System.getProperty("attacks.tiers", "confined").split(","));
        return GuardedTier.ofTheJar().stream()
                .filter(tier -> tiers.contains(tier.label()))
                .flatMap(tier -> Corpus.ROWS.stream()
                        .filter(row -> only.isEmpty()
                                ? full || few.contains(row.id())
                                : List.of(only.split(",")).contains(row.id()))
                        .map(row -> Arguments.of(tier, row)));
    }
}
