package org.sallyport.policy.internal;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in buckets of at most 12.5 % width (log-linear, eight buckets a power of two), exactly and without
 * locks. Fixed size: {@value #BUCKETS} buckets a stripe; up to {@value #MAX_STRIPES} stripes, so that threads seldom
 * share a cache line. Durations of 2^40 ns (18 minutes) and more share the last bucket.
 */
final class Histogram {
    static final int BUCKETS = 8 * 38 + 1;
    private static final int MAX_STRIPES = 8;
    private static final int STRIPES =
            Math.min(MAX_STRIPES, Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 2 - 1));

    private final AtomicLongArray[] stripes = new AtomicLongArray[STRIPES];
    private volatile long max;

    Histogram() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new AtomicLongArray(BUCKETS);
        }
    }

    void record(long nanos) {
        // Thread ids are dense, so this spreads host threads evenly.
        stripes[(int) Thread.currentThread().getId() & (STRIPES - 1)].getAndIncrement(bucket(nanos));
        if (nanos > max) {
            raise(nanos);
        }
    }

    private synchronized void raise(long nanos) {
        max = Math.max(max, nanos);
    }

    static int bucket(long nanos) {
        if (nanos < 8) {
            return (int) Math.max(0, nanos);
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        int bucket = (power - 2) * 8 + (int) (nanos >>> (power - 3) & 7);
        return Math.min(bucket, BUCKETS - 1);
    }

    /** The least duration above all of a bucket. */
    static long upper(int bucket) {
        if (bucket < 8) {
            return bucket + 1;
        }
        return (9L + bucket % 8) << (bucket / 8 - 1);
    }

    /** What was recorded so far. */
    Summary summary() {
        long[] sums = new long[BUCKETS];
        long count = 0;
        for (AtomicLongArray stripe : stripes) {
            for (int i = 0; i < BUCKETS; i++) {
                long n = stripe.get(i);
                sums[i] += n;
                count += n;
            }
        }
        long top = max;
        return new Summary(
                count,
                quantile(sums, count, 50, top),
                quantile(sums, count, 95, top),
                quantile(sums, count, 99, top),
                top);
    }

    private static long quantile(long[] sums, long count, int percent, long max) {
        // The smallest bucket that has at least that share of all durations below its end.
        long wanted = (count * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < BUCKETS && count > 0; i++) {
            seen += sums[i];
            if (seen >= wanted) {
                return Math.min(upper(i) - 1, max);
            }
        }
        return 0;
    }

    /**
     * A summary.
     *
     * @param count how many, exactly
     * @param p50 nanoseconds; at most 12.5 % too high, like the other two
     * @param p95 nanoseconds
     * @param p99 nanoseconds
     * @param max nanoseconds, exactly
     */
    record Summary(long count, long p50, long p95, long p99, long max) {}
}
