package org.sallyport.hooks.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Says for each thread which hook calls it is in, and which handler of each: the lease on a snapshot, and what the
 * watchdog looks at. A thread writes its own marks alone, in memory of its own, so a mark costs a plain store.
 *
 * <p>The marks of a thread are an array of its own: a few longs, then {@value #LEVEL} for each of up to
 * {@value #MAX_DEPTH} calls, one within the other. It is an array, and not an object of a class of ours, so that a host's
 * thread which outlives the platform keeps no class of it; and numbers, and not references, so that no write needs the
 * collector's barrier.
 *
 * <p>Who retires a snapshot has to see everybody who is in. The caller marks itself, then looks whether the snapshot is
 * retired. The publisher retires it, then {@linkplain #meet() meets} all threads, then looks at the marks. A thread that is
 * met is at a safepoint, so it is either past its mark, and the publisher sees that, or before its look, and sees that it
 * came too late. Threads that cannot be met, the virtual ones, have a fence between mark and look instead; so do those that
 * came when all the cells of {@link Passes} had owners.
 */
final class Marks {
    /** Most hook calls that a thread may be in at once. */
    static final int MAX_DEPTH = 32;

    /** Longs of one call: the handler's place from 0 (-1 before the first), the snapshot's id, the pass's number, nothing. */
    static final int LEVEL = 4;

    private static final int SNAPSHOT = 1;
    private static final int NUMBER = 2;

    /** Longs at both ends that nobody uses, so that two threads do not share a cache line. */
    private static final int EDGE = 16;

    private static final int TOP = EDGE;
    private static final int CELL = EDGE + 1;
    private static final int OWNER = EDGE + 2;
    private static final int FIRST = EDGE + LEVEL;
    private static final int END = FIRST + MAX_DEPTH * LEVEL;

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Queue<Seat> SEATS = new ConcurrentLinkedQueue<>();

    /** What {@link #times} gives, for each that owns a cell of the counters. */
    private static final long[][] TIMES = new long[Passes.STRIPES + 1][];

    private static final ThreadLocal<long[]> MINE = ThreadLocal.withInitial(Marks::seat);

    /** The numbers that living threads own; its own lock. */
    private static final BitSet OWNERS = new BitSet();

    private Marks() {}

    private record Seat(Thread thread, long[] marks) {}

    /**
     * Where a thread is: in the innermost of its hook calls.
     *
     * @param snapshot the snapshot's id
     * @param number tells this pass of the thread on that snapshot from its others
     * @param handler the handler's place from 0; -1 if it has not come to the first
     */
    record Position(Thread thread, long snapshot, long number, int handler) {}

    private static long[] seat() {
        long[] marks = new long[END + EDGE];
        marks[TOP] = FIRST;
        Thread thread = Thread.currentThread();
        int owner = canBeMet(thread) ? own() : 0;
        marks[OWNER] = owner;
        marks[CELL] = Passes.cell(owner);
        SEATS.add(new Seat(thread, marks));
        return marks;
    }

    private static int own() {
        synchronized (OWNERS) {
            int owner = OWNERS.nextClearBit(1);
            OWNERS.set(owner);
            return owner;
        }
    }

    /** A virtual thread, or one that tells others another id than its own, is not known by its id. */
    private static boolean canBeMet(Thread thread) {
        ThreadInfo known = THREADS.getThreadInfo(thread.getId());
        return known != null && known.getThreadName().equals(thread.getName());
    }

    /**
     * Has every thread that owns a number stop for a moment, wherever it is: what it did before has happened for the caller of
     * this, and what the caller did before has happened for what it does next. The Java language knows no such thing;
     * any virtual machine that tells what threads are doing does, as it has to halt them to look at their stacks. One
     * halt for all of them; some 0.1 ms, so not for those who call hooks.
     */
    static void meet() {
        long[] ids = SEATS.stream().mapToLong(seat -> seat.thread.getId()).toArray();
        VarHandle.fullFence();
        if (ids.length > 0) {
            THREADS.getThreadInfo(ids, 1);
        }
    }

    /** The calling thread's. */
    static long[] mine() {
        return MINE.get();
    }

    /** The thread's cell in all counters, as of {@link Passes#cell}. */
    static int cell(long[] marks) {
        return (int) marks[CELL];
    }

    /** A number from 1 that no other living thread has, small as long as few threads call hooks; 0 for a virtual thread. */
    static int owner(long[] marks) {
        return (int) marks[OWNER];
    }

    /**
     * Where the marks of the thread's next call are: the index of the handler's place.
     *
     * @throws IllegalStateException if it is in {@value #MAX_DEPTH} calls already
     */
    static int next(long[] marks) {
        int level = (int) marks[TOP];
        if (level == END) {
            throw new IllegalStateException(
                    "This thread is in [" + MAX_DEPTH
                            + "] hook calls, one within the other, which is the limit: do the handlers call each other in a circle?");
        }
        return level;
    }

    /**
     * Room of the calling thread for the times of one pass; the thread has to own a cell, and the call to be its outermost.
     *
     * @param length longs that are needed at least
     */
    static long[] times(long[] marks, int length) {
        int owner = (int) marks[OWNER];
        long[] times = TIMES[owner];
        if (times == null || times.length < length) {
            times = new long[length];
            TIMES[owner] = times;
        }
        return times;
    }

    /** Whether no hook call is around the one at that level. */
    static boolean isOutermost(int level) {
        return level == FIRST;
    }

    /** Marks the thread as being in a snapshot; a look whether that is retired has to follow. */
    static void enter(long[] marks, int level, long snapshot) {
        marks[TOP] = level + LEVEL;
        marks[level] = -1;
        CELLS.setOpaque(marks, level + SNAPSHOT, snapshot);
        if (!Passes.isOwned((int) marks[CELL])) {
            VarHandle.fullFence();
        }
    }

    /** Tells this pass of the thread on that snapshot from its others, before it comes to the first handler. */
    static void number(long[] marks, int level, long number) {
        marks[level + NUMBER] = number;
    }

    /** Takes the mark away; all that the thread did before has happened for who sees that it is gone. */
    static void leave(long[] marks, int level) {
        marks[TOP] = level;
        CELLS.setRelease(marks, level + SNAPSHOT, 0L);
    }

    /** Whether some thread is marked as being in that snapshot; says so for ever if that was retired before {@link #meet}. */
    static boolean anyoneIn(long snapshot) {
        for (Seat seat : SEATS) {
            for (int level = FIRST; level < END; level += LEVEL) {
                if ((long) CELLS.getAcquire(seat.marks, level + SNAPSHOT) == snapshot) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Where the threads are that are in some hook call now, of whatever dispatcher. Forgets threads that ended. */
    static List<Position> positions() {
        SEATS.removeIf(Marks::isLeft);
        List<Position> positions = new ArrayList<>();
        for (Seat seat : SEATS) {
            Position position = position(seat);
            if (position != null) {
                positions.add(position);
            }
        }
        return positions;
    }

    /** Frees what a thread that ended had. */
    private static boolean isLeft(Seat seat) {
        if (seat.thread.isAlive()) {
            return false;
        }
        synchronized (OWNERS) {
            // Only once, should two dispatchers look at the same time: the number may be another thread's by then.
            OWNERS.clear(owner(seat.marks));
            seat.marks[OWNER] = 0;
        }
        return true;
    }

    /** A thread that moves on meanwhile may look as if it were in no call: then it does not hang. */
    private static @Nullable Position position(Seat seat) {
        int level = FIRST;
        while (level < END && (long) CELLS.getAcquire(seat.marks, level + SNAPSHOT) != 0) {
            level += LEVEL;
        }
        level -= LEVEL;
        if (level < FIRST) {
            return null;
        }
        long snapshot = (long) CELLS.getAcquire(seat.marks, level + SNAPSHOT);
        long number = (long) CELLS.getAcquire(seat.marks, level + NUMBER);
        long handler = (long) CELLS.getAcquire(seat.marks, level);
        return snapshot == 0 ? null : new Position(seat.thread, snapshot, number, (int) handler);
    }
}
