package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.context.CommandBoard;
import org.sallyport.spi.plugin.PluginState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings revisions into service beside those they replace, and ends the replaced ones when no call runs on them any
 * more. Called under {@link Slot#operation}; what comes after a switch goes on without it, on threads of admission.
 */
final class Lifecycle {
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    /** How long consumers may take to use a new set; longer is told, not waited for. */
    private static final Duration SWITCH = Duration.ofSeconds(30);

    private final Revisions revisions;
    private final Publisher publisher;
    private final CommandBoard board;
    private final KeptStates kept;
    private final Probations probations;
    private final Chronicle chronicle;
    private final Limits limits;
    private final Executor background;

    Lifecycle(
            Revisions revisions,
            Publisher publisher,
            CommandBoard board,
            KeptStates kept,
            Probations probations,
            Chronicle chronicle,
            Limits limits,
            Executor background) {
        this.revisions = revisions;
        this.publisher = publisher;
        this.board = board;
        this.kept = kept;
        this.probations = probations;
        this.chronicle = chronicle;
        this.limits = limits;
        this.background = background;
    }

    /**
     * Starts a revision and puts it into service in place of the one that serves, which takes its state along. Those that
     * use its packages are replaced by themselves in the same step.
     *
     * @param users those in service that use it, under their {@link Slot#operation} too
     * @param commit writes down what is wanted, after the revision came up and before a call can reach it; if it throws,
     *     nothing is changed
     * @throws StartFailure if it does not come up; what served serves on
     */
    void bringIn(Slot slot, CheckedCandidate candidate, List<Exchange.Part> users, Runnable commit)
            throws StartFailure {
        Exchange exchange = new Exchange(revisions, kept, limits);
        List<Exchange.Part> parts = new ArrayList<>(List.of(new Exchange.Part(slot, candidate)));
        parts.addAll(users);
        Revision old = slot.current;
        Optional<ProbationRule> watched = Optional.empty();
        boolean serves = false;
        try {
            exchange.start(parts);
            exchange.handOver(before(slot, candidate));
            if (old != null) {
                watched = probations.before(
                        old,
                        candidate,
                        users.stream().map(part -> part.slot().id).toList());
            }
            commit.run();
            serves = true;
        } finally {
            if (!serves) {
                exchange.undo(parts);
            }
        }
        CompletableFuture<Publisher.Switched> switched = awaited(slot, publisher.publish(exchange.take()));
        for (Exchange.Change change : exchange.changes()) {
            change.slot.endSleep(change.young);
            show(change.slot, change.young);
        }
        if (old != null && watched.isPresent()) {
            Exchange.Change first = exchange.changes().get(0);
            probations.begin(
                    slot,
                    exchange.changes().stream().map(change -> change.young).toList(),
                    old,
                    first.state,
                    watched.get(),
                    passed -> showServing(passed, first.young));
        }
        finish(exchange, switched);
    }

    /** Shows what serves now and ends what does no more: those that use others before those. */
    private void finish(Exchange exchange, CompletableFuture<Publisher.Switched> switched) {
        CompletableFuture<?> usersGone = CompletableFuture.completedFuture(null);
        List<Exchange.Change> changes = exchange.changes();
        for (int at = changes.size() - 1; at >= 0; at--) {
            Exchange.Change change = changes.get(at);
            showServing(change.slot, change.young);
            if (change.old == null) {
                kept.forget(change.slot.id);
            } else {
                change.slot.retiring = CompletableFuture.allOf(usersGone, change.slot.retiring);
                retire(change.slot, change.old, change.handover, switched, false);
                usersGone = change.slot.retiring;
            }
        }
    }

    /** What a version that comes back had when it was replaced a short while ago. */
    private static Optional<Handover.State> before(Slot slot, CheckedCandidate candidate) {
        Probation probation = slot.probation;
        return probation != null && probation.sha256().equals(candidate.sha256())
                ? probation.state()
                : Optional.empty();
    }

    /**
     * Takes a plugin out of service, if it is in it.
     *
     * @param keepState whether its state is kept for the next time that it comes in
     */
    void takeOut(Slot slot, boolean keepState) {
        Revision old = slot.current;
        slot.probation = null;
        if (old != null) {
            retire(slot, old, null, publish(slot, null), keepState);
        } else if (slot.asleep != null) {
            publish(slot, null);
        }
    }

    /** Forgets the state that was kept when a plugin was switched off. */
    void forgetState(Slot slot) {
        kept.forget(slot.id);
    }

    /** Puts plugins to sleep in the places that they will have; completes when all consumers know them. */
    CompletableFuture<?> putAsleep(Collection<Slot> slots) {
        Map<String, ServiceSet.Published> published = new TreeMap<>();
        for (Slot slot : slots) {
            Sleeper sleeper = slot.asleep;
            if (sleeper != null) {
                slot.show(
                        PluginState.ASLEEP,
                        "",
                        "It is started by its first call, or by 'plugin:enable " + slot.id + "'");
                published.put(slot.id, slot.published(sleeper.plugin.descriptor(), sleeper.offered()));
            }
        }
        return publisher.publish(published);
    }

    /** Gives consumers anew what is said of the version that serves, such as its stage. */
    void tellAgain(Slot slot) {
        Revision serving = slot.current;
        Sleeper sleeping = slot.asleep;
        if (serving != null) {
            publish(slot, serving);
        } else if (sleeping != null) {
            Publisher.await(
                    publisher.publish(slot.id, slot.published(sleeping.plugin.descriptor(), sleeping.offered())),
                    SWITCH);
        }
    }

    /** The same after versions were marked. Called under the main one's {@link Slot#operation}. */
    void tellMarks(Slot main, List<Slot> beside) {
        tellAgain(main);
        beside.forEach(slot -> slot.exclusively(() -> {
            slot.show(slot.desired(), slot.descriptor());
            tellAgain(slot);
        }));
    }

    /** Takes note of services that a revision in service registered or took away by itself. */
    void refresh(Slot slot) {
        Revision serving = slot.current;
        if (serving == null) {
            return;
        }
        var offer = Guarded.call("refresh-" + slot.id, limits.start(), () -> revisions.offer(serving));
        if (!(offer instanceof Guarded.Done<Revisions.Offer> done)) {
            slot.fault = "a service that it registered later cannot be used: " + Guarded.sentence(offer);
            log.warn("Plugin [{}]: {}", slot.id, slot.fault);
            return;
        }
        String incomplete = done.value().health().incomplete();
        boolean changed = !done.value().held().equals(serving.contributions);
        if (changed) {
            serving.contributions = done.value().held();
            publish(slot, serving);
        }
        if (changed || !incomplete.equals(serving.incomplete)) {
            serving.incomplete = incomplete;
            showServing(slot, serving);
        }
    }

    private static void showServing(Slot slot, Revision serving) {
        Probation probation = slot.probation;
        if (!serving.incomplete.isEmpty()) {
            slot.show(PluginState.DEGRADED, serving.incomplete, "Install what offers it; it is used then by itself");
        } else if (probation != null) {
            slot.show(
                    PluginState.PROBATION,
                    "",
                    "It is compared with version [" + probation.before() + "], which comes back by itself if this one"
                            + " does worse");
        } else {
            slot.show(PluginState.ACTIVE, "", "");
        }
    }

    private CompletableFuture<Publisher.Switched> publish(Slot slot, @Nullable Revision next) {
        slot.current = next;
        CompletableFuture<Publisher.Switched> switched =
                awaited(slot, publisher.publish(slot.id, next == null ? null : slot.published(next)));
        slot.endSleep(next);
        show(slot, next);
        return switched;
    }

    private void show(Slot slot, @Nullable Revision serving) {
        if (!slot.isBeside()) {
            // Commands have no way to choose.
            board.show(slot.id, serving == null ? Map.of() : serving.services.offered());
        }
    }

    private static CompletableFuture<Publisher.Switched> awaited(
            Slot slot, CompletableFuture<Publisher.Switched> switched) {
        if (!Publisher.await(switched, SWITCH)) {
            log.warn(
                    "Plugin [{}]: not all consumers use the change after [{}] s; see the log for one that hangs",
                    slot.id,
                    SWITCH.toSeconds());
        }
        return switched;
    }

    /** Ends a revision when its last call has ended, after those that were replaced before it. */
    private void retire(
            Slot slot,
            Revision old,
            @Nullable Handover handover,
            CompletableFuture<Publisher.Switched> switched,
            boolean keepState) {
        old.retired = true;
        CompletableFuture<Void> drained = switched.thenCompose(Publisher.Switched::drained);
        CompletableFuture<Void> inTime = drained.copy().orTimeout(limits.drain().toMillis(), TimeUnit.MILLISECONDS);
        slot.retiring = slot.retiring
                .thenCompose(before -> inTime.handle((done, late) -> late == null))
                .thenAcceptAsync(
                        free -> {
                            if (free) {
                                end(slot, old, handover, keepState);
                            } else {
                                leak(slot, old, "a call still runs on it");
                                drained.thenRunAsync(() -> end(slot, old, handover, keepState), background);
                            }
                        },
                        background)
                .exceptionally(e -> {
                    log.error("Plugin [{}] version [{}] could not be ended", slot.id, old.version(), e);
                    return null;
                });
    }

    private void end(Slot slot, Revision old, @Nullable Handover handover, boolean keepState) {
        if (handover != null) {
            handover.rest();
        } else if (keepState) {
            Handover.keep(limits.handover(), old).ifPresent(state -> kept.keep(slot.id, state));
        }
        if (revisions.end(old)) {
            slot.leaksNoMore(old.version());
        } else {
            leak(slot, old, "it does not stop");
        }
    }

    private void leak(Slot slot, Revision old, String why) {
        if (slot.leaks(old.version())) {
            chronicle.tell("plugin.leaked", slot.id, "version", old.version(), "cause", why);
            log.warn(
                    "Plugin [{}] version [{}] is LEAKED: {}. It gets no more calls, and is ended when it lets go, or with the"
                            + " process",
                    slot.id,
                    old.version(),
                    why);
        }
    }
}
