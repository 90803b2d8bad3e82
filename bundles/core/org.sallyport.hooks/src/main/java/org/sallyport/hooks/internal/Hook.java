package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.sallyport.api.hook.HookCall;
import org.sallyport.hooks.internal.HandlerOrder.Ordered;
import org.sallyport.hooks.internal.HandlerOrder.Placed;
import org.sallyport.spi.hook.HookAdmin.HandlerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One declared hook. Callers read {@link #current}; who changes the handlers publishes another snapshot there, and the
 * one before is drained. Thread-safe; no lock is held while a handler runs.
 */
final class Hook {
    private static final Logger log = LoggerFactory.getLogger(Hook.class);

    /** What calls run on. Read once a call; written under the lock. */
    volatile Compiled current;

    /** Counts the calls that found no handler. */
    final Passes idle = new Passes();

    /** The same for all calls, as it says nothing of a single one. */
    final HookCall call;

    private final String name;
    private final HookKind kind;
    private final Watch watch;

    // Guarded by this.
    private final List<Compiled> draining = new ArrayList<>();
    private List<Candidate> candidates = List.of();
    private Ordered order = new Ordered(List.of(), List.of());
    private long foldedCalls;

    Hook(String name, HookKind kind, Watch watch) {
        this.name = name;
        this.kind = kind;
        this.watch = watch;
        call = new Call(name);
        current = new Compiled(kind, List.of());
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
        publish(new Compiled(kind, order.placed().stream().map(this::slot).toList()));
    }

    /** The slot that a handler has already, or a new one. */
    private Slot slot(Placed placed) {
        for (Slot known : current.slots) {
            if (known.candidate().isSameAs(placed.candidate())) {
                return known;
            }
        }
        return new Slot(placed.candidate(), watch);
    }

    private void publish(Compiled next) {
        Compiled last = current;
        next.mode = guard(next);
        current = next;
        draining.add(last);
        last.drained().thenRun(() -> fold(last));
        last.retire();
    }

    /** Called when a breaker was stirred or came to rest: passes ask the breakers as long as one is not calm. */
    synchronized void lookAfterBreakers() {
        current.mode = guard(current);
    }

    private static int guard(Compiled snapshot) {
        for (Slot slot : snapshot.slots) {
            if (!slot.breaker().isCalm()) {
                return Compiled.GUARDED;
            }
        }
        return 0;
    }

    private synchronized void fold(Compiled gone) {
        if (draining.remove(gone)) {
            foldedCalls += gone.ended();
            for (int i = 0; i < gone.slots.length; i++) {
                gone.slots[i].foldedCalls += gone.calls(i);
            }
        }
    }

    /** The snapshots that were replaced and may still have calls, each completing when it has none. */
    synchronized List<CompletableFuture<Void>> draining() {
        return draining.stream().map(Compiled::drained).toList();
    }

    /** How many handlers are called. */
    int size() {
        return current.handlers.length;
    }

    /** How often it was called, as far as the calls ended. */
    synchronized long calls() {
        long calls = foldedCalls + idle.left() + current.ended();
        for (Compiled snapshot : draining) {
            calls += snapshot.ended();
        }
        return calls;
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

    private HandlerInfo info(int place, Slot slot, String why) {
        long calls = slot.foldedCalls + calls(current, slot);
        for (Compiled snapshot : draining) {
            calls += calls(snapshot, slot);
        }
        Histogram times = slot.times();
        return new HandlerInfo(
                place,
                slot.candidate().plugin(),
                slot.candidate().handler(),
                slot.breaker().isOpen() ? why + "; kept out for the moment, as it failed too often" : why,
                calls,
                slot.errors(),
                times.percentile(0.5),
                times.percentile(0.99),
                times.max(),
                slot.lastError());
    }

    private static long calls(Compiled snapshot, Slot slot) {
        for (int i = 0; i < snapshot.slots.length; i++) {
            if (snapshot.slots[i] == slot) {
                return snapshot.calls(i);
            }
        }
        return 0;
    }

    /** How a handler is shown that is not called. */
    static HandlerInfo unplaced(Candidate candidate, String why) {
        return new HandlerInfo(0, candidate.plugin(), candidate.handler(), why, 0, 0, 0, 0, 0, "");
    }
}
