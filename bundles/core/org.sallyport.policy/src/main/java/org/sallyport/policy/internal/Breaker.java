package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Suspends an instance that keeps failing; a call that is slow counts as one that failed. Closed: all calls pass; when {@code errors} of the last {@code window} failed
 * it opens. Open: no call passes for {@code pause}. Half open: one call passes as a probe; if it succeeds the breaker
 * closes, else it opens again. A fresh breaker counts as one whose last calls all succeeded.
 *
 * <p>Thread-safe. The path of a healthy instance reads one volatile field and writes nothing.
 */
final class Breaker {
    /**
     * When a breaker opens and for how long.
     *
     * @param window 2 to 64: how many calls are looked at
     * @param errors 1 to {@code window}: how many of them have to fail
     * @param pause how long it stays open
     * @param openings how many openings within {@code span} are too many
     * @param span see {@code openings}
     * @param slow a call that takes longer counts as failed, though its result is used
     */
    record Rule(int window, int errors, Duration pause, int openings, Duration span, Duration slow) {
        /** No call takes longer than this. */
        static final Duration NEVER = Duration.ofDays(1);

        /** A rule by which no call is slow. */
        Rule(int window, int errors, Duration pause, int openings, Duration span) {
            this(window, errors, pause, openings, span, NEVER);
        }

        /** Whether a call took too long. */
        boolean isSlow(long nanos) {
            return nanos > slow.toNanos();
        }
    }

    /** May the call be made, and is it the probe? */
    enum Permit {
        NORMAL,
        PROBE,
        REFUSED
    }

    /** What a failure led to. */
    enum Effect {
        NONE,
        OPENED,
        TOO_OFTEN
    }

    /** For people. */
    enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private final Rule rule;
    private final long mask;
    private final ArrayDeque<Long> opened = new ArrayDeque<>();
    // Closed, and no failure among the last calls: nothing to remember of a success.
    private volatile boolean clean = true;
    private volatile State state = State.CLOSED;
    private long failures;
    private long openUntil;
    private boolean probing;

    Breaker(Rule rule) {
        this.rule = rule;
        this.mask = rule.window() == Long.SIZE ? -1L : (1L << rule.window()) - 1;
    }

    Permit enter(long now) {
        return state == State.CLOSED ? Permit.NORMAL : enterSlowly(now);
    }

    private synchronized Permit enterSlowly(long now) {
        if (state == State.CLOSED) {
            return Permit.NORMAL;
        }
        if (state == State.OPEN && now - openUntil >= 0) {
            state = State.HALF_OPEN;
            probing = false;
        }
        if (state == State.OPEN || probing) {
            return Permit.REFUSED;
        }
        probing = true;
        return Permit.PROBE;
    }

    /** No call was made with that permit, so nothing is known: the next one may probe. */
    synchronized void unused(Permit permit) {
        if (permit == Permit.PROBE) {
            probing = false;
        }
    }

    /** How a call ended that had that permit. */
    Effect leave(Permit permit, boolean failed, long now) {
        return !failed && clean ? Effect.NONE : leaveSlowly(permit, failed, now);
    }

    private synchronized Effect leaveSlowly(Permit permit, boolean failed, long now) {
        if (permit == Permit.PROBE) {
            probing = false;
            return failed ? open(now) : close();
        }
        if (state != State.CLOSED) {
            // A call from before the opening: what it says is old.
            return Effect.NONE;
        }
        failures = (failures << 1 | (failed ? 1 : 0)) & mask;
        clean = failures == 0;
        return failed && Long.bitCount(failures) >= rule.errors() ? open(now) : Effect.NONE;
    }

    private Effect open(long now) {
        state = State.OPEN;
        clean = false;
        openUntil = now + rule.pause().toNanos();
        opened.addLast(now);
        while (now - opened.getFirst() > rule.span().toNanos()) {
            opened.removeFirst();
        }
        return opened.size() >= rule.openings() ? Effect.TOO_OFTEN : Effect.OPENED;
    }

    private Effect close() {
        state = State.CLOSED;
        failures = 0;
        clean = true;
        return Effect.NONE;
    }

    State state() {
        return state;
    }

    Rule rule() {
        return rule;
    }
}
