package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;

/**
 * What the four ways of calling a hook share: the careful pass. The plain pass is written out in each of them, so that
 * each keeps its own call sites. Thread-safe.
 */
abstract class Dispatch {
    final Hook hook;
    final Class<?> payload;

    Dispatch(Hook hook, Class<?> payload) {
        this.hook = hook;
        this.payload = payload;
    }

    /**
     * Calls one handler.
     *
     * @param state what the pass came to so far
     * @return what it comes to with this handler
     * @throws Exception or anything else that the handler throws; a {@link WrongAnswer} if it gave what it must not
     */
    abstract @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception;

    /** Whether the handlers after the one that gave this state are not asked. */
    boolean isAnswer(@Nullable Object state) {
        return false;
    }

    /** Refuses what is no payload of this hook; the caller's mistake, so it is thrown at the caller. */
    final void check(Object value) {
        if (value.getClass() != payload && !payload.isInstance(value)) {
            throw new ClassCastException("Hook [" + hook.name() + "] takes values of [" + payload.getName()
                    + "], and this is a [" + value.getClass().getName() + "]");
        }
    }

    /**
     * A pass that looks closer: all handlers are timed if it is a sample, those that are under suspicion are timed and
     * counted always, and those that are kept out are not called.
     */
    final @Nullable Object carefully(Compiled snapshot, Object value, @Nullable Object start, boolean sample) {
        Object state = start;
        for (int i = 0; i < snapshot.handlers.length; i++) {
            Slot slot = snapshot.slots[i];
            boolean suspect = !slot.breaker().isCalm();
            boolean timed = suspect || sample;
            long begin = timed ? hook.watch().now() : 0;
            if (suspect && !slot.breaker().admits(begin)) {
                snapshot.skipped(i);
                continue;
            }
            try {
                state = step(snapshot.handlers[i], value, state);
            } catch (Throwable e) {
                failed(slot, e);
                continue;
            }
            if (timed) {
                took(slot, begin, sample, suspect);
            }
            if (isAnswer(state)) {
                snapshot.answered(i);
                return state;
            }
        }
        return state;
    }

    private void took(Slot slot, long begin, boolean sample, boolean suspect) {
        long end = hook.watch().now();
        if (sample) {
            slot.times().record(end - begin);
        }
        if (end - begin > Slot.SLOW) {
            if (slot.slow(end - begin)) {
                hook.lookAfterBreakers();
            }
        } else if (suspect && slot.breaker().succeeded(end)) {
            hook.lookAfterBreakers();
        }
    }

    /**
     * A handler failed, and the others go on. Everything that can be thrown ends here: a plugin's error, its missing
     * classes, its endless recursion, and memory that it used up.
     */
    final void failed(Slot slot, Throwable cause) {
        try {
            if (slot.failed(cause)) {
                hook.lookAfterBreakers();
            }
        } catch (Throwable e) {
            // Memory or stack is still short. The failure is counted already; the call goes on.
            return;
        }
    }

    /** A handler returned what it must not; has no trace, as it was not thrown by the handler. */
    static final class WrongAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongAnswer(String message) {
            super(message, null, false, false);
        }
    }

    final WrongAnswer wrong(@Nullable Object answer, Class<?> expected) {
        return new WrongAnswer(
                answer == null
                        ? "it returned null"
                        : "it returned a [" + answer.getClass().getName() + "] where a [" + expected.getName()
                                + "] was expected");
    }
}
