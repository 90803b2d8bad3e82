package org.sallyport.hooks.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps one handler out for a while when it fails too often. A fault is a call that threw or was slow.
 *
 * <p>A calm breaker costs a call nothing: only after a fault are the handler's calls counted here. It opens at
 * {@value #MIN_FAULTS} faults in a row, or that many within 10 s that are at least half of the calls. After 10 s one
 * call is let through as a probe: its success closes the breaker, its failure opens it again. Thread-safe; its lock is
 * taken at faults and changes only, and never while a handler runs.
 */
final class Breaker {
    /** Fewest faults that open it. */
    static final int MIN_FAULTS = 5;

    /** Openings within {@link #MEMORY} that are too many. */
    static final int TOO_OFTEN = 3;

    /** How long faults and calls are counted together, in nanoseconds. */
    static final long WINDOW = TimeUnit.SECONDS.toNanos(10);

    /** How long it stays open before a probe, and how long it waits for a probe to return, in nanoseconds. */
    static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

    /** How long openings are remembered, in nanoseconds. */
    static final long MEMORY = TimeUnit.MINUTES.toNanos(5);

    private enum State {
        CALM,
        WATCHED,
        OPEN,
        PROBING
    }

    /** What a fault led to. */
    enum Change {
        /** Nothing new. */
        NONE,
        /** The handler's calls are watched now. */
        WATCHED,
        /** The handler is kept out. */
        OPENED,
        /** The handler is kept out, and that happened too often. */
        OPENED_TOO_OFTEN
    }

    private volatile State state = State.CALM;
    private final LongAdder calls = new LongAdder();
    private volatile int inARow;

    // Written under this.
    private volatile long since;

    // Guarded by this.
    private int faults;
    private final Deque<Long> openings = new ArrayDeque<>();

    /** Whether there is nothing to ask and nothing to tell it. */
    boolean isCalm() {
        return state == State.CALM;
    }

    /** Whether the handler is kept out. */
    boolean isOpen() {
        State now = state;
        return now == State.OPEN || now == State.PROBING;
    }

    /** Its state as operators read it: {@code closed}, {@code watched}, {@code open} or {@code half-open}. */
    String label() {
        return switch (state) {
            case CALM -> "closed";
            case WATCHED -> "watched";
            case OPEN -> "open";
            case PROBING -> "half-open";
        };
    }

    /** Whether a call may go through now; one that may has to be answered by {@link #succeeded} or {@link #fault}. */
    boolean admits(long now) {
        if (state == State.WATCHED) {
            calls.increment();
            return true;
        }
        return state == State.CALM || admitsProbe(now);
    }

    private synchronized boolean admitsProbe(long now) {
        if (!isOpen()) {
            return true;
        } else if (now - since < PAUSE) {
            return false;
        }
        state = State.PROBING;
        since = now;
        return true;
    }

    /**
     * A call went well.
     *
     * @return whether it is calm now and was not before
     */
    boolean succeeded(long now) {
        if (inARow != 0) {
            inARow = 0;
        }
        return (state == State.PROBING || now - since >= WINDOW) && settle(now);
    }

    private synchronized boolean settle(long now) {
        if (state == State.PROBING) {
            watch(now);
        } else if (state == State.WATCHED && now - since >= WINDOW) {
            if (faults == 0) {
                state = State.CALM;
                return true;
            }
            watch(now);
        }
        return false;
    }

    private void watch(long now) {
        state = State.WATCHED;
        since = now;
        faults = 0;
        calls.reset();
    }

    /** A call threw or was slow. */
    synchronized Change fault(long now) {
        inARow++;
        switch (state) {
            case CALM -> {
                watch(now);
                faults = 1;
                calls.increment();
                return Change.WATCHED;
            }
            case WATCHED -> {
                if (now - since >= WINDOW) {
                    watch(now);
                    calls.increment();
                }
                faults++;
                boolean tooMany = faults >= MIN_FAULTS && faults * 2L >= calls.sum();
                return tooMany || inARow >= MIN_FAULTS ? open(now) : Change.NONE;
            }
            case PROBING -> {
                return open(now);
            }
            default -> {
                // A call that began before it opened.
                return Change.NONE;
            }
        }
    }

    private Change open(long now) {
        state = State.OPEN;
        since = now;
        openings.addLast(now);
        while (now - openings.getFirst() > MEMORY) {
            openings.removeFirst();
        }
        if (openings.size() < TOO_OFTEN) {
            return Change.OPENED;
        }
        openings.clear();
        return Change.OPENED_TOO_OFTEN;
    }
}
