package org.sallyport.hooks.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The handlers of a hook at one moment, ready to be called: what a dispatch reads, once. The handlers never change; the
 * counters, the mode and the form do. Thread-safe.
 */
final class Snapshot {
    /** Bit of {@link #mode}: another snapshot took its place, nobody may begin here any more. */
    static final int RETIRED = 1;

    /** Bit of {@link #mode}: a breaker is not calm, so passes have to ask. */
    static final int GUARDED = 2;

    /** Bit of {@link #mode}: every pass is timed. */
    static final int TIMED = 4;

    private static final AtomicLong IDS = new AtomicLong();

    /** Names it in {@link Marks}; never 0. */
    final long id = IDS.incrementAndGet();

    /** The handlers, and what is known of each. */
    final Slot[] slots;

    /** How many passes began. */
    final Passes passes = new Passes();

    /** When it was made, in nanoseconds of the hook's clock. */
    final long since;

    /** What passes run on that need not look closer: a loop, or later code made for these handlers. */
    volatile Form form;

    /** The same for passes that are timed. */
    volatile Form timed;

    /** For passes that have to ask the breakers. */
    private final Form guarded;

    private final Form timedGuarded;

    /** Whether the form could not be made; known to the dispatcher's thread alone. */
    boolean incompilable;

    /** Zero: call the handlers. Else bits. Written under the hook's lock. */
    volatile int mode;

    private volatile boolean met;

    private final AtomicLongArray skipped;
    private final AtomicLongArray answered;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    Snapshot(Hook hook, List<Slot> slots) {
        this.slots = slots.toArray(new Slot[0]);
        since = hook.watch().now();
        skipped = new AtomicLongArray(this.slots.length);
        answered = new AtomicLongArray(this.slots.length);
        form = new Loop(hook, this);
        timedGuarded = new Careful(hook, this, true);
        timed = timedGuarded;
        guarded = new Careful(hook, this, false);
    }

    /** The handlers, in order. */
    Object[] handlers() {
        Object[] handlers = new Object[slots.length];
        for (int i = 0; i < handlers.length; i++) {
            handlers[i] = slots[i].candidate().service();
        }
        return handlers;
    }

    /** What a pass runs on that looks closer: a call within a call, and one of many threads, in a loop. */
    Form closer(int mode, boolean sampled, long[] marks, int level) {
        boolean timing = sampled || (mode & TIMED) != 0;
        if ((mode & GUARDED) != 0) {
            return timing ? timedGuarded : guarded;
        }
        return Marks.isOutermost(level) && Passes.isOwned(Marks.cell(marks)) ? timed : timedGuarded;
    }

    boolean isCompiled() {
        return !(form instanceof Loop);
    }

    /** Lets nobody begin any more, from when all threads were {@linkplain Marks#meet() met}. Called under the hook's lock. */
    void retire() {
        mode |= RETIRED;
    }

    /** All threads were met since it was retired. */
    void met() {
        met = true;
    }

    boolean isMet() {
        return met;
    }

    /** Whether it is known that nobody is in; once that is so, it stays so. */
    boolean isIdle() {
        return met && !Marks.anyoneIn(id);
    }

    /** Completes when {@link #free} is called. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** Tells who waits for it that nobody is in: not on this thread, which has other things to do. */
    void free() {
        try {
            drained.completeAsync(() -> null);
        } catch (Throwable e) {
            // No thread to be had.
            drained.complete(null);
        }
    }

    /** The breaker of that handler kept it out of one pass. */
    void skipped(int handler) {
        skipped.getAndIncrement(handler);
    }

    /** That handler of a first hook gave the answer, so those after it were not called. */
    void answered(int handler) {
        answered.getAndIncrement(handler);
    }

    /** How often that handler was called; a pass that runs counts for all handlers. */
    long calls(int handler) {
        long calls = passes.sum() - skipped.get(handler);
        for (int i = 0; i < handler; i++) {
            calls -= answered.get(i);
        }
        return Math.max(0, calls);
    }
}
