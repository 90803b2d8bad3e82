package org.sallyport.hooks.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
 * <p>Who retires a snapshot has to see everybody who is in. The caller marks itself, then counts itself in by an atomic
 * add to the snapshot's counters ({@link Passes}), then looks whether it is retired. The publisher retires it, then adds
 * zero to each counter, then looks at the marks. The two adds are ordered: if the caller's is first, the publisher sees
 * its mark; else the caller sees that it came too late.
 */
final class Marks {
    /** Most hook calls that a thread may be in at once. */
    static final int MAX_DEPTH = 32;

    /** Longs of one call: the handler's place from 0 (-1 before the first), the snapshot's id, the pass's ticket, a time. */
    static final int LEVEL = 4;

    /** Where in a call's longs a timed pass may keep a time. */
    static final int TIME = 3;

    private static final int SNAPSHOT = 1;
    private static final int TICKET = 2;

    /** Longs at both ends that nobody uses, so that two threads do not share a cache line. */
    private static final int EDGE = 16;

    private static final int TOP = EDGE;
    private static final int STRIPE = EDGE + 1;
    private static final int COUNT = EDGE + 2;
    private static final int OWNER = EDGE + 3;
    private static final int FIRST = EDGE + LEVEL;
    private static final int END = FIRST + MAX_DEPTH * LEVEL;

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Queue<Seat> SEATS = new ConcurrentLinkedQueue<>();
    private static final ThreadLocal<long[]> MINE = ThreadLocal.withInitial(Marks::seat);

    /** The numbers that living threads own; its own lock. */
    private static final BitSet OWNERS = new BitSet();

    private Marks() {}

    private record Seat(Thread thread, long[] marks) {}

    /**
     * Where a thread is: in the innermost of its hook calls.
     *
     * @param snapshot the snapshot's id
     * @param ticket tells this pass of the thread on that snapshot from its others
     * @param handler the handler's place from 0; -1 if it has not come to the first
     */
    record Position(Thread thread, long snapshot, long ticket, int handler) {}

    private static long[] seat() {
        long[] marks = new long[END + EDGE];
        marks[TOP] = FIRST;
        marks[STRIPE] = Passes.stripe();
        synchronized (OWNERS) {
            int owner = OWNERS.nextClearBit(1);
            OWNERS.set(owner);
            marks[OWNER] = owner;
        }
        SEATS.add(new Seat(Thread.currentThread(), marks));
        return marks;
    }

    /** The calling thread's. */
    static long[] mine() {
        return MINE.get();
    }

    /** The thread's stripe in all counters. */
    static int stripe(long[] marks) {
        return (int) marks[STRIPE];
    }

    /** A number from 1 that no other living thread has; small as long as few threads call hooks. */
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

    /** The number of the thread's next pass: counts all its hooks, and those again that came too late. */
    static long ticket(long[] marks) {
        return ++marks[COUNT];
    }

    /** Marks the thread as being in a snapshot; an atomic add to its counters has to follow. */
    static void enter(long[] marks, int level, long snapshot, long ticket) {
        marks[TOP] = level + LEVEL;
        marks[level] = -1;
        marks[level + TICKET] = ticket;
        CELLS.setOpaque(marks, level + SNAPSHOT, snapshot);
    }

    /** Takes the mark away; all that the thread did before has happened for who sees that it is gone. */
    static void leave(long[] marks, int level) {
        marks[TOP] = level;
        CELLS.setRelease(marks, level + SNAPSHOT, 0L);
    }

    /** Whether some thread is marked as being in that snapshot. */
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
        long ticket = (long) CELLS.getAcquire(seat.marks, level + TICKET);
        long handler = (long) CELLS.getAcquire(seat.marks, level);
        return snapshot == 0 ? null : new Position(seat.thread, snapshot, ticket, (int) handler);
    }
}
