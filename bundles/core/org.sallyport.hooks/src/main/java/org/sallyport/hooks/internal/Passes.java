package org.sallyport.hooks.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts passes exactly, without a lock: the first {@value #MAX_STRIPES} threads or fewer add plainly to cells that they own,
 * the others atomically to cells that they share. Thread-safe.
 */
final class Passes {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Longs a stripe: 128 bytes, since processors fetch cache lines in pairs. */
    private static final int WIDTH = 16;

    private static final int MAX_STRIPES = 64;

    /** A power of two: twice the processors, at least 4, at most 64. */
    static final int STRIPES = Math.min(
            MAX_STRIPES, Math.max(4, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2));

    /** Passes of a thread on a snapshot of which 1 in 256 is timed; of those after them it is 1 in 1,024. */
    static final int BEGINNING = 10_000;

    private static final int SHIFT = 64 - Integer.numberOfTrailingZeros(STRIPES);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    // For each stripe the count of the thread that owns it, and beside it that of those who own none.
    private final long[] cells = new long[(STRIPES + 1) * WIDTH];

    /**
     * The cell of the calling thread, for {@link #count}: negative if it shares that.
     *
     * @param owner its number, as of {@link Marks#owner}
     */
    static int cell(int owner) {
        return owner >= 1 && owner <= STRIPES
                ? owner * WIDTH
                : -(((int) (Thread.currentThread().getId() * GOLDEN >>> SHIFT) + 1) * WIDTH + 1);
    }

    static boolean isOwned(int cell) {
        return cell > 0;
    }

    /**
     * Whether the pass with that number is one of those that are timed. Spread out evenly, but in step with nobody.
     *
     * @param number as of {@link #count}
     */
    static boolean isSampled(long number) {
        long place = number * GOLDEN;
        return place >>> 56 == 0 && (number <= BEGINNING || place >>> 54 == 0);
    }

    /**
     * Counts a pass of the calling thread.
     *
     * @param cell the thread's
     * @return the count of that cell: its number among the thread's own passes, or among those of all that share the cell
     */
    long count(int cell) {
        if (cell > 0) {
            long count = cells[cell] + 1;
            CELLS.setOpaque(cells, cell, count);
            return count;
        }
        return (long) CELLS.getAndAdd(cells, -cell, 1L) + 1;
    }

    /** How many passes were counted. */
    long sum() {
        long sum = 0;
        for (int stripe = WIDTH; stripe < cells.length; stripe += WIDTH) {
            sum += (long) CELLS.getVolatile(cells, stripe) + (long) CELLS.getVolatile(cells, stripe + 1);
        }
        return sum;
    }
}
