package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.plugin.PluginState;

/**
 * Versions that take their places in one step: a plugin's next version, and those that use its packages, started anew in
 * the version that they are, so that they use the packages of the one that comes. Until they take their places nothing
 * else in the framework sees them, and what serves serves on. Used by one thread, under {@link Slot#operation} of all of
 * them.
 */
final class Exchange {
    private final Revisions revisions;
    private final KeptStates kept;
    private final Limits limits;
    private final List<Change> changes = new ArrayList<>();

    Exchange(Revisions revisions, KeptStates kept, Limits limits) {
        this.revisions = revisions;
        this.kept = kept;
        this.limits = limits;
    }

    /** A plugin of which the same bytes, or others, take the place of the version in service. */
    record Part(Slot slot, CheckedCandidate candidate) {}

    /** One place that is taken. */
    static final class Change {
        final Slot slot;
        final @Nullable Revision old;
        final Revision young;

        @Nullable Handover handover;

        Optional<Handover.State> state = Optional.empty();

        private Change(Slot slot, Revision young) {
            this.slot = slot;
            this.old = slot.current;
            this.young = young;
        }
    }

    /** Starts the new versions beside the old ones; the first part is what it is about, the others use it. */
    void start(List<Part> parts) throws StartFailure {
        for (Part part : parts) {
            Revision old = part.slot().current;
            if (old != null) {
                revisions.close(old, this);
            }
        }
        for (Part part : parts) {
            step(
                    parts,
                    part,
                    () -> changes.add(
                            new Change(part.slot(), revisions.resolve(part.slot().id, part.candidate(), this))));
            part.slot().showStep(PluginState.RESOLVED, "it is wired to what it needs");
        }
        for (int at = 0; at < parts.size(); at++) {
            Revision young = changes.get(at).young;
            parts.get(at).slot().showStep(PluginState.STARTING, "it is being started");
            step(parts, parts.get(at), () -> revisions.activate(young));
        }
    }

    private interface Step {
        void run() throws StartFailure;
    }

    private static void step(List<Part> parts, Part part, Step step) throws StartFailure {
        try {
            step.run();
        } catch (StartFailure e) {
            if (part == parts.get(0)) {
                throw e;
            }
            throw because(part.slot(), e);
        }
    }

    /** It cannot take its place because of one that uses it. */
    static StartFailure because(Slot user, StartFailure e) {
        return new StartFailure(
                "plugin [" + user.id + "] uses it and does not come up with it: " + e.getMessage(),
                "Install a version of [" + user.id + "] first that works with both, or take it out of service with"
                        + " 'plugin:disable " + user.id + "'",
                false);
    }

    /**
     * Hands the states over.
     *
     * @param before what a version that comes back remembered; of the first part
     */
    void handOver(Optional<Handover.State> before) throws StartFailure {
        for (Change change : changes) {
            Revision old = change.old;
            if (old == null || revisions.lost(old).isPresent()) {
                kept.restore(limits.handover(), change.young);
            } else {
                change.handover = new Handover(limits.handover(), old, change.young);
                change.state = change.handover.state(change == changes.get(0) ? before : Optional.empty());
            }
        }
    }

    /** Ends what was started; what served may be used again. */
    void undo(List<Part> parts) {
        for (int at = changes.size() - 1; at >= 0; at--) {
            revisions.end(changes.get(at).young);
        }
        for (Part part : parts) {
            Revision old = part.slot().current;
            if (old != null) {
                revisions.open(old);
            }
        }
    }

    /** The new versions are in their places from here on. What to publish. */
    Map<String, ServiceSet.Published> take() {
        Map<String, ServiceSet.Published> published = new LinkedHashMap<>();
        for (Change change : changes) {
            change.slot.fault = "";
            change.slot.waits = false;
            change.slot.probation = null;
            change.slot.current = change.young;
            revisions.open(change.young);
            if (change.old != null) {
                revisions.close(change.old);
            }
            published.put(change.slot.id, change.slot.published(change.young));
        }
        return published;
    }

    List<Change> changes() {
        return changes;
    }
}
