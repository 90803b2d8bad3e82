package org.sallyport.admission.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.api.plugin.PluginException;

/** Says what an operation would do, from the same gates and rules, and does nothing. Thread-safe. */
final class Planner {
    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Revisions revisions;
    private final Names names;

    Planner(Plugins plugins, Intake intake, DesiredState desired, Revisions revisions) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.revisions = revisions;
        this.names = new Names(plugins);
    }

    /**
     * What an operation would do.
     *
     * @param operation what it is; {@code none} if nothing would change
     * @param stops the version that would be drained and stopped; empty if none
     * @param starts the version that would be started; empty if none
     * @param rewires plugins that use packages of the version that stops: they keep its classes until they are started anew. A
     *     platform bundle is never among them, as no plugin's package is open to one
     */
    record Plan(String operation, String plugin, String stops, String starts, List<String> rewires) {}

    /**
     * Of an archive.
     *
     * @param expected the plugin that it has to be; empty for any
     * @throws PluginException as the operation would
     */
    Plan archive(byte[] archive, String origin, Optional<String> expected) {
        CheckedCandidate candidate = intake.look(archive, origin);
        String id = candidate.descriptor().id().value();
        Optional<Slot> known = expected.map(plugins::known);
        if (known.isPresent() && !known.get().id.equals(id)) {
            throw new PluginException(
                    "refused", "Plugin [" + known.get().id + "] would not be updated: the file is plugin [" + id + "]");
        }
        Slot slot = plugins.slot(id);
        Optional<Desired> before = desired.get(id);
        names.check(slot, before, candidate);
        String version = candidate.descriptor().version().toString();
        if (before.filter(it -> !it.is(Desired.ABSENT) && it.sha256().equals(candidate.sha256()))
                .isPresent()) {
            return new Plan("none", id, "", "", List.of());
        }
        boolean off = before.filter(it -> it.is(Desired.DISABLED)).isPresent();
        boolean isNew = before.filter(it -> !it.is(Desired.ABSENT)).isEmpty();
        return plan(isNew ? Kind.INSTALL : Kind.UPDATE, slot, off ? "" : version);
    }

    /** Of going back; empty for the version before. */
    Plan rollback(String name, Optional<String> version) {
        Slot slot = plugins.known(name);
        Desired before = wanted(slot);
        return plan(
                Kind.ROLLBACK,
                slot,
                before.is(Desired.DISABLED)
                        ? ""
                        : Door.older(slot, before, version).version());
    }

    /** Of an operation that takes a plugin out or brings it in as it is. */
    Plan plan(Kind kind, String name) {
        Slot slot = plugins.known(name);
        String version = wanted(slot).version();
        if (kind == Kind.ENABLE && slot.current != null) {
            return new Plan("none", slot.id, "", "", List.of());
        }
        return plan(kind, slot, kind == Kind.ENABLE ? version : "");
    }

    private Desired wanted(Slot slot) {
        return desired.get(slot.id).orElseThrow(() -> plugins.notFound(slot.id));
    }

    private Plan plan(Kind kind, Slot slot, String starts) {
        Revision serving = slot.current;
        return new Plan(
                kind.name().toLowerCase(Locale.ROOT),
                slot.id,
                slot.servingVersion(),
                starts,
                serving == null ? List.of() : revisions.dependents(serving));
    }
}
