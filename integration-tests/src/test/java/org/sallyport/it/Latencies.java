package org.sallyport.it;

/** Latencies of one thread, in a fixed number of places that are at most 1.6 % wide. Not thread-safe. */
final class Latencies {
    private static final int HALF = 64;

    private final long[] counts = new long[64 * HALF];
    private long count;
    private long max;

    void record(long nanos) {
        int shift = Math.max(0, 64 - Long.numberOfLeadingZeros(nanos) - 7);
        counts[shift * HALF + (int) (nanos >>> shift)]++;
        count++;
        max = Math.max(max, nanos);
    }

    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        max = Math.max(max, other.max);
    }

    long count() {
        return count;
    }

    /** In microseconds. */
    double percentile(double share) {
        long left = (long) Math.ceil(count * share / 100);
        for (int i = 0; i < counts.length; i++) {
            left -= counts[i];
            if (left <= 0 && counts[i] > 0) {
                int shift = Math.max(0, i / HALF - 1);
                return ((long) (i - shift * HALF) << shift) / 1_000.0;
            }
        }
        return 0;
    }

    double maxMillis() {
        return max / 1e6;
    }
}
