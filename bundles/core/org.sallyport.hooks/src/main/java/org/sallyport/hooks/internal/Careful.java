package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;

/**
 * A loop that looks closer: handlers under suspicion are timed and counted always, and those that are kept out are not
 * called. Thread-safe.
 */
final class Careful extends Form {
    private final Object[] handlers;
    private final boolean timed;

    /** @param timed whether handlers that are not under suspicion are timed, too: by n + 1 looks at the clock */
    Careful(Hook hook, Snapshot snapshot, boolean timed) {
        super(hook, snapshot);
        this.timed = timed;
        handlers = snapshot.handlers();
    }

    @Override
    @Nullable Object pass(Dispatch dispatch, Object value, @Nullable Object start, long[] marks, int level) {
        Object state = start;
        long begin = hook.watch().now();
        long last = begin;
        for (int i = 0; i < handlers.length; i++) {
            Breaker breaker = slots[i].breaker();
            boolean suspect = !breaker.isCalm();
            if (suspect && !timed) {
                last = hook.watch().now();
            }
            if (suspect && !breaker.admits(last)) {
                snapshot.skipped(i);
                continue;
            }
            marks[level] = i;
            try {
                state = dispatch.step(handlers[i], value, state);
            } catch (Throwable e) {
                failed(i, e);
                last = timed ? hook.watch().now() : last;
                continue;
            }
            if (timed || suspect) {
                long now = hook.watch().now();
                long nanos = now - last;
                last = now;
                if (timed) {
                    slots[i].times().record(Marks.owner(marks), nanos);
                }
                if (nanos > Slot.SLOW) {
                    hook.slow(slots[i], nanos);
                } else if (suspect) {
                    hook.recovered(slots[i], now);
                }
            }
            if (dispatch.isAnswer(state)) {
                answered(i);
                break;
            }
        }
        if (timed) {
            passTook(last - begin, marks);
        }
        return state;
    }
}
