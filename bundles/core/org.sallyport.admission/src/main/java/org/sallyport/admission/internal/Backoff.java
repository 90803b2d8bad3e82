package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When to try again what failed and may pass by itself: a set time after the first failure, then after twice the time
 * each, at most {@value #MAX_TIMES} times the first; after {@value #MAX_TRIES} tries in a row not any more. Thread-safe.
 */
final class Backoff {
    /** Most tries after the first failure. */
    static final int MAX_TRIES = 6;

    /** Longest wait, in times of the first. */
    static final int MAX_TIMES = 16;

    private final long first;
    private final LongSupplier nanoTime;
    private final Map<String, Failures> failures = new ConcurrentHashMap<>();

    /**
     * @param first the time until the first try
     * @param nanoTime as {@link System#nanoTime()}
     */
    Backoff(Duration first, LongSupplier nanoTime) {
        this.first = first.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * What failed in a row.
     *
     * @param count how often
     * @param next when it may be tried again, by the clock
     */
    private record Failures(int count, long next) {}

    /**
     * A try that will come.
     *
     * @param number from 1 to {@value #MAX_TRIES}
     * @param in when; zero if it is due
     */
    record Try(int number, Duration in) {}

    /** It failed, once more. */
    void failed(String id) {
        failures.compute(id, (key, before) -> {
            int count = before == null ? 1 : before.count() + 1;
            long wait = first * Math.min(MAX_TIMES, 1L << Math.min(count - 1, MAX_TRIES));
            return new Failures(count, nanoTime.getAsLong() + wait);
        });
    }

    /** It is well, or somebody else sees to it: the next failure is the first. */
    void forget(String id) {
        failures.remove(id);
    }

    /** It serves. When that has lasted for the longest wait after the last try was due, its next failure is the first. */
    void settle(String id) {
        failures.computeIfPresent(
                id, (key, before) -> nanoTime.getAsLong() - before.next() >= MAX_TIMES * first ? null : before);
    }

    /** The next try; empty if it did not fail or was tried often enough. */
    Optional<Try> next(String id) {
        Failures past = failures.get(id);
        return past == null || past.count() > MAX_TRIES
                ? Optional.empty()
                : Optional.of(new Try(past.count(), Duration.ofNanos(Math.max(0, past.next() - nanoTime.getAsLong()))));
    }

    /** Whether it failed and is to be tried now. */
    boolean isDue(String id) {
        return next(id).filter(one -> one.in().isZero()).isPresent();
    }

    /** Whether nothing speaks against a try now: it is due, or never failed. */
    boolean isFree(String id) {
        return !failures.containsKey(id) || isDue(id);
    }
}
