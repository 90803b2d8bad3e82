package org.sallyport.admission.internal.context;

import java.util.function.LongSupplier;

/** So many a second, and a few at once. Thread-safe. */
final class RateLimit {
    private static final double NANOS = 1e9;

    private final double perNano;
    private final double most;
    private final LongSupplier nanos;

    // Guarded by this.
    private double left;
    private long at;

    /** @param burst how many at once; at least 1 */
    RateLimit(int perSecond, int burst) {
        this(perSecond, burst, System::nanoTime);
    }

    RateLimit(int perSecond, int burst, LongSupplier nanos) {
        perNano = perSecond / NANOS;
        most = burst;
        left = burst;
        this.nanos = nanos;
        at = nanos.getAsLong();
    }

    /** Whether one more is within the limit; it counts then. */
    synchronized boolean allow() {
        long now = nanos.getAsLong();
        left = Math.min(most, left + (now - at) * perNano);
        at = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
