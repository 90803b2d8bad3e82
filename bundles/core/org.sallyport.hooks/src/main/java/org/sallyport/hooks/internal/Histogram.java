package org.sallyport.hooks.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Durations in buckets of fixed number: eight to each power of two, so a value that is read back is at most 12.5 % too
 * high. From 0 to 2^42 nanoseconds (73 minutes); what is longer counts as that. About 2.6 kB. Thread-safe, lock-free.
 */
final class Histogram {
    private static final int SUB_BITS = 3;
    private static final int SUB = 1 << SUB_BITS;
    private static final int TOP_BIT = 42;
    private static final int BUCKETS = (TOP_BIT - SUB_BITS + 1) * SUB;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong max = new AtomicLong();

    /** Adds a duration; a negative one, from a clock that jumped, counts as zero. */
    void record(long nanos) {
        long value = Math.max(0, nanos);
        counts.getAndIncrement(bucket(value));
        if (value > max.get()) {
            max.accumulateAndGet(value, Math::max);
        }
    }

    /** The longest duration, exactly. */
    long max() {
        return max.get();
    }

    /**
     * The duration that this share of all durations does not exceed; 0 if there are none.
     *
     * @param share within 0 to 1
     */
    long percentile(double share) {
        long total = 0;
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
            total += copy[i];
        }
        long rank = Math.max(1, (long) Math.ceil(share * total));
        for (int i = 0; i < BUCKETS; i++) {
            rank -= copy[i];
            if (rank <= 0) {
                return Math.min(upperEdge(i), max.get());
            }
        }
        return 0;
    }

    static int bucket(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int bit = 63 - Long.numberOfLeadingZeros(value);
        int bucket = (bit - SUB_BITS + 1) * SUB + ((int) (value >>> bit - SUB_BITS) & SUB - 1);
        return Math.min(bucket, BUCKETS - 1);
    }

    /** The largest value of a bucket. */
    static long upperEdge(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int shift = bucket / SUB - 1;
        return (((long) SUB + bucket % SUB + 1) << shift) - 1;
    }
}
