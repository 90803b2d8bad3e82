package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;

/**
 * What the four ways of calling a hook share: getting into a snapshot and out of it. Thread-safe.
 *
 * <p>Everything that a handler throws ends in the pass, is counted, and the other handlers go on: its exceptions, its
 * missing classes, its endless recursion, and memory that it used up. The last says little of who used it up, but the
 * caller could do less about it than the next handler, which needs none; it is counted against the handler, and a heap
 * that is short for all shows in the errors of all. A {@code ThreadDeath} is one more error, as a plugin must not end a
 * host's thread. An {@link InterruptedException} is one, too, and the thread is marked as interrupted again, since the
 * interruption was meant for the caller.
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

    /**
     * Takes a handler's answer.
     *
     * @param state what the pass came to before
     * @return what it comes to now
     * @throws WrongAnswer if it is none
     */
    abstract @Nullable Object taken(@Nullable Object state, @Nullable Object answer);

    /** Whether the handlers after the one that gave this state are not asked. */
    boolean isAnswer(@Nullable Object state) {
        return false;
    }

    /**
     * Passes a value through the handlers that are there now.
     *
     * @param start what it comes to if there is no handler
     */
    final @Nullable Object run(Object value, @Nullable Object start) {
        check(value);
        long[] marks = Marks.mine();
        int level = Marks.next(marks);
        try {
            while (true) {
                Snapshot snapshot = hook.current;
                Marks.enter(marks, level, snapshot.id);
                int mode = snapshot.mode;
                if ((mode & Snapshot.RETIRED) != 0) {
                    continue;
                }
                long number = snapshot.passes.count(Marks.cell(marks));
                Marks.number(marks, level, number);
                boolean sampled = Passes.isSampled(number);
                // Two places, so that the one which is hot calls one kind of form.
                return mode == 0 && !sampled
                        ? snapshot.form.pass(this, value, start, marks, level)
                        : snapshot.closer(mode, sampled, marks, level).pass(this, value, start, marks, level);
            }
        } finally {
            Marks.leave(marks, level);
        }
    }

    /** Refuses what is no payload of this hook; the caller's mistake, so it is thrown at the caller. */
    private void check(Object value) {
        if (value.getClass() != payload && !payload.isInstance(value)) {
            throw new ClassCastException("Hook [" + hook.name() + "] takes values of [" + payload.getName()
                    + "], and this is a [" + value.getClass().getName() + "]");
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
