package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.sallyport.admission.internal.archive.Wires;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is wanted into service and tells what came of it; also without being asked: what the registry wants when
 * admission starts, and later those again that wait for another plugin or bundle. Thread-safe.
 */
final class Arrivals {
    private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

    /** How long after the start what sleeps is looked after. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final String IN_CYCLE = "Move what both need into a third plugin";

    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Lifecycle lifecycle;
    private final Chronicle chronicle;
    private final Sleep sleep;
    private final Holds holds;
    private final Dependents dependents;
    private final Backoff tries;
    private final Executor background;
    private final AtomicBoolean retrying = new AtomicBoolean();
    private volatile CompletableFuture<?> restored = CompletableFuture.completedFuture(null);

    /**
     * @param sleep which plugins may sleep
     * @param holds which plugins are only started if an operator enables them by name
     * @param tries when what failed is tried again
     * @param background for what nobody waits for
     */
    Arrivals(
            Plugins plugins,
            Intake intake,
            DesiredState desired,
            Lifecycle lifecycle,
            Chronicle chronicle,
            Sleep sleep,
            Holds holds,
            Dependents dependents,
            Backoff tries,
            Executor background) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.lifecycle = lifecycle;
        this.chronicle = chronicle;
        this.sleep = sleep;
        this.holds = holds;
        this.dependents = dependents;
        this.tries = tries;
        this.background = background;
    }

    /**
     * Brings in what the registry wants, several plugins at a time, on these threads; what may sleep is not started.
     *
     * @param first what is waited for before
     */
    void restore(CompletableFuture<?> first, Executor threads) {
        restored = first.thenCompose(done -> restore(threads));
    }

    private CompletableFuture<?> restore(Executor threads) {
        List<Slot> sleeping = new ArrayList<>();
        Consumer<String> alarm = this::alarm;
        List<CompletableFuture<?>> steps = new ArrayList<>();
        Map<String, Desired> all = desired.all();
        all.forEach((id, wanted) -> {
            if (!wanted.marks().isEmpty()) {
                // Those that come in beside it before it have to know how they are marked.
                plugins.slot(id).show(Optional.of(wanted), Optional.empty());
            }
        });
        all.forEach((id, wanted) -> {
            Slot slot = plugins.slot(id);
            if (holds.of(id).isEmpty() && wanted.is(Desired.ENABLED) && sleep.prepare(slot, wanted, alarm)) {
                sleeping.add(slot);
            } else {
                steps.add(CompletableFuture.runAsync(() -> restore(id, wanted), threads));
            }
        });
        steps.add(lifecycle.putAsleep(sleeping));
        if (!sleeping.isEmpty()) {
            CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS, background)
                    .execute(this::lookAfterSleepers);
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    /** Starts all plugins that sleep and handle a hook; returns at once. */
    private void alarm(String hook) {
        wakeIf(sleeper -> sleeper.handles(hook));
    }

    private void wakeIf(Predicate<Sleeper> condition) {
        plugins.all().forEach(slot -> {
            Sleeper sleeper = slot.asleep;
            if (sleeper != null && condition.test(sleeper)) {
                background.execute(() -> slot.exclusively(() -> wake(slot)));
            }
        });
    }

    /** What sleeps was not read at the start: if its archive was damaged or is missing, that is told without a call. */
    private void lookAfterSleepers() {
        wakeIf(sleeper -> !intake.isKept(sleeper.sha256));
    }

    /**
     * Starts a plugin that sleeps, from bytes that are hashed and pass the gates again; or quarantines it, and lets those
     * that wait for it go on. Nothing if it does not sleep any more.
     */
    void wake(Slot slot) {
        Desired wanted = slot.desired().orElse(null);
        if (slot.asleep == null || wanted == null) {
            return;
        }
        try {
            bringIn(slot, wanted, intake.fetch(wanted));
        } catch (StartFailure e) {
            failed(slot, wanted, e);
            lifecycle.takeOut(slot, false);
        } catch (RuntimeException e) {
            log.error("Plugin [{}] could not be woken", slot.id, e);
            failed(
                    slot,
                    wanted,
                    new StartFailure(Causes.sentence(e), "Try again with 'plugin:enable " + slot.id + "'", false));
            lifecycle.takeOut(slot, false);
        }
    }

    /** Brings one plugin in, or shows why not. */
    void restore(String id, Desired wanted) {
        Slot slot = plugins.slot(id);
        slot.exclusively(() -> {
            slot.show(Optional.of(wanted), Optional.empty());
            try {
                if (wanted.is(Desired.ABSENT)) {
                    isIdle(slot, wanted);
                    return;
                }
                // Read also what stays out, so that it is known by its aliases and can be shown.
                slot.showStep(PluginState.STAGED, "its bytes are checked");
                CheckedCandidate candidate = intake.fetch(wanted);
                slot.show(Optional.of(wanted), Optional.of(candidate.descriptor()));
                slot.showStep(PluginState.VERIFIED, "all gates let it pass");
                if (!isIdle(slot, wanted)) {
                    bringIn(slot, wanted, candidate);
                }
            } catch (StartFailure e) {
                if (!isIdle(slot, wanted)) {
                    failed(slot, wanted, e);
                }
            } catch (RuntimeException e) {
                log.error("Plugin [{}] could not be brought back", id, e);
                slot.show(
                        PluginState.QUARANTINED,
                        Causes.sentence(e),
                        "Install the plugin again from where it came: [" + wanted.origin() + "]");
            }
        });
    }

    /** Completes when all that was wanted at the start is in service, or it is known why not. */
    CompletableFuture<?> restored() {
        return restored;
    }

    /** Waits until all that was wanted at the start is in service, or it is known why not. */
    boolean settle(Duration limit) {
        return Publisher.await(restored, limit);
    }

    /** Whether a plugin stays out of service by somebody's will; shows so. */
    boolean isIdle(Slot slot, Desired wanted) {
        if (wanted.is(Desired.ABSENT)) {
            slot.show(
                    PluginState.UNINSTALLED,
                    "it was uninstalled",
                    "Bring it back with 'plugin:enable " + slot.id + "'");
        } else if (wanted.is(Desired.DISABLED)) {
            slot.show(PluginState.DISABLED, "it was switched off", "Switch it on with 'plugin:enable " + slot.id + "'");
        } else {
            Optional<Holds.Hold> hold = slot.current == null ? holds.of(slot.id) : Optional.empty();
            hold.ifPresent(why ->
                    slot.show(PluginState.DISABLED, why.cause(), why.next().replace("%s", slot.id)));
            return hold.isPresent();
        }
        return true;
    }

    /**
     * Brings a checked archive into service and writes down that it is wanted, in this order.
     *
     * @throws StartFailure if it does not come up; nothing is written down then
     */
    void bringIn(Slot slot, Desired wanted, CheckedCandidate candidate) throws StartFailure {
        Optional<Desired> before = desired.get(slot.id);
        PluginDescriptor descriptor = candidate.descriptor();
        if (!slot.isFor(descriptor)) {
            throw new StartFailure(
                    "its archive is plugin [" + descriptor.id() + "]"
                            + (slot.isBeside() ? " version [" + descriptor.version() + "]" : ""),
                    "Remove it with 'plugin:uninstall " + slot.id + "'",
                    false);
        }
        slot.showStep(PluginState.VERIFIED, "all gates let it pass");
        slot.woken = false;
        slot.rewired = List.of();
        try {
            dependents.exclusively(slot, users -> {
                lifecycle.bringIn(slot, candidate, parts(users), () -> write(slot, before, wanted, descriptor));
                slot.rewired = Dependents.ids(users);
            });
        } catch (RuntimeException e) {
            if (!slot.isServing()) {
                slot.show(
                        PluginState.QUARANTINED, Causes.sentence(e), "Try again with 'plugin:enable " + slot.id + "'");
            }
            throw e;
        }
        tries.forget(slot.id);
        sleep.learn(slot);
        chronicle.tell(
                "plugin.active",
                slot.id,
                "version",
                wanted.version(),
                "sha256",
                wanted.sha256(),
                "origin",
                wanted.origin(),
                "replaces",
                before.filter(known -> !known.sha256().equals(wanted.sha256()))
                        .map(Desired::version)
                        .orElse(""),
                "rewired",
                String.join(",", slot.rewired));
        log.info("Plugin [{}] version [{}] from [{}] is in service", slot.id, wanted.version(), wanted.origin());
        if (slot.stage(descriptor) == Stage.DEPRECATED) {
            log.warn("Plugin [{}] version [{}] is deprecated; go on to another version", slot.id, wanted.version());
        }
        retryWaiting();
    }

    /** Those that use a plugin, as they are now. */
    private List<Exchange.Part> parts(List<Slot> users) throws StartFailure {
        List<Exchange.Part> parts = new ArrayList<>();
        for (Slot user : users) {
            Revision serving = user.current;
            if (serving != null) {
                try {
                    parts.add(new Exchange.Part(user, intake.fetch(serving.sha256, "store")));
                } catch (StartFailure e) {
                    throw Exchange.because(user, e);
                }
            }
        }
        return parts;
    }

    /** Writes down what is wanted, if it is something new, and shows it. */
    void write(Slot slot, Optional<Desired> before, Desired wanted, PluginDescriptor descriptor) {
        if (!before.equals(Optional.of(wanted))) {
            desired.set(slot.id, wanted);
        }
        slot.show(Optional.of(wanted), Optional.of(descriptor));
    }

    /** Shows that a plugin of which no version serves waits until somebody agrees to what it asks for. */
    void held(Slot slot, Desired wanted, String cause, String next) {
        slot.waits = false;
        tries.forget(slot.id);
        if (slot.state() == PluginState.HELD && slot.cause().equals(cause)) {
            return;
        }
        slot.show(PluginState.HELD, cause, next);
        chronicle.tell("plugin.held", slot.id, "version", wanted.version(), "origin", wanted.origin(), "cause", cause);
        log.warn("Plugin [{}] from [{}] waits: {}. {}", slot.id, wanted.origin(), cause, next);
    }

    /** Quarantines a plugin of which no version serves. */
    void failed(Slot slot, Desired wanted, StartFailure e) {
        if (e.isHeld()) {
            held(slot, wanted, e.getMessage(), e.next);
            return;
        }
        show(slot, e);
        chronicle.tell(
                "plugin.quarantined",
                slot.id,
                "version",
                wanted.version(),
                "origin",
                wanted.origin(),
                "cause",
                slot.cause());
        log.warn("Plugin [{}] from [{}] is not in service: {}", slot.id, wanted.origin(), slot.cause());
    }

    private void show(Slot slot, StartFailure e) {
        slot.waits = e.waits;
        if (e.isWorthAnotherTry()) {
            tries.failed(slot.id);
        } else {
            tries.forget(slot.id);
        }
        Optional<String> cycle = e.waits ? Links.cycle(slot, plugins.all()) : Optional.empty();
        slot.show(PluginState.QUARANTINED, cycle.orElse(e.getMessage()), cycle.isPresent() ? IN_CYCLE : e.next);
        if (cycle.isPresent()) {
            // Those that failed before saw no cycle yet.
            plugins.all().stream()
                    .filter(other -> other != slot && other.waits)
                    .forEach(other -> background.execute(() -> other.exclusively(() -> showCycle(other))));
        }
        if (e.waits) {
            Set<String> needed =
                    slot.descriptor().map(Wires::of).orElse(Wires.NONE).bundles();
            if (!needed.isEmpty()) {
                wakeIf(sleeper -> needed.contains(sleeper.plugin.descriptor().symbolicName()));
            }
        }
        if (e.waits && slot.woken) {
            // What it waits for may have come while it was not yet known that it waits.
            retryWaiting();
        }
    }

    private void showCycle(Slot slot) {
        if (slot.waits && slot.state() == PluginState.QUARANTINED) {
            Links.cycle(slot, plugins.all())
                    .filter(cycle -> !cycle.equals(slot.cause()))
                    .ifPresent(cycle -> slot.show(PluginState.QUARANTINED, cycle, IN_CYCLE));
        }
    }

    /** What to throw when the version before serves on. */
    PluginException rolledBack(Slot slot, Desired wanted, StartFailure e) {
        String serving = slot.servingVersion();
        slot.fault = "version [" + wanted.version() + "] did not come into service: " + e.getMessage();
        chronicle.tell(
                "plugin.rolledback",
                slot.id,
                "version",
                wanted.version(),
                "origin",
                wanted.origin(),
                "serving",
                serving,
                "cause",
                e.getMessage());
        return new PluginException(
                "failed_start",
                "Plugin [" + slot.id + "] version [" + wanted.version() + "] from [" + wanted.origin()
                        + "] did not come into service: " + e.getMessage() + ". Version [" + serving + "] serves on. "
                        + e.next);
    }

    /** What to throw when no version serves. */
    static PluginException failure(Slot slot, Desired wanted, String cause, String next) {
        return new PluginException(
                "failed_start",
                "Plugin [" + slot.id + "] from [" + wanted.origin() + "] is not in service: " + cause + ". " + next);
    }

    /** Tries those again that wait for another plugin or bundle. */
    void retryWaiting() {
        if (retrying.compareAndSet(false, true)) {
            background.execute(() -> {
                retrying.set(false);
                plugins.all().forEach(slot -> slot.woken = true);
                plugins.all().forEach(this::retryIfWaits);
            });
        }
    }

    private void retryIfWaits(Slot slot) {
        if (slot.waits) {
            slot.exclusively(() -> {
                if (slot.waits) {
                    retry(slot);
                }
            });
        }
    }

    /** Nobody tries any more to bring it in. */
    void giveUp(Slot slot) {
        tries.forget(slot.id);
    }

    /** Brings a version of what serves into its place; if it does not come up, what serves serves on and says why. */
    void replace(Slot slot, Desired wanted) {
        try {
            bringIn(slot, wanted, intake.fetch(wanted));
        } catch (StartFailure e) {
            if (e.isWorthAnotherTry()) {
                tries.failed(slot.id);
            }
            slot.show(Optional.of(wanted), slot.descriptor());
            log.warn("{}", rolledBack(slot, wanted, e).getMessage());
        }
    }

    /** Tries to bring in what is wanted and did not come up; under {@link Slot#operation}. */
    void retry(Slot slot) {
        slot.exclusively(() -> {
            Optional<Desired> wanted = desired.get(slot.id);
            if (slot.current == null
                    && wanted.isPresent()
                    && wanted.get().is(Desired.ENABLED)
                    && !isIdle(slot, wanted.get())) {
                try {
                    bringIn(slot, wanted.get(), intake.fetch(wanted.get()));
                } catch (StartFailure e) {
                    // The same as before, or the next thing that it lacks.
                    if (e.isHeld()) {
                        held(slot, wanted.get(), e.getMessage(), e.next);
                    } else {
                        show(slot, e);
                    }
                } catch (PluginException e) {
                    log.warn("Plugin [{}] was not brought in: {}", slot.id, e.getMessage());
                }
            }
        });
    }
}
