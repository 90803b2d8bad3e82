package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;

/**
 * One way to pass a value through the handlers of a snapshot, and what all ways share: {@link Loop}, {@link Careful}, and
 * the classes that {@link FormCompiler} makes. Thread-safe.
 */
abstract class Form {
    final Hook hook;
    final Snapshot snapshot;
    final Slot[] slots;

    Form(Hook hook, Snapshot snapshot) {
        this.hook = hook;
        this.snapshot = snapshot;
        slots = snapshot.slots;
    }

    /**
     * Passes a value through all handlers, whatever some of them throw.
     *
     * @param state what the pass comes to if there is no handler
     * @param marks the thread's; the place of each handler is written to {@code marks[level]} before it is called
     * @return what {@link Dispatch#taken} made of the last answer
     */
    abstract @Nullable Object pass(Dispatch dispatch, Object value, @Nullable Object state, long[] marks, int level);

    /** A handler failed, and the others go on. */
    final void failed(int handler, Throwable cause) {
        hook.failed(slots[handler], cause);
    }

    /** A handler returned, and was timed. */
    final void took(int handler, long nanos, long[] marks) {
        slots[handler].times().record(Marks.owner(marks), nanos);
        if (nanos > Slot.SLOW) {
            hook.slow(slots[handler], nanos);
        }
    }

    /** A pass ended, and was timed. */
    final void passTook(long nanos, long[] marks) {
        hook.times().record(Marks.owner(marks), nanos);
    }

    /** A handler of a first hook gave the answer. */
    final void answered(int handler) {
        snapshot.answered(handler);
    }
}
