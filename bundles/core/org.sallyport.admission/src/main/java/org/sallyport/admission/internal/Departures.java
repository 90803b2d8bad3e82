package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginState;

/**
 * Takes plugins out of service for good or for a while, with those that use them if that is asked for. Called under
 * {@link Slot#operation}. Thread-safe.
 */
final class Departures {
    private final Plugins plugins;
    private final DesiredState desired;
    private final Operations operations;
    private final Arrivals arrivals;
    private final Dependents dependents;
    private final Lifecycle lifecycle;
    private final Sleep sleep;
    private final Chronicle chronicle;
    private final Limits limits;
    private final Consumer<String> forgotten;

    /** @param forgotten told the id of a plugin that was uninstalled, when nothing of it runs any more */
    Departures(
            Plugins plugins,
            DesiredState desired,
            Operations operations,
            Arrivals arrivals,
            Dependents dependents,
            Lifecycle lifecycle,
            Sleep sleep,
            Chronicle chronicle,
            Limits limits,
            Consumer<String> forgotten) {
        this.plugins = plugins;
        this.desired = desired;
        this.operations = operations;
        this.arrivals = arrivals;
        this.dependents = dependents;
        this.lifecycle = lifecycle;
        this.sleep = sleep;
        this.chronicle = chronicle;
        this.limits = limits;
        this.forgotten = forgotten;
    }

    /**
     * Disables a plugin, or uninstalls it with the versions beside it.
     *
     * @param kind {@code DISABLE} or {@code UNINSTALL}
     * @param along whether the same is done to those that use it, before
     * @return the ids of all that went before it, in that order
     * @throws PluginException {@code in_use} if others use it and are not to go along
     */
    List<String> leave(Slot slot, Kind kind, boolean along) {
        List<String> left = new ArrayList<>();
        try {
            dependents.leaving(slot, inService -> {
                List<Slot> users = dependents.of(slot);
                dependents.refuse(slot, kind, users, along);
                for (Slot one : dependents.before(slot, kind, users)) {
                    one.exclusively(() -> leave(one, kind, one.main == slot ? "" : slot.id));
                    left.add(one.id);
                }
                leave(slot, kind, "");
            });
        } finally {
            // Who came meanwhile found the way to it closed.
            arrivals.retryWaiting();
        }
        return List.copyOf(left);
    }

    /** @param carrier the plugin that takes it along; empty if it goes by itself */
    private void leave(Slot slot, Kind kind, String carrier) {
        Optional<Desired> before = desired.get(slot.id);
        String cause = carrier.isEmpty() ? "" : "together with [" + carrier + "], which it uses";
        Operations.Subject subject = before.map(known ->
                        new Operations.Subject(slot.id, known.version(), known.sha256(), known.origin(), cause))
                .orElse(new Operations.Subject(slot.id, "", "", "", cause));
        if (kind == Kind.DISABLE) {
            Desired known = before.orElseThrow(() -> plugins.notFound(slot.id));
            Desired wanted = carrier.isEmpty() ? known.with(Desired.DISABLED) : known.carriedBy(carrier);
            operations.run(kind, subject, () -> {
                desired.set(slot.id, wanted);
                disabled(slot, wanted);
            });
        } else {
            Optional<Desired> wanted = before.filter(Desired::shipped).map(known -> known.with(Desired.ABSENT));
            operations.run(kind, subject, () -> {
                wanted.ifPresentOrElse(absent -> desired.set(slot.id, absent), () -> desired.remove(slot.id));
                uninstalled(slot, wanted, before.map(Desired::version).orElse(""));
            });
        }
    }

    /** It is written down that it is off; its state is kept. */
    void disabled(Slot slot, Desired wanted) {
        slot.show(Optional.of(wanted), slot.descriptor());
        slot.waits = false;
        leave(slot, true);
        arrivals.isIdle(slot, wanted);
        chronicle.tell("plugin.disabled", slot.id, "version", wanted.version());
    }

    /**
     * It is written down that it is not wanted any more.
     *
     * @param wanted what is remembered of it; empty for nothing
     * @param version which one it was
     */
    void uninstalled(Slot slot, Optional<Desired> wanted, String version) {
        slot.waits = false;
        slot.fault = "";
        leave(slot, false);
        lifecycle.forgetState(slot);
        sleep.forget(slot);
        slot.show(wanted, slot.descriptor());
        slot.show(
                PluginState.UNINSTALLED,
                "it was uninstalled",
                wanted.isPresent() ? "Bring it back with 'plugin:enable " + slot.id + "'" : "");
        chronicle.tell("plugin.uninstalled", slot.id, "version", version);
        if (wanted.isEmpty() && slot.leaked().isEmpty()) {
            plugins.forget(slot);
        }
        forgotten.accept(slot.id);
    }

    /** Takes a plugin out of service and waits until nothing of it runs, or it is known to be LEAKED. */
    private void leave(Slot slot, boolean keepState) {
        Revision serving = slot.current;
        arrivals.giveUp(slot);
        slot.show(slot.desired(), slot.descriptor());
        lifecycle.takeOut(slot, keepState);
        if (serving != null) {
            Publisher.await(
                    slot.retiring,
                    limits.drain().plus(limits.handover()).plus(limits.stop()).plusSeconds(1));
        }
    }
}
