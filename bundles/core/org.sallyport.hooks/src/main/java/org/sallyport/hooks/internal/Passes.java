package org.sallyport.hooks.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts passes exactly, without a lock and, as long as threads have stripes of their own, without contention. The add
 * also orders a caller's marks before its look at the snapshot's mode; see {@link Marks}. Thread-safe.
 */
final class Passes {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Longs a stripe: 128 bytes, since processors fetch cache lines in pairs. */
    private static final int WIDTH = 16;

    /** A power of two: twice the processors, at least 4, at most 64. */
    static final int STRIPES =
            Math.min(64, Math.max(4, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2));

    private static final int SHIFT = 64 - Integer.numberOfTrailingZeros(STRIPES);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long[] cells = new long[(STRIPES + 1) * WIDTH];

    /** The stripe of the calling thread, for {@link #enter}. */
    static int stripe() {
        return ((int) (Thread.currentThread().getId() * GOLDEN >>> SHIFT) + 1) * WIDTH;
    }

    /** Whether the pass with that ticket is one of the 1 in 256 that are timed. Spread out evenly, but in step with nobody. */
    static boolean isSampled(long ticket) {
        return ticket * GOLDEN >>> 56 == 0;
    }

    /** Counts a pass. */
    void enter(int stripe) {
        CELLS.getAndAdd(cells, stripe, 1L);
    }

    /** Takes back that a pass was counted. */
    void undo(int stripe) {
        CELLS.getAndAdd(cells, stripe, -1L);
    }

    /** Orders what this thread did before after, and what it does next before, the passes that enter from now on. */
    void fence() {
        for (int stripe = WIDTH; stripe < cells.length; stripe += WIDTH) {
            CELLS.getAndAdd(cells, stripe, 0L);
        }
    }

    /** How many entered. */
    long sum() {
        long sum = 0;
        for (int stripe = WIDTH; stripe < cells.length; stripe += WIDTH) {
            sum += (long) CELLS.getVolatile(cells, stripe);
        }
        return sum;
    }
}
