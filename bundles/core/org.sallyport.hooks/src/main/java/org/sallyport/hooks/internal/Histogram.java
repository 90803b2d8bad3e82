package org.sallyport.hooks.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import org.sallyport.spi.hook.HookAdmin.Times;

/**
 * Durations in buckets of fixed number: eight to each power of two, so a value that is read back is at most 12.5 % too
 * high. From 0 to 2^42 nanoseconds (73 minutes); what is longer counts as that. About 2.5 kB; once it is
 * {@linkplain #spread() spread}, that for each of the first {@link Passes#STRIPES} threads, too. No duration is lost, whoever
 * else records at the same time. Thread-safe, lock-free.
 */
final class Histogram {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SUB_BITS = 3;
    private static final int SUB = 1 << SUB_BITS;
    private static final int TOP_BIT = 42;
    private static final int BUCKETS = (TOP_BIT - SUB_BITS + 1) * SUB;

    /** Of a stripe, the cell after its buckets: the longest duration. */
    private static final int MAX = BUCKETS;

    // At 0 those of all who have none of their own; then of the threads that own the number. Grows, and keeps what was
    // there.
    private volatile long[][] stripes = {new long[BUCKETS + 1]};

    /** Gives threads buckets of their own: for those who record at every call, and need no atomic add then. */
    synchronized void spread() {
        if (stripes.length == 1) {
            long[][] more = new long[1 + Passes.STRIPES][];
            more[0] = stripes[0];
            for (int i = 1; i < more.length; i++) {
                more[i] = new long[BUCKETS + 1];
            }
            stripes = more;
        }
    }

    /**
     * Adds a duration; a negative one, from a clock that jumped, counts as zero.
     *
     * @param owner the thread's number, as of {@link Marks#owner}
     */
    void record(int owner, long nanos) {
        long value = Math.max(0, nanos);
        int bucket = bucket(value);
        long[][] all = stripes;
        if (owner > 0 && owner < all.length) {
            long[] own = all[owner];
            CELLS.setOpaque(own, bucket, own[bucket] + 1);
            if (value > own[MAX]) {
                CELLS.setOpaque(own, MAX, value);
            }
        } else {
            CELLS.getAndAdd(all[0], bucket, 1L);
            longest(all[0], value);
        }
    }

    private static void longest(long[] shared, long value) {
        long known = (long) CELLS.getOpaque(shared, MAX);
        while (value > known) {
            long seen = (long) CELLS.compareAndExchange(shared, MAX, known, value);
            if (seen == known) {
                return;
            }
            known = seen;
        }
    }

    /** What these hold together. */
    static Times times(Collection<Histogram> histograms) {
        long[] sum = new long[BUCKETS];
        long max = 0;
        for (Histogram histogram : histograms) {
            for (long[] stripe : histogram.stripes) {
                max = Math.max(max, (long) CELLS.getVolatile(stripe, MAX));
                for (int i = 0; i < BUCKETS; i++) {
                    sum[i] += (long) CELLS.getVolatile(stripe, i);
                }
            }
        }
        long count = 0;
        for (long bucket : sum) {
            count += bucket;
        }
        return new Times(
                count,
                percentile(sum, 0.5, count, max),
                percentile(sum, 0.95, count, max),
                percentile(sum, 0.99, count, max),
                max);
    }

    /** The duration that this share of all durations does not exceed; 0 if there are none. */
    private static long percentile(long[] buckets, double share, long count, long max) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        for (int i = 0; i < BUCKETS; i++) {
            rank -= buckets[i];
            if (rank <= 0) {
                return Math.min(upperEdge(i), max);
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
