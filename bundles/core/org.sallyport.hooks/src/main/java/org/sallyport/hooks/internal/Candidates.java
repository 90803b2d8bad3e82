package org.sallyport.hooks.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.plugin.Contribution;

/** The handlers that a set of plugins brings, by hook. Thread-safe; runs no code of a plugin. */
final class Candidates {
    static final Candidates NONE = new Candidates(Map.of());

    private final Map<String, List<Offer>> offers;
    private final Map<String, List<Candidate>> made = new ConcurrentHashMap<>();

    /** @param offers by hook, in the order in which they count if there are too many; not changed any more */
    Candidates(Map<String, List<Offer>> offers) {
        this.offers = offers;
    }

    /**
     * One handler.
     *
     * @param candidate null of a plugin that sleeps, whose wishes are read when somebody asks for its hook
     */
    record Offer(
            HookKind kind,
            Contribution<?> contribution,
            @Nullable Candidate candidate) {
        Stream<Candidate> read() {
            return Stream.ofNullable(candidate == null ? CandidateReader.read(kind, contribution) : candidate);
        }
    }

    /** Those of a hook, in the natural order. */
    List<Candidate> of(String hook) {
        List<Offer> all = offers.get(hook);
        return all == null
                ? List.of()
                : made.computeIfAbsent(
                        hook,
                        name -> CandidateReader.bounded(
                                name, all.stream().flatMap(Offer::read).toList()));
    }

    /** All hooks that somebody wants to handle. */
    Set<String> hooks() {
        return offers.keySet();
    }
}
