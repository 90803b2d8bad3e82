package org.sallyport.hooks.internal;

import java.lang.reflect.Array;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The handlers of a hook at one moment, ready to be called: what a dispatch reads, once. The handlers never change; the
 * counters and the mode do. Thread-safe.
 */
final class Compiled {
    /** Bit of {@link #mode}: another snapshot took its place, nobody may begin here any more. */
    static final int RETIRED = 1;

    /** Bit of {@link #mode}: a breaker is not calm, so passes have to ask. */
    static final int GUARDED = 2;

    /** The handlers; an array of the kind's contract, so that a pass casts it once. */
    final Object[] handlers;

    /** What is known of each handler. */
    final Slot[] slots;

    /** Who is in. */
    final Passes passes = new Passes();

    /** Zero: call the handlers. Else bits. Written under the hook's lock. */
    volatile int mode;

    private final AtomicLongArray skipped;
    private final AtomicLongArray answered;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    Compiled(HookKind kind, List<Slot> slots) {
        this.slots = slots.toArray(new Slot[0]);
        handlers = (Object[]) Array.newInstance(kind.contract(), slots.size());
        for (int i = 0; i < handlers.length; i++) {
            handlers[i] = slots.get(i).candidate().service();
        }
        skipped = new AtomicLongArray(handlers.length);
        answered = new AtomicLongArray(handlers.length);
    }

    /** A pass ends. */
    void leave(int stripe) {
        passes.leave(stripe);
        if ((mode & RETIRED) != 0) {
            finishIfIdle();
        }
    }

    /** A pass that entered finds that it came too late. It did not call anything and is not counted. */
    void backOff(int stripe) {
        passes.undo(stripe);
        finishIfIdle();
    }

    /** Lets nobody begin any more. Called under the hook's lock. */
    void retire() {
        mode |= RETIRED;
        finishIfIdle();
    }

    private void finishIfIdle() {
        if (passes.idle() && finished.compareAndSet(false, true)) {
            // Not here: what waits for it must not run on the thread of some call.
            try {
                drained.completeAsync(() -> null);
            } catch (Throwable e) {
                // No thread to be had; a call must not fail for that.
                drained.complete(null);
            }
        }
    }

    /** Completes when this is retired and no pass is in. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** The breaker of that handler kept it out of one pass. */
    void skipped(int handler) {
        skipped.getAndIncrement(handler);
    }

    /** That handler of a first hook gave the answer, so those after it were not called. */
    void answered(int handler) {
        answered.getAndIncrement(handler);
    }

    /** Passes that ended. */
    long ended() {
        return passes.left();
    }

    /** How often that handler was called, in passes that ended. */
    long calls(int handler) {
        long calls = ended() - skipped.get(handler);
        for (int i = 0; i < handler; i++) {
            calls -= answered.get(i);
        }
        return Math.max(0, calls);
    }
}
