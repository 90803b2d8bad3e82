package org.sallyport.hooks.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the passes that enter and leave a snapshot, without a lock and, as long as threads have stripes of their own,
 * without contention. Thread-safe.
 *
 * <p>The lease on a snapshot rests on it. A caller enters and then looks whether the snapshot was retired meanwhile; the
 * publisher retires it and then looks whether anybody is in. All four accesses are volatile, so they stand in one total
 * order: either the caller sees that it came too late and leaves, or the publisher sees the caller. A pass leaves by the
 * stripe that it entered by, so a stripe that is found idle after retirement stays without a pass that works.
 */
final class Passes {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Longs a stripe: 128 bytes, since processors fetch cache lines in pairs. */
    private static final int WIDTH = 16;

    /** A power of two: twice the processors, at least 4, at most 64. */
    private static final int STRIPES =
            Math.min(64, Math.max(4, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2));

    private static final int SHIFT = 64 - Integer.numberOfTrailingZeros(STRIPES);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    // Of each stripe the first long counts those that entered, the second those that left.
    private final long[] cells = new long[(STRIPES + 1) * WIDTH];

    /** The stripe of the calling thread, for {@link #enter(int)} and {@link #leave(int)}. */
    static int stripe() {
        return ((int) (Thread.currentThread().getId() * GOLDEN >>> SHIFT) + 1) * WIDTH;
    }

    /**
     * Whether the pass with that ticket is one of the 1 in 64 that are timed. Spread out evenly, but not in step with
     * callers that alternate; the first pass of a stripe is one.
     */
    static boolean isSampled(long ticket) {
        return ticket * GOLDEN >>> 58 == 0;
    }

    /** Counts a pass in; returns its ticket, the number of passes that entered by this stripe before. */
    long enter(int stripe) {
        return (long) CELLS.getAndAdd(cells, stripe, 1L);
    }

    /** Counts a pass out. */
    void leave(int stripe) {
        CELLS.getAndAdd(cells, stripe + 1, 1L);
    }

    /** Takes back that a pass was counted in. */
    void undo(int stripe) {
        CELLS.getAndAdd(cells, stripe, -1L);
    }

    /** Whether, at some moment of this call, each stripe had nobody in. */
    boolean idle() {
        for (int stripe = WIDTH; stripe < cells.length; stripe += WIDTH) {
            // Those that left first: read the other way round, one that leaves and one that enters look like none.
            long left = (long) CELLS.getVolatile(cells, stripe + 1);
            if (left != (long) CELLS.getVolatile(cells, stripe)) {
                return false;
            }
        }
        return true;
    }

    /** How many left. */
    long left() {
        long sum = 0;
        for (int stripe = WIDTH; stripe < cells.length; stripe += WIDTH) {
            sum += (long) CELLS.getVolatile(cells, stripe + 1);
        }
        return sum;
    }
}
