package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.framework.Version;
import org.sallyport.admission.internal.journal.Operation;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators and faces ask for: writes down what is wanted and brings what is to it. Thread-safe; operations on one
 * plugin run one after the other, each on its caller's thread, for a limited time.
 */
final class Door implements PluginAdmin {
    private static final Logger log = LoggerFactory.getLogger(Door.class);

    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Lifecycle lifecycle;
    private final Dependents dependents;
    private final Departures departures;
    private final Publisher publisher;
    private final Operations operations;
    private final Arrivals arrivals;
    private final VersionSettings settings;
    private final Rollbacks rollbacks;
    private final Versions versions;
    private final Names names;
    private final Reasons reasons;
    private final Holding holding;
    private final Executor background;

    /**
     * @param background for what nobody waits for
     */
    Door(
            Plugins plugins,
            Intake intake,
            DesiredState desired,
            Arrivals arrivals,
            Departures departures,
            Dependents dependents,
            Lifecycle lifecycle,
            Publisher publisher,
            Operations operations,
            VersionSettings settings,
            Chronicle chronicle,
            Reasons reasons,
            Executor background) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.lifecycle = lifecycle;
        this.publisher = publisher;
        this.operations = operations;
        this.settings = settings;
        this.rollbacks = new Rollbacks(
                plugins, intake, desired, arrivals, lifecycle, operations, settings, chronicle, background);
        this.versions = new Versions(plugins, intake, desired, lifecycle, operations, this::take);
        this.arrivals = arrivals;
        this.departures = departures;
        this.dependents = dependents;
        this.names = new Names(plugins);
        this.background = background;
        this.reasons = reasons;
        this.holding = new Holding(plugins, intake, desired, arrivals, operations, this::take, background);
    }

    /** Versions that wait until somebody agrees. */
    Holding holding() {
        return holding;
    }

    @Override
    public boolean settle(Duration limit) {
        return arrivals.settle(limit);
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

    /**
     * What came of an operation.
     *
     * @param rewired plugins that use it and were replaced by themselves in the same step
     * @param along plugins that were stopped before it, or brought back after it
     */
    record Done(PluginStatus status, List<String> rewired, List<String> along) {}

    private static Done done(Slot slot, Supplier<List<String>> work) {
        slot.operation.lock();
        try {
            slot.rewired = List.of();
            List<String> along = work.get();
            return new Done(slot.status(), slot.rewired, along);
        } finally {
            slot.operation.unlock();
        }
    }

    private static Done done(Slot slot, Runnable work) {
        return done(slot, () -> {
            work.run();
            return List.of();
        });
    }

    @Override
    public PluginStatus install(byte[] archive, String origin) {
        return installed(archive, origin).status();
    }

    Done installed(byte[] archive, String origin) {
        return installed(archive, origin, candidate -> {});
    }

    /** @param agree agrees to what a candidate asks for that waits for that */
    Done installed(byte[] archive, String origin, Consumer<PluginDescriptor> agree) {
        CheckedCandidate candidate = agreed(archive, origin, agree);
        Slot slot = plugins.slot(candidate.descriptor().id().value());
        return done(slot, () -> take(slot, candidate));
    }

    @Override
    public PluginStatus update(String id, byte[] archive, String origin) {
        return updated(id, archive, origin, candidate -> {}).status();
    }

    private CheckedCandidate agreed(byte[] archive, String origin, Consumer<PluginDescriptor> agree) {
        CheckedCandidate candidate = intake.check(archive, origin);
        if (candidate.hold().isPresent()) {
            // All other gates let it pass, so what is agreed to is what came in.
            agree.accept(candidate.descriptor());
            return intake.check(archive, origin);
        }
        return candidate;
    }

    /** @param agree agrees to what a candidate asks for that waits for that */
    Done updated(String id, byte[] archive, String origin, Consumer<PluginDescriptor> agree) {
        Slot slot = plugins.known(id);
        CheckedCandidate candidate = agreed(archive, origin, agree);
        String other = candidate.descriptor().id().value();
        if (!other.equals(slot.id)) {
            throw new PluginException(
                    "refused",
                    "Plugin [" + slot.id + "] was not updated: the file [" + origin + "] is plugin [" + other
                            + "]. Use 'plugin:install' for it");
        }
        return done(slot, () -> take(slot, candidate));
    }

    @Override
    public PluginStatus installBeside(byte[] archive, String origin) {
        return versions.installBeside(archive, origin);
    }

    @Override
    public PluginStatus keep(String id, Version version) {
        return versions.keep(id, version);
    }

    @Override
    public PluginStatus mark(String id, Version version, Stage stage) {
        return versions.mark(id, version, stage);
    }

    private void take(Slot slot, CheckedCandidate candidate) {
        Optional<Desired> before = desired.get(slot.id);
        names.check(slot, before, candidate);
        if (before.isPresent() && candidate.origin().equals(Desired.SHIPPED) && isOperators(before.get())) {
            if (!before.get().shipped()) {
                desired.set(slot.id, before.get().alsoShipped());
            }
            return;
        }
        if (before.isPresent() && before.get().leavesLying(candidate.sha256(), candidate.origin())) {
            log.info(
                    "Plugin [{}] stays at version [{}] from [{}], which took the place of the one in [{}]; remove that"
                            + " file, or install it by 'plugin:install'",
                    slot.id,
                    before.get().version(),
                    before.get().origin(),
                    candidate.origin());
            return;
        }
        Desired wanted = wanted(slot, before, candidate);
        Optional<Gates.Refusal> hold = candidate.hold().filter(why -> !slot.serves(candidate.sha256()));
        if (hold.isPresent()) {
            holding.hold(slot, before, wanted, subject(slot, wanted), candidate, hold.get());
            return;
        }
        if (before.equals(Optional.of(wanted))) {
            // Offered again, as at each start: nothing that anybody would ask for later.
            take(slot, before, wanted, candidate);
        } else {
            boolean isNew = before.filter(Door::isThere).isEmpty();
            operations.run(
                    isNew ? Kind.INSTALL : Kind.UPDATE,
                    subject(slot, wanted),
                    () -> take(slot, before, wanted, candidate));
        }
    }

    private static boolean isThere(Desired known) {
        return !known.is(Desired.ABSENT);
    }

    private static Operations.Subject subject(Slot slot, Desired wanted) {
        return new Operations.Subject(slot.id, wanted.version(), wanted.sha256(), wanted.origin(), "");
    }

    private void take(Slot slot, Optional<Desired> before, Desired wanted, CheckedCandidate candidate) {
        boolean keptBefore = !intake.keep(candidate);
        operations.at(slot.id, "stored");
        if (slot.serves(candidate.sha256()) || arrivals.isIdle(slot, wanted)) {
            arrivals.write(slot, before, wanted, candidate.descriptor());
        } else if (keptBefore && isQuarantined(slot, before, candidate)) {
            arrivals.write(slot, before, wanted, candidate.descriptor());
            throw Arrivals.failure(slot, wanted, slot.cause(), slot.next());
        } else {
            bringIn(slot, before, wanted, candidate);
        }
    }

    private void bringIn(Slot slot, Optional<Desired> before, Desired wanted, CheckedCandidate candidate) {
        try {
            arrivals.bringIn(slot, wanted, candidate);
        } catch (StartFailure e) {
            if (slot.isServing()) {
                throw arrivals.rolledBack(slot, wanted, e);
            }
            arrivals.write(slot, before, wanted, candidate.descriptor());
            arrivals.failed(slot, wanted, e);
            throw Arrivals.failure(slot, wanted, slot.cause(), slot.next());
        }
    }

    private Desired wanted(Slot slot, Optional<Desired> before, CheckedCandidate candidate) {
        PluginDescriptor descriptor = candidate.descriptor();
        String version = descriptor.version().toString();
        String origin = candidate.origin();
        if (before.isEmpty()) {
            return new Desired(
                    descriptor.symbolicName(),
                    version,
                    candidate.sha256(),
                    Desired.ENABLED,
                    origin,
                    origin.equals(Desired.SHIPPED),
                    List.of());
        }
        Desired known = before.get();
        return known.sha256().equals(candidate.sha256())
                ? known.from(origin).with(known.is(Desired.ABSENT) ? Desired.ENABLED : known.mode())
                : known.replacedBy(version, candidate.sha256(), origin, settings.inForce(slot.id));
    }

    /** Whether these very bytes were tried and failed: they would fail again. */
    private static boolean isQuarantined(Slot slot, Optional<Desired> before, CheckedCandidate candidate) {
        return slot.state() == PluginState.QUARANTINED
                && before.filter(known ->
                                known.is(Desired.ENABLED) && known.sha256().equals(candidate.sha256()))
                        .isPresent();
    }

    /** What an operator chose in place of what is shipped, or without it. */
    private static boolean isOperators(Desired known) {
        return known.is(Desired.ABSENT) || !known.origin().equals(Desired.SHIPPED);
    }

    @Override
    public PluginStatus enable(String id) {
        return enabled(id).status();
    }

    /** With those that were switched off with it. */
    Done enabled(String id) {
        Slot slot = plugins.known(id);
        Done done = done(slot, () -> {
            Optional<Desired> before = desired.get(slot.id);
            Desired wanted = wantedOf(slot).with(Desired.ENABLED);
            if (slot.asleep != null) {
                arrivals.wake(slot);
                if (!slot.isServing()) {
                    throw Arrivals.failure(slot, wanted, slot.cause(), slot.next());
                }
            } else if (slot.current == null) {
                operations.run(Kind.ENABLE, subject(slot, wanted), () -> enable(slot, before, wanted));
            }
        });
        return new Done(done.status(), done.rewired(), broughtBack(dependents.carriedBy(slot)));
    }

    /** Brings in those that were carried, as often as one of them comes in: they may need each other. */
    private List<String> broughtBack(List<String> carried) {
        List<String> left = new ArrayList<>(carried);
        List<String> back = new ArrayList<>();
        boolean more = true;
        while (more) {
            List<String> came = left.stream().filter(this::isBroughtBack).toList();
            back.addAll(came);
            left.removeAll(came);
            more = !came.isEmpty() && !left.isEmpty();
        }
        return back;
    }

    /** Tries to bring one back; one that fails says why itself. */
    private boolean isBroughtBack(String id) {
        try {
            enabled(id);
            return true;
        } catch (PluginException e) {
            log.warn("{}", e.getMessage());
            return false;
        }
    }

    private void enable(Slot slot, Optional<Desired> before, Desired wanted) {
        try {
            CheckedCandidate candidate = intake.fetch(wanted);
            names.check(slot, before, candidate);
            arrivals.bringIn(slot, wanted, candidate);
        } catch (StartFailure e) {
            if (!before.equals(Optional.of(wanted))) {
                desired.set(slot.id, wanted);
                slot.show(Optional.of(wanted), slot.descriptor());
            }
            arrivals.failed(slot, wanted, e);
            throw Arrivals.failure(slot, wanted, slot.cause(), slot.next());
        }
    }

    /**
     * Brings a version back that was replaced, over the same way as any other.
     *
     * @param version which one; empty for the one before
     * @throws PluginException {@code no_version} if there is none to go back to
     */
    Done rollback(String id, Optional<String> version) {
        Slot slot = plugins.known(id);
        return done(slot, () -> {
            Desired before = wantedOf(slot);
            rollbacks.run(slot, before, Rollbacks.older(slot, before, version), "");
        });
    }

    @Override
    public PluginStatus disable(String id) {
        return disabled(id, false).status();
    }

    /** @param along whether those that use it are switched off before it; otherwise it is refused if there are any */
    Done disabled(String id, boolean along) {
        Slot slot = plugins.known(id);
        return done(slot, () -> departures.leave(slot, Kind.DISABLE, along));
    }

    @Override
    public PluginStatus uninstall(String id) {
        return uninstalled(id, false).status();
    }

    /** @param along whether those that use it are uninstalled before it; otherwise it is refused if there are any */
    Done uninstalled(String id, boolean along) {
        Slot slot = plugins.known(id);
        return done(slot, () -> departures.leave(slot, Kind.UNINSTALL, along));
    }

    /** What comes back when a version does not do. */
    Rollbacks rollbacks() {
        return rollbacks;
    }

    private Desired wantedOf(Slot slot) {
        return desired.get(slot.id).orElseThrow(() -> plugins.notFound(slot.id));
    }

    /** All operations that are remembered, oldest first. */
    List<Operation> operations() {
        return operations.all();
    }

    /** Takes note of services that a revision in service registered or took away by itself. */
    void refresh(Revision revision) {
        Slot slot = plugins.slot(revision.name);
        background.execute(() -> slot.exclusively(() -> {
            if (slot.current == revision) {
                lifecycle.refresh(slot);
            }
        }));
    }
}
