package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;

/**
 * Which instances that cannot stand where they are configured are worth a warning: those for which this has been so for
 * a while, each once. At every start plugins come after their configuration, and at every end they go before it; nobody
 * has to hear of that. Used by one thread at a time.
 */
final class Complaints {
    /** How long it may last. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Problem(ChainEntry entry, long since) {}

    private final long patience;
    private final Set<String> told = new HashSet<>();
    private Map<String, Problem> problems = Map.of();

    Complaints(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Takes note of what came into service at that time. */
    void look(Snapshot snapshot, long now) {
        Map<String, Problem> found = new LinkedHashMap<>();
        find(snapshot.global, now, found);
        snapshot.servers.values().forEach(chain -> find(chain, now, found));
        problems = found;
        told.retainAll(found.keySet());
    }

    private void find(Chain chain, long now, Map<String, Problem> found) {
        for (ChainEntry entry : chain.entries) {
            if (entry.state().equals(Stage.MISSING) || entry.state().equals(Stage.REFUSED)) {
                String key = entry.instance() + " " + entry.why();
                Problem known = problems.get(key);
                found.putIfAbsent(key, known == null ? new Problem(entry, now) : known);
            }
        }
    }

    /** Those that are worth a warning now, and were not before. */
    List<ChainEntry> due(long now) {
        List<ChainEntry> due = new ArrayList<>();
        problems.forEach((key, problem) -> {
            if (now - problem.since() >= patience && told.add(key)) {
                due.add(problem.entry());
            }
        });
        return due;
    }

    /** How long until the next may be due, in nanoseconds; empty if none waits. */
    OptionalLong untilNext(long now) {
        return problems.entrySet().stream()
                .filter(problem -> !told.contains(problem.getKey()))
                .mapToLong(problem ->
                        Math.max(0, patience - (now - problem.getValue().since())))
                .min();
    }
}
