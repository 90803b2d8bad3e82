package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * When a server that ended may be started again: pauses double from the first to the last and are shortened by up to
 * half at random, so that many sessions do not start at one moment. Thread-safe.
 */
final class Restarts {
    /** A server that ran that long was well; its next end counts as the first. */
    static final Duration WELL = Duration.ofSeconds(10);

    private final Upstream.BackOff pauses;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private int ends;
    private long notBefore;

    Restarts(Upstream.BackOff pauses, LongSupplier nanoTime, DoubleSupplier random) {
        this.pauses = pauses;
        this.nanoTime = nanoTime;
        this.random = random;
        notBefore = nanoTime.getAsLong();
    }

    /** Time until it may be started. */
    synchronized Duration untilStart() {
        return Duration.ofNanos(Math.max(0, notBefore - nanoTime.getAsLong()));
    }

    /** It could not be started, or ended by itself. */
    synchronized void ended(Duration ran) {
        ends = ran.compareTo(WELL) >= 0 ? 1 : Math.min(ends + 1, 30);
        long nanos = Math.min(
                pauses.first().toNanos() << Math.min(ends - 1, 20),
                pauses.last().toNanos());
        notBefore = nanoTime.getAsLong() + (long) (nanos * (0.5 + random.getAsDouble() / 2));
    }
}
