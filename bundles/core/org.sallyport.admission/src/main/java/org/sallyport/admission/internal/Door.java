package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators and faces ask for: writes down what is wanted and brings what is to it. Thread-safe; operations on one
 * plugin run one after the other, each on its caller's thread, for a limited time.
 */
final class Door implements PluginAdmin, PluginFaults {
    private static final Logger log = LoggerFactory.getLogger(Door.class);

    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Lifecycle lifecycle;
    private final Publisher publisher;
    private final Chronicle chronicle;
    private final Limits limits;
    private final boolean safeMode;
    private final Consumer<String> forgotten;
    private final Executor background;
    private final Reasons reasons;
    private final AtomicBoolean retrying = new AtomicBoolean();
    private volatile CompletableFuture<?> restored = CompletableFuture.completedFuture(null);

    /**
     * @param safeMode whether only what an operator enables by name is started
     * @param forgotten told the id of a plugin that was uninstalled, when nothing of it runs any more
     * @param background for what nobody waits for
     */
    Door(
            Plugins plugins,
            Intake intake,
            DesiredState desired,
            Lifecycle lifecycle,
            Publisher publisher,
            Chronicle chronicle,
            Limits limits,
            boolean safeMode,
            Consumer<String> forgotten,
            Executor background) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.lifecycle = lifecycle;
        this.publisher = publisher;
        this.chronicle = chronicle;
        this.limits = limits;
        this.safeMode = safeMode;
        this.forgotten = forgotten;
        this.background = background;
        this.reasons = new Reasons(plugins);
    }

    /** Brings in what the registry wants, several plugins at a time, on these threads. */
    void restore(Executor threads) {
        restored = CompletableFuture.allOf(desired.all().entrySet().stream()
                .map(entry -> CompletableFuture.runAsync(() -> restore(entry.getKey(), entry.getValue()), threads))
                .toArray(CompletableFuture[]::new));
    }

    private void restore(String id, Desired wanted) {
        Slot slot = plugins.slot(id);
        exclusively(slot, () -> {
            slot.show(Optional.of(wanted), Optional.empty());
            try {
                if (!isIdle(slot, wanted)) {
                    bringIn(slot, wanted, intake.fetch(wanted));
                }
            } catch (StartFailure e) {
                failed(slot, wanted, e);
            } catch (PluginException e) {
                // Told already, and kept as the plugin's cause.
            } catch (RuntimeException e) {
                log.error("Plugin [{}] could not be brought back", id, e);
            }
            return slot.status();
        });
    }

    @Override
    public boolean settle(Duration limit) {
        return Publisher.await(restored, limit);
    }

    @Override
    public List<PluginStatus> list() {
        return plugins.statuses();
    }

    @Override
    public Optional<PluginStatus> find(String id) {
        return plugins.status(id);
    }

    @Override
    public PluginSet inService() {
        return publisher.current();
    }

    @Override
    public void note(String origin, String cause) {
        plugins.note(origin, cause);
    }

    @Override
    public List<String> why(String id) {
        return reasons.of(id);
    }

    @Override
    public PluginStatus install(byte[] archive, String origin) {
        CheckedCandidate candidate = intake.check(archive, origin);
        Slot slot = plugins.slot(candidate.descriptor().id().value());
        return exclusively(slot, () -> take(slot, candidate));
    }

    @Override
    public PluginStatus update(String id, byte[] archive, String origin) {
        Slot slot = plugins.known(id);
        CheckedCandidate candidate = intake.check(archive, origin);
        String other = candidate.descriptor().id().value();
        if (!other.equals(slot.id)) {
            throw new PluginException(
                    "refused",
                    "Plugin [" + slot.id + "] was not updated: the file [" + origin + "] is plugin [" + other
                            + "]. Use 'plugin:install' for it");
        }
        return exclusively(slot, () -> take(slot, candidate));
    }

    private PluginStatus take(Slot slot, CheckedCandidate candidate) {
        Optional<Desired> before = desired.get(slot.id);
        refuseTwin(slot, before, candidate);
        String origin = candidate.origin();
        if (before.isPresent() && origin.equals(Desired.SHIPPED) && isOperators(before.get())) {
            if (!before.get().shipped()) {
                desired.set(slot.id, before.get().alsoShipped());
            }
            return slot.status();
        }
        PluginDescriptor descriptor = candidate.descriptor();
        boolean same = before.isPresent() && before.get().sha256().equals(candidate.sha256());
        Desired wanted;
        if (same) {
            Desired known = before.get();
            wanted = known.from(origin).with(known.is(Desired.ABSENT) ? Desired.ENABLED : known.mode());
        } else {
            intake.keep(candidate);
            String version = descriptor.version().toString();
            wanted = before.map(known -> known.replacedBy(version, candidate.sha256(), origin))
                    .orElseGet(() -> new Desired(
                            descriptor.symbolicName(),
                            version,
                            candidate.sha256(),
                            Desired.ENABLED,
                            origin,
                            origin.equals(Desired.SHIPPED),
                            List.of()));
        }
        Revision serving = slot.current;
        boolean serves = serving != null && serving.sha256.equals(candidate.sha256());
        if (serves || isIdle(slot, wanted)) {
            write(slot, before, wanted, descriptor);
            return slot.status();
        } else if (same
                && slot.state() == PluginState.QUARANTINED
                && before.get().is(Desired.ENABLED)) {
            write(slot, before, wanted, descriptor);
            throw failure(slot, wanted, slot.cause(), slot.next());
        }
        try {
            bringIn(slot, wanted, candidate);
        } catch (StartFailure e) {
            if (slot.current != null) {
                throw rolledBack(slot, wanted, e);
            }
            write(slot, before, wanted, descriptor);
            failed(slot, wanted, e);
            throw failure(slot, wanted, slot.cause(), slot.next());
        }
        return slot.status();
    }

    /** What an operator chose in place of what is shipped, or without it. */
    private static boolean isOperators(Desired known) {
        return known.is(Desired.ABSENT) || !known.origin().equals(Desired.SHIPPED);
    }

    private void refuseTwin(Slot slot, Optional<Desired> before, CheckedCandidate candidate) {
        PluginDescriptor descriptor = candidate.descriptor();
        if (before.isPresent()
                && !before.get().is(Desired.ABSENT)
                && !before.get().symbolicName().equals(descriptor.symbolicName())) {
            throw duplicate(
                    candidate,
                    "its id [" + slot.id + "] belongs to the bundle ["
                            + before.get().symbolicName() + "] from ["
                            + before.get().origin() + "]",
                    slot.id);
        }
        for (String alias : descriptor.aliases()) {
            plugins.find(alias)
                    .filter(other -> other != slot && other.desired().isPresent())
                    .ifPresent(other -> {
                        throw duplicate(
                                candidate,
                                "its alias [" + alias + "] belongs to the plugin [" + other.id + "]",
                                other.id);
                    });
        }
    }

    private static PluginException duplicate(CheckedCandidate candidate, String why, String owner) {
        return new PluginException(
                "duplicate",
                "Plugin file [" + candidate.origin() + "] was not installed: " + why + ". Give it a name of its own, or"
                        + " remove the other one with 'plugin:uninstall " + owner + "'");
    }

    /** Whether a plugin stays out of service by somebody's will; shows so. */
    private boolean isIdle(Slot slot, Desired wanted) {
        if (wanted.is(Desired.ABSENT)) {
            slot.show(
                    PluginState.UNINSTALLED,
                    "it was uninstalled",
                    "Bring it back with 'plugin:enable " + slot.id + "'");
        } else if (wanted.is(Desired.DISABLED)) {
            slot.show(PluginState.DISABLED, "it was switched off", "Switch it on with 'plugin:enable " + slot.id + "'");
        } else if (safeMode && slot.current == null) {
            slot.show(
                    PluginState.DISABLED,
                    "Sallyport runs in safe mode, in which no plugin is started",
                    "Start Sallyport without --safe-mode, or start this one with 'plugin:enable " + slot.id + "'");
        } else {
            return false;
        }
        return true;
    }

    private void bringIn(Slot slot, Desired wanted, CheckedCandidate candidate) throws StartFailure {
        Optional<Desired> before = desired.get(slot.id);
        PluginDescriptor descriptor = candidate.descriptor();
        if (slot.current == null) {
            slot.show(PluginState.STARTING, "it is being started", "");
        }
        try {
            lifecycle.bringIn(slot, candidate, () -> write(slot, before, wanted, descriptor));
        } catch (RuntimeException e) {
            if (slot.current == null) {
                slot.show(
                        PluginState.QUARANTINED, Causes.sentence(e), "Try again with 'plugin:enable " + slot.id + "'");
            }
            throw e;
        }
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
                        .orElse(""));
        log.info("Plugin [{}] version [{}] from [{}] is in service", slot.id, wanted.version(), wanted.origin());
        retryWaiting();
    }

    private void write(Slot slot, Optional<Desired> before, Desired wanted, PluginDescriptor descriptor) {
        if (!before.equals(Optional.of(wanted))) {
            desired.set(slot.id, wanted);
        }
        slot.show(Optional.of(wanted), Optional.of(descriptor));
    }

    private void failed(Slot slot, Desired wanted, StartFailure e) {
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
        Optional<String> cycle = e.waits ? Links.cycle(slot, plugins.all()) : Optional.empty();
        slot.show(
                PluginState.QUARANTINED,
                cycle.orElse(e.getMessage()),
                cycle.isPresent() ? "Move what both need into a third plugin" : e.next);
    }

    private PluginException rolledBack(Slot slot, Desired wanted, StartFailure e) {
        String serving = slot.current == null ? "" : slot.current.version();
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

    private static PluginException failure(Slot slot, Desired wanted, String cause, String next) {
        return new PluginException(
                "failed_start",
                "Plugin [" + slot.id + "] from [" + wanted.origin() + "] is not in service: " + cause + ". " + next);
    }

    @Override
    public PluginStatus enable(String id) {
        Slot slot = plugins.known(id);
        return exclusively(slot, () -> {
            Desired before = wantedOf(slot);
            Desired wanted = before.with(Desired.ENABLED);
            if (slot.current != null) {
                return slot.status();
            }
            try {
                bringIn(slot, wanted, intake.fetch(wanted));
            } catch (StartFailure e) {
                if (!before.equals(wanted)) {
                    desired.set(slot.id, wanted);
                    slot.show(Optional.of(wanted), slot.descriptor());
                }
                failed(slot, wanted, e);
                throw failure(slot, wanted, e.getMessage(), e.next);
            }
            return slot.status();
        });
    }

    @Override
    public PluginStatus disable(String id) {
        Slot slot = plugins.known(id);
        return exclusively(slot, () -> {
            Desired wanted = wantedOf(slot).with(Desired.DISABLED);
            desired.set(slot.id, wanted);
            slot.show(Optional.of(wanted), slot.descriptor());
            slot.waits = false;
            leave(slot, true);
            isIdle(slot, wanted);
            chronicle.tell("plugin.disabled", slot.id, "version", wanted.version());
            return slot.status();
        });
    }

    @Override
    public PluginStatus uninstall(String id) {
        Slot slot = plugins.known(id);
        return exclusively(slot, () -> {
            Optional<Desired> before = desired.get(slot.id);
            Optional<Desired> wanted = before.filter(Desired::shipped).map(known -> known.with(Desired.ABSENT));
            wanted.ifPresentOrElse(absent -> desired.set(slot.id, absent), () -> desired.remove(slot.id));
            slot.waits = false;
            slot.fault = "";
            leave(slot, false);
            slot.show(wanted, slot.descriptor());
            slot.show(
                    PluginState.UNINSTALLED,
                    "it was uninstalled",
                    wanted.isPresent() ? "Bring it back with 'plugin:enable " + slot.id + "'" : "");
            chronicle.tell(
                    "plugin.uninstalled",
                    slot.id,
                    "version",
                    before.map(Desired::version).orElse(""));
            PluginStatus status = slot.status();
            if (wanted.isEmpty() && slot.leaked.isEmpty()) {
                plugins.forget(slot);
            }
            forgotten.accept(slot.id);
            return status;
        });
    }

    private Desired wantedOf(Slot slot) {
        return desired.get(slot.id).orElseThrow(() -> plugins.notFound(slot.id));
    }

    /** Takes a plugin out of service and waits until nothing of it runs, or it is known to be LEAKED. */
    private void leave(Slot slot, boolean keepState) {
        Revision serving = slot.current;
        slot.show(slot.desired(), slot.descriptor());
        lifecycle.takeOut(slot, keepState);
        if (serving != null) {
            Publisher.await(
                    slot.retiring,
                    limits.drain().plus(limits.handover()).plus(limits.stop()).plusSeconds(1));
        }
    }

    @Override
    public void quarantine(String plugin, String cause) {
        Slot slot = plugins.find(plugin).orElse(null);
        Revision serving = slot == null ? null : slot.current;
        if (slot == null || serving == null) {
            return;
        }
        background.execute(() -> exclusively(slot, () -> {
            // Another version may have come in since: it did not do what the report tells of.
            if (slot.current == serving) {
                lifecycle.takeOut(slot, false);
                slot.show(
                        PluginState.QUARANTINED,
                        Causes.cut(cause),
                        "Mend the plugin and install its next version, or try again with 'plugin:enable " + slot.id
                                + "'");
                chronicle.tell("plugin.quarantined", slot.id, "version", serving.version(), "cause", Causes.cut(cause));
                log.warn("Plugin [{}] version [{}] was taken out of service: {}", slot.id, serving.version(), cause);
            }
            return slot.status();
        }));
    }

    @Override
    public void report(String plugin, String cause) {
        plugins.find(plugin).ifPresent(slot -> slot.fault = Causes.cut(cause));
    }

    /** Takes note of services that a revision in service registered or took away by itself. */
    void refresh(Revision revision) {
        Slot slot = plugins.slot(revision.id());
        background.execute(() -> exclusively(slot, () -> {
            if (slot.current == revision) {
                lifecycle.refresh(slot);
            }
            return slot.status();
        }));
    }

    /** Tries those again that wait for another plugin or bundle. */
    void retryWaiting() {
        if (retrying.compareAndSet(false, true)) {
            background.execute(() -> {
                retrying.set(false);
                plugins.all().stream().filter(slot -> slot.waits).forEach(this::retry);
            });
        }
    }

    private void retry(Slot slot) {
        exclusively(slot, () -> {
            Optional<Desired> wanted = desired.get(slot.id);
            if (slot.waits
                    && slot.current == null
                    && wanted.isPresent()
                    && wanted.get().is(Desired.ENABLED)) {
                try {
                    bringIn(slot, wanted.get(), intake.fetch(wanted.get()));
                } catch (StartFailure e) {
                    // The same as before, or the next thing that it lacks.
                    show(slot, e);
                } catch (PluginException e) {
                    log.warn("Plugin [{}] was not brought in: {}", slot.id, e.getMessage());
                }
            }
            return slot.status();
        });
    }

    private static PluginStatus exclusively(Slot slot, Supplier<PluginStatus> operation) {
        slot.operation.lock();
        try {
            return operation.get();
        } finally {
            slot.operation.unlock();
        }
    }
}
