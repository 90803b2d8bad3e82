package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.HookCall;
import org.sallyport.hooks.internal.HandlerOrder.Ordered;
import org.sallyport.hooks.internal.HandlerOrder.Placed;
import org.sallyport.spi.hook.HookAdmin.HandlerInfo;
import org.sallyport.spi.hook.HookAdmin.Times;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One declared hook. Callers read {@link #current}; who changes the handlers publishes another snapshot there, and the
 * one before is drained. Thread-safe; no lock is held while a handler runs.
 */
final class Hook {
    /** A snapshot that was passed this often is compiled; about as many calls as the compilation costs. */
    static final long HOT = 20_000;

    /** Not before it has been there for this time, in nanoseconds. */
    static final long STABLE = TimeUnit.SECONDS.toNanos(1);

    private static final Logger log = LoggerFactory.getLogger(Hook.class);

    /** What calls run on. Read once a call; written under the lock. */
    volatile Snapshot current;

    /** The same for all calls, as it says nothing of a single one. */
    final HookCall call;

    private final String name;
    private final HookKind kind;
    private final Watch watch;
    private final Histogram times = new Histogram();
    private final AtomicLong errors = new AtomicLong();

    // Guarded by this.
    private final List<Snapshot> draining = new ArrayList<>();
    private List<Candidate> candidates = List.of();
    private Ordered order = new Ordered(List.of(), List.of());
    private long foldedCalls;
    private boolean timed;

    Hook(String name, HookKind kind, Watch watch) {
        this.name = name;
        this.kind = kind;
        this.watch = watch;
        call = new Call(name);
        current = new Snapshot(this, List.of());
    }

    private record Call(String hook) implements HookCall {}

    String name() {
        return name;
    }

    HookKind kind() {
        return kind;
    }

    Watch watch() {
        return watch;
    }

    /** The times of passes. */
    Histogram times() {
        return times;
    }

    /**
     * Replaces the handlers in one step: a call that begins after this returned runs on these.
     *
     * @param wanted all that want to handle this hook, in natural order, those of other kinds too
     */
    synchronized void handledBy(List<Candidate> wanted) {
        if (Candidate.same(wanted, candidates)) {
            return;
        }
        List<Placed> misfits = new ArrayList<>();
        List<Candidate> fitting = new ArrayList<>();
        for (Candidate candidate : wanted) {
            if (candidate.kind() == kind) {
                fitting.add(candidate);
            } else {
                misfits.add(new Placed(
                        candidate,
                        "not called: it is made for " + candidate.kind().label()
                                + " hooks, and this is a hook of the kind " + kind.label()));
            }
        }
        Ordered ordered = HandlerOrder.of(fitting);
        misfits.addAll(0, ordered.refused());
        misfits.forEach(misfit ->
                log.warn("Handler [{}] of hook [{}] is {}", misfit.candidate().label(), name, misfit.why()));
        candidates = wanted;
        order = new Ordered(ordered.placed(), misfits);
        publish(new Snapshot(this, order.placed().stream().map(this::slot).toList()));
    }

    /** The slot that a handler has already, or a new one. */
    private Slot slot(Placed placed) {
        for (Slot known : current.slots) {
            if (known.candidate().isSameAs(placed.candidate())) {
                return known;
            }
        }
        Slot slot = new Slot(placed.candidate(), watch);
        if (timed) {
            slot.times().spread();
        }
        return slot;
    }

    private void publish(Snapshot next) {
        Snapshot last = current;
        next.mode = mode(next);
        current = next;
        last.retire();
        draining.add(last);
    }

    /** Whether every pass is timed, or a sample of them. */
    synchronized void time(boolean every) {
        timed = every;
        if (every) {
            times.spread();
            for (Slot slot : current.slots) {
                slot.times().spread();
            }
        }
        current.mode = mode(current);
    }

    private int mode(Snapshot snapshot) {
        int mode = timed ? Snapshot.TIMED : 0;
        for (Slot slot : snapshot.slots) {
            mode |= slot.breaker().isCalm() ? 0 : Snapshot.GUARDED;
        }
        return mode;
    }

    /** Called when a breaker was stirred or came to rest: passes ask the breakers as long as one is not calm. */
    private synchronized void lookAfterBreakers() {
        current.mode = mode(current);
    }

    /** A handler threw, or gave what it must not. */
    void failed(Slot slot, Throwable cause) {
        errors.getAndIncrement();
        try {
            if (slot.failed(cause)) {
                lookAfterBreakers();
            }
        } catch (Throwable e) {
            // Memory or stack is still short. The failure is counted already; the call goes on.
            return;
        }
    }

    /** A handler took longer than it may. */
    void slow(Slot slot, long nanos) {
        try {
            if (slot.slow(nanos)) {
                lookAfterBreakers();
            }
        } catch (Throwable e) {
            log.warn(
                    "The slowness of handler [{}] could not be told",
                    slot.candidate().label(),
                    e);
        }
    }

    /** A handler that was under suspicion did well. */
    void recovered(Slot slot, long now) {
        if (slot.breaker().succeeded(now)) {
            lookAfterBreakers();
        }
    }

    /**
     * A thread does not come out of a handler.
     *
     * @param snapshot the id of where it is
     * @return whether that is a snapshot of this hook
     */
    boolean overdue(Thread thread, long snapshot, int handler, long nanos) {
        Slot slot = find(snapshot, handler);
        if (slot == null) {
            return false;
        }
        if (slot.overdue(thread, nanos)) {
            lookAfterBreakers();
        }
        return true;
    }

    private synchronized @Nullable Slot find(long snapshot, int handler) {
        List<Snapshot> all = new ArrayList<>(draining);
        all.add(current);
        for (Snapshot at : all) {
            if (at.id == snapshot && handler >= 0 && handler < at.slots.length) {
                return at.slots[handler];
            }
        }
        return null;
    }

    /**
     * Makes code of the handlers if that pays: they are hot and have been there for a while. Not for callers: it takes
     * milliseconds.
     */
    void compileIfHot() {
        Snapshot snapshot = current;
        boolean due = !snapshot.isCompiled()
                && snapshot.slots.length > 0
                && watch.now() - snapshot.since >= STABLE
                && snapshot.passes.sum() >= HOT
                && !snapshot.incompilable;
        if (!due) {
            return;
        }
        try {
            Form timedForm = FormCompiler.compile(this, snapshot, true);
            Form form = FormCompiler.compile(this, snapshot, false);
            synchronized (this) {
                if (snapshot == current) {
                    snapshot.timed = timedForm;
                    snapshot.form = form;
                }
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            snapshot.incompilable = true;
            log.warn("The handlers of hook [{}] could not be compiled; they are called in a loop", name, e);
        }
    }

    /** The snapshots that were replaced, and after that not all threads were met. */
    synchronized List<Snapshot> unmet() {
        return draining.stream().filter(gone -> !gone.isMet()).toList();
    }

    /**
     * Lets go of the snapshots that nobody is in any more.
     *
     * @return whether there are more
     */
    synchronized boolean sweep() {
        draining.removeIf(gone -> {
            if (!gone.isIdle()) {
                return false;
            }
            foldedCalls += gone.passes.sum();
            for (int i = 0; i < gone.slots.length; i++) {
                gone.slots[i].foldedCalls += gone.calls(i);
            }
            gone.free();
            return true;
        });
        return !draining.isEmpty();
    }

    /** The snapshots that were replaced and still have calls, each completing when it has none. */
    synchronized List<CompletableFuture<Void>> draining() {
        return draining.stream().map(Snapshot::drained).toList();
    }

    /** How many handlers are called. */
    int size() {
        return current.slots.length;
    }

    /** How often it was called; those that run count. */
    synchronized long calls() {
        long calls = foldedCalls + current.passes.sum();
        for (Snapshot snapshot : draining) {
            calls += snapshot.passes.sum();
        }
        return calls;
    }

    /** How often a handler failed, those that are gone included. */
    long errors() {
        return errors.get();
    }

    synchronized boolean isTimed() {
        return timed;
    }

    boolean isCompiled() {
        return current.isCompiled();
    }

    /** The handlers in their order, then with place 0 those that are not called. */
    synchronized List<HandlerInfo> handlers() {
        List<HandlerInfo> infos = new ArrayList<>();
        for (int i = 0; i < current.slots.length; i++) {
            infos.add(info(i + 1, current.slots[i], order.placed().get(i).why()));
        }
        order.refused().forEach(refused -> infos.add(unplaced(refused.candidate(), refused.why())));
        return List.copyOf(infos);
    }

    /** Those that are called. */
    List<Slot> slots() {
        return List.of(current.slots);
    }

    private HandlerInfo info(int place, Slot slot, String why) {
        return new HandlerInfo(
                place,
                slot.candidate().name(),
                slot.candidate().handler(),
                slot.breaker().isOpen() ? why + "; kept out for the moment, as it failed too often" : why,
                calls(slot),
                slot.errors(),
                Histogram.times(List.of(slot.times())),
                slot.breaker().label(),
                slot.lastError());
    }

    /** How often a handler was called. */
    synchronized long calls(Slot slot) {
        long calls = slot.foldedCalls + calls(current, slot);
        for (Snapshot snapshot : draining) {
            calls += calls(snapshot, slot);
        }
        return calls;
    }

    private static long calls(Snapshot snapshot, Slot slot) {
        for (int i = 0; i < snapshot.slots.length; i++) {
            if (snapshot.slots[i] == slot) {
                return snapshot.calls(i);
            }
        }
        return 0;
    }

    /** How a handler is shown that is not called. */
    static HandlerInfo unplaced(Candidate candidate, String why) {
        return new HandlerInfo(0, candidate.name(), candidate.handler(), why, 0, 0, Times.NONE, "", "");
    }
}
