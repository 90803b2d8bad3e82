package org.sallyport.admission.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a version that does not do: the one before comes back, or the plugin is taken out of service. Thread-safe;
 * reports return at once.
 */
final class Rollbacks implements PluginFaults {
    private static final Logger log = LoggerFactory.getLogger(Rollbacks.class);

    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Arrivals arrivals;
    private final Lifecycle lifecycle;
    private final Operations operations;
    private final VersionSettings settings;
    private final Chronicle chronicle;
    private final Names names;
    private final Executor background;

    /** @param background for what nobody waits for */
    Rollbacks(
            Plugins plugins,
            Intake intake,
            DesiredState desired,
            Arrivals arrivals,
            Lifecycle lifecycle,
            Operations operations,
            VersionSettings settings,
            Chronicle chronicle,
            Executor background) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.arrivals = arrivals;
        this.lifecycle = lifecycle;
        this.operations = operations;
        this.settings = settings;
        this.chronicle = chronicle;
        this.names = new Names(plugins);
        this.background = background;
    }

    /** The version that a rollback leads to. */
    static Desired.Displaced older(Slot slot, Desired before, Optional<String> version) {
        return before.displaced().stream()
                .filter(one -> version.isEmpty() || one.version().equals(version.get()))
                .findFirst()
                .orElseThrow(() -> noVersion(slot, before, version));
    }

    /**
     * Brings an older version back with the settings that it had, over the same way as any other. Called under
     * {@link Slot#operation}.
     *
     * @param cause why, for the history; empty if it was asked for
     */
    void run(Slot slot, Desired before, Desired.Displaced older, String cause) {
        Desired wanted = before.rolledBackTo(older, settings.inForce(slot.id), settings.carried(older.settings()));
        operations.run(
                Kind.ROLLBACK,
                new Operations.Subject(slot.id, wanted.version(), wanted.sha256(), wanted.origin(), cause),
                () -> bringBack(slot, before, wanted));
    }

    /** A version is worse than the one before; returns at once. */
    void failed(Slot slot, Probation probation, String why) {
        background.execute(() -> slot.exclusively(() -> fallBack(slot, probation, why)));
    }

    /** Brings the version before back into service, if there is a probation. Whether it serves. */
    private boolean fallBack(Slot slot, @Nullable Probation probation, String why) {
        if (probation == null || slot.probation != probation) {
            return false;
        }
        String young = probation.young().version();
        try {
            Desired before = desired.get(slot.id).orElseThrow(() -> plugins.notFound(slot.id));
            Desired.Displaced older = before.displaced().stream()
                    .filter(one -> one.sha256().equals(probation.sha256()))
                    .findFirst()
                    .orElseThrow(() -> noVersion(slot, before, Optional.of(probation.before())));
            String cause = "version [" + young + "] was taken back: " + why;
            run(slot, before, older, cause);
            slot.fault = cause;
            chronicle.tell(
                    "plugin.rolledback",
                    slot.id,
                    "version",
                    young,
                    "serving",
                    older.version(),
                    "cause",
                    Causes.cut(why));
            log.warn("Plugin [{}] {}. Version [{}] serves again", slot.id, cause, older.version());
            return true;
        } catch (PluginException e) {
            slot.probation = null;
            slot.fault = why + "; and the version before did not come back: " + e.getMessage();
            log.warn("Plugin [{}] version [{}]: {}", slot.id, young, slot.fault);
            return false;
        }
    }

    private void bringBack(Slot slot, Desired before, Desired wanted) {
        try {
            CheckedCandidate candidate = intake.fetch(wanted);
            names.check(slot, Optional.of(before), candidate);
            if (wanted.is(Desired.DISABLED)) {
                arrivals.write(slot, Optional.of(before), wanted, candidate.descriptor());
            } else {
                arrivals.bringIn(slot, wanted, candidate);
            }
        } catch (StartFailure e) {
            if (slot.isServing()) {
                throw arrivals.rolledBack(slot, wanted, e);
            }
            throw Arrivals.failure(slot, wanted, e.getMessage(), e.next);
        }
    }

    private static PluginException noVersion(Slot slot, Desired known, Optional<String> version) {
        List<String> versions =
                known.displaced().stream().map(Desired.Displaced::version).toList();
        return new PluginException(
                "no_version",
                "Plugin [" + slot.id + "] has no version "
                        + version.map(text -> "[" + text + "] ").orElse("")
                        + "to go back to; "
                        + (versions.isEmpty() ? "none was replaced" : "there are " + versions));
    }

    @Override
    public void quarantine(String plugin, String cause) {
        Slot slot = plugins.find(plugin).orElse(null);
        Revision serving = slot == null ? null : slot.current;
        if (slot == null || serving == null) {
            return;
        }
        background.execute(() -> slot.exclusively(() -> {
            // Another version may have come in since: it did not do what the report tells of.
            if (slot.current == serving && !fallBack(slot, slot.probation, Causes.cut(cause))) {
                lifecycle.takeOut(slot, false);
                arrivals.giveUp(slot);
                slot.show(
                        PluginState.QUARANTINED,
                        Causes.cut(cause),
                        "Mend the plugin and install its next version, or try again with 'plugin:enable " + slot.id
                                + "'");
                operations.tell(
                        Kind.QUARANTINE,
                        new Operations.Subject(slot.id, serving.version(), serving.sha256, "", Causes.cut(cause)));
                chronicle.tell("plugin.quarantined", slot.id, "version", serving.version(), "cause", Causes.cut(cause));
                log.warn("Plugin [{}] version [{}] was taken out of service: {}", slot.id, serving.version(), cause);
            }
        }));
    }

    @Override
    public void report(String plugin, String cause) {
        plugins.find(plugin).ifPresent(slot -> slot.fault = Causes.cut(cause));
    }
}
