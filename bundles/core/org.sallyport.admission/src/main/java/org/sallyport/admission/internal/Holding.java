package org.sallyport.admission.internal;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions that wait until somebody agrees to what they ask for. One of a plugin that does not serve is written down as wanted, and
 * shown as HELD; one that would replace what serves is written down beside it. Both come in by themselves when somebody agreed. Works
 * under {@link Slot#operation}. Thread-safe.
 */
final class Holding {
    /** The code of the exceptions. */
    static final String CODE = "held";

    private static final Logger log = LoggerFactory.getLogger(Holding.class);

    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Arrivals arrivals;
    private final Operations operations;
    private final BiConsumer<Slot, CheckedCandidate> take;
    private final Executor background;

    /** @param take brings a checked archive into a slot whose lock is held */
    Holding(
            Plugins plugins,
            Intake intake,
            DesiredState desired,
            Arrivals arrivals,
            Operations operations,
            BiConsumer<Slot, CheckedCandidate> take,
            Executor background) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.arrivals = arrivals;
        this.operations = operations;
        this.take = take;
        this.background = background;
    }

    /**
     * Keeps a version until somebody agrees.
     *
     * @param wanted what is to be wanted then
     * @throws PluginException {@value #CODE}; also if it was kept before
     */
    void hold(
            Slot slot,
            Optional<Desired> before,
            Desired wanted,
            Operations.Subject subject,
            CheckedCandidate candidate,
            Gates.Refusal why) {
        boolean serves = slot.isServing() && before.isPresent();
        Desired written = serves
                ? before.get()
                        .holding(Optional.of(new Desired.Displaced(wanted.version(), wanted.sha256(), wanted.origin())))
                : wanted;
        if (before.equals(Optional.of(written))) {
            show(slot, written, candidate, why, serves);
            throw exception(slot, candidate, why);
        }
        var kind = before.filter(known -> !known.is(Desired.ABSENT)).isPresent()
                ? org.sallyport.admission.internal.journal.Operation.Kind.UPDATE
                : org.sallyport.admission.internal.journal.Operation.Kind.INSTALL;
        operations.run(kind, subject, () -> {
            intake.keep(candidate);
            operations.at(slot.id, "stored");
            desired.set(slot.id, written);
            slot.show(Optional.of(written), serves ? slot.descriptor() : Optional.of(candidate.descriptor()));
            show(slot, written, candidate, why, serves);
            throw exception(slot, candidate, why);
        });
    }

    private void show(Slot slot, Desired written, CheckedCandidate candidate, Gates.Refusal why, boolean serves) {
        if (serves) {
            slot.waiting = sentence(candidate, why);
        } else if (!arrivals.isIdle(slot, written)) {
            arrivals.held(slot, written, why.sentence(), why.verdict().next());
        }
    }

    private static String sentence(CheckedCandidate candidate, Gates.Refusal why) {
        return "Version [" + candidate.descriptor().version() + "] from [" + candidate.origin() + "] waits to come in: "
                + why.sentence() + ". " + why.verdict().next() + ".";
    }

    private static PluginException exception(Slot slot, CheckedCandidate candidate, Gates.Refusal why) {
        String serving = slot.servingVersion();
        return new PluginException(
                CODE,
                "Plugin [" + slot.id + "] version [" + candidate.descriptor().version() + "] from ["
                        + candidate.origin() + "] is held: " + why.sentence() + ". "
                        + (serving.isEmpty() ? "" : "Version [" + serving + "] serves on. ")
                        + why.verdict().next());
    }

    /** What somebody agreed to may be enough now; returns at once. */
    void look(String plugin) {
        plugins.all().stream().filter(slot -> slot.plugin().equals(plugin)).forEach(this::lookSoon);
    }

    /** The same for all versions that wait beside one that serves: those that wait alone were looked at when they were to come in. */
    void lookAtUpdates() {
        plugins.all().stream()
                .filter(slot -> slot.desired().flatMap(Desired::held).isPresent())
                .forEach(this::lookSoon);
    }

    private void lookSoon(Slot slot) {
        if (isWaiting(slot)) {
            background.execute(() -> slot.exclusively(() -> look(slot)));
        }
    }

    private static boolean isWaiting(Slot slot) {
        return slot.state() == PluginState.HELD
                || slot.desired().flatMap(Desired::held).isPresent();
    }

    private void look(Slot slot) {
        Desired.@Nullable Displaced held = slot.desired().flatMap(Desired::held).orElse(null);
        if (held == null) {
            if (slot.state() == PluginState.HELD) {
                arrivals.retry(slot);
            }
            return;
        }
        try {
            CheckedCandidate candidate = intake.fetch(held.sha256(), held.origin());
            slot.waiting = "";
            take.accept(slot, candidate);
        } catch (StartFailure e) {
            slot.waiting = "Version [" + held.version() + "] from [" + held.origin() + "] waits to come in: "
                    + e.getMessage() + ". " + e.next + ".";
        } catch (PluginException e) {
            log.warn("Plugin [{}]: {}", slot.id, e.getMessage());
            drop(slot);
        }
    }

    /** It did not come up: it is not tried again by itself. */
    private void drop(Slot slot) {
        slot.desired().filter(known -> known.held().isPresent()).ifPresent(known -> {
            Desired without = known.holding(Optional.empty());
            desired.set(slot.id, without);
            slot.show(Optional.of(without), slot.descriptor());
        });
    }
}
