package org.sallyport.policy.internal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * What members would have done that only see messages. They run beside the messages that go on, so there are never many of them. Thread-safe.
 */
final class Shadows {
    /** What part of the threads may be busy with messages that are only seen; the others are for those that go on. */
    static final int PART = 4;

    /** Most differences that are kept; the oldest makes room. */
    static final int MAX_KEPT = 1_000;

    private volatile int limit;
    private final AtomicInteger running = new AtomicInteger();

    /** Its own lock. */
    private final ArrayDeque<Difference> differences = new ArrayDeque<>();

    /**
     * A message to which a member would have done something.
     *
     * @param at when
     * @param instance the member
     * @param server the server's configured name; may be empty
     * @param exchange the exchange that the message belongs to, as auditing plugins name it
     * @param kind such as {@code request}
     * @param method the method
     * @param outcome what became of the message
     * @param would what the member would have made of it
     * @param reasonCode its reason, for programs
     * @param reason its reason, for people; hidden if the message holds what it would have removed
     */
    record Difference(
            Instant at,
            String instance,
            String server,
            String exchange,
            String kind,
            String method,
            String outcome,
            String would,
            String reasonCode,
            String reason) {}

    /** @param threads most threads that passes have */
    Shadows(int threads) {
        limit(threads);
    }

    /** Passes have so many threads now, at most. Beyond its part of them, messages are missed. */
    void limit(int threads) {
        limit = Math.max(1, threads / PART);
    }

    /** Whether a message may be seen now; if so, {@link #leave} is owed. */
    boolean enter(Stage stage) {
        if (running.incrementAndGet() > limit) {
            running.decrementAndGet();
            counts(stage).missed.increment();
            return false;
        }
        return true;
    }

    /** A message was seen. */
    void leave(Stage stage, ExchangeImpl exchange, PolicyReport real, PolicyResult would) {
        running.decrementAndGet();
        ShadowCounts counts = counts(stage);
        Outcome outcome = would.report().outcome();
        switch (outcome) {
            case BLOCKED -> counts.wouldBlock.increment();
            case MODIFIED -> counts.wouldChange.increment();
            case COMPLETED_BY_MIDDLEWARE -> counts.wouldAnswer.increment();
            default -> {
                if (would.report().stages().stream().anyMatch(step -> step.outcome() == Outcome.ERROR)) {
                    counts.failed.increment();
                }
                counts.seen.increment();
                return;
            }
        }
        PolicyReport.Stage step = would.report().stages().get(0);
        keep(new Difference(
                would.report().at(),
                stage.instance(),
                exchange.server(),
                exchange.id(),
                real.message().kind(),
                real.message().method(),
                real.outcome().wireName(),
                outcome.wireName(),
                step.reasonCode(),
                step.reason()));
        counts.seen.increment();
    }

    private static ShadowCounts counts(Stage stage) {
        return Objects.requireNonNull(stage.seat()).shadow;
    }

    private void keep(Difference difference) {
        synchronized (differences) {
            if (differences.size() >= MAX_KEPT) {
                differences.removeFirst();
            }
            differences.addLast(difference);
        }
    }

    /** The last differences of a member, oldest first. */
    List<Difference> differences(String instance) {
        synchronized (differences) {
            return differences.stream()
                    .filter(difference -> difference.instance().equals(instance))
                    .toList();
        }
    }
}
