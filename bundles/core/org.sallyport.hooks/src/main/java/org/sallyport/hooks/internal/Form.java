package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;

/**
 * One way to pass a value through the handlers of a snapshot, and what all ways share: {@link Loop}, {@link Careful}, and
 * the classes that {@link FormCompiler} makes. Thread-safe.
 */
abstract class Form {
    /** Where in the times of a pass the first handler's end is. */
    static final int FIRST_END = 2;

    final Hook hook;
    final Snapshot snapshot;
    final Slot[] slots;

    // Beside each other, as a timed pass needs them all at once.
    private final Histogram[] histograms;
    private final Histogram whole;

    Form(Hook hook, Snapshot snapshot) {
        this.hook = hook;
        this.snapshot = snapshot;
        slots = snapshot.slots;
        histograms = new Histogram[slots.length];
        for (int i = 0; i < slots.length; i++) {
            histograms[i] = slots[i].times();
        }
        whole = hook.times();
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

    /**
     * Where a timed pass keeps its times until it ends, so that nothing but the clock lies between two handlers: how many
     * handlers failed, when the pass began, when each handler ended, and which ones failed.
     */
    final long[] times(long[] marks) {
        long[] times = Marks.times(marks, 2 * slots.length + FIRST_END);
        times[0] = 0;
        return times;
    }

    /** A handler failed in a timed pass: how long that took is not its time. */
    final void failed(int handler, Throwable cause, long[] times) {
        times[slots.length + FIRST_END + (int) times[0]++] = handler;
        failed(handler, cause);
    }

    /** A timed pass ended after that many handlers. */
    final void took(int handlers, long[] times, long[] marks) {
        int owner = Marks.owner(marks);
        if (times[0] != 0) {
            tookWithout(handlers, times, owner);
        } else {
            for (int i = 0; i < handlers; i++) {
                took(i, times, owner);
            }
        }
        whole.record(owner, times[handlers + 1] - times[1]);
    }

    private void tookWithout(int handlers, long[] times, int owner) {
        int failed = slots.length + FIRST_END;
        for (int i = 0; i < handlers; i++) {
            if (failed < slots.length + FIRST_END + times[0] && times[failed] == i) {
                failed++;
            } else {
                took(i, times, owner);
            }
        }
    }

    private void took(int handler, long[] times, int owner) {
        long nanos = times[handler + FIRST_END] - times[handler + FIRST_END - 1];
        histograms[handler].record(owner, nanos);
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
