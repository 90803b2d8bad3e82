package org.sallyport.admission.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.api.plugin.PluginException;

/** Says what an operation would do, from the same gates and rules, and does nothing. Thread-safe. */
final class Planner {
    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Dependents dependents;
    private final VersionSettings settings;
    private final Names names;

    Planner(Plugins plugins, Intake intake, DesiredState desired, Dependents dependents, VersionSettings settings) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.dependents = dependents;
        this.settings = settings;
        this.names = new Names(plugins);
    }

    /**
     * What an operation would do.
     *
     * @param operation what it is; {@code none} if nothing would change
     * @param stops the version that would be drained and stopped; empty if none
     * @param starts the version that would be started; empty if none
     * @param rewires plugins that use packages of the version that stops: they are replaced by themselves in the same step, to
     *     use those of the version that starts
     * @param along plugins that would be stopped before it in this order, or brought back after it. A platform bundle is in
     *     none of the lists, as no plugin's package is open to one
     * @param settings what comes back with a version in place of what is configured, a sentence for each place
     */
    record Plan(
            String operation,
            String plugin,
            String stops,
            String starts,
            List<String> rewires,
            List<String> along,
            List<String> settings) {
        Plan(String operation, String plugin, String stops, String starts, List<String> rewires, List<String> along) {
            this(operation, plugin, stops, starts, rewires, along, List.of());
        }
    }

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
            return new Plan("none", id, "", "", List.of(), List.of());
        }
        boolean off = before.filter(it -> it.is(Desired.DISABLED)).isPresent();
        boolean isNew = before.filter(it -> !it.is(Desired.ABSENT)).isEmpty();
        return plan(isNew ? Kind.INSTALL : Kind.UPDATE, slot, off ? "" : version);
    }

    /** Of going back; empty for the version before. */
    Plan rollback(String name, Optional<String> version) {
        Slot slot = plugins.known(name);
        Desired before = wanted(slot);
        Desired.Displaced older = Rollbacks.older(slot, before, version);
        Plan plan = plan(Kind.ROLLBACK, slot, before.is(Desired.DISABLED) ? "" : older.version());
        return new Plan(
                plan.operation(),
                plan.plugin(),
                plan.stops(),
                plan.starts(),
                plan.rewires(),
                plan.along(),
                VersionSettings.sentences(older.version(), settings.carried(older.settings())));
    }

    /** Of putting an archive beside the main version. */
    Plan beside(byte[] archive, String origin) {
        CheckedCandidate candidate = intake.look(archive, origin);
        return beside(plugins.known(candidate.descriptor().id().value()).main, candidate);
    }

    /** Of keeping a version that is here. */
    Plan keep(String name, Version version) {
        Slot main = plugins.known(name).main;
        try {
            return beside(main, intake.fetch(Versions.find(main, wanted(main).versions(), version), Desired.KEPT));
        } catch (StartFailure e) {
            throw new PluginException("failed_start", e.getMessage() + ". " + e.next);
        }
    }

    private Plan beside(Slot main, CheckedCandidate candidate) {
        Versions.check(main, wanted(main), plugins.beside(main.id), candidate);
        Version version = candidate.descriptor().version();
        String name = Beside.name(main.id, version);
        // Not by its slot, which would make one.
        Optional<Slot> there = plugins.find(name);
        if (there.filter(slot -> slot.serves(candidate.sha256())).isPresent()) {
            return new Plan("none", name, "", "", List.of(), List.of());
        }
        // Nothing else is rewired, as nobody uses packages of a version beside.
        return new Plan(
                name(there.isPresent() ? Kind.UPDATE : Kind.INSTALL),
                name,
                there.map(Slot::servingVersion).orElse(""),
                version.toString(),
                List.of(),
                List.of());
    }

    /** Of marking a version. */
    Plan mark(String name, Version version) {
        Slot main = plugins.known(name).main;
        Versions.find(main, Versions.here(wanted(main), plugins.beside(main.id)), version);
        return new Plan("mark", main.id, "", "", List.of(), List.of());
    }

    /** Of bringing a plugin in as it is. */
    Plan enable(String name) {
        Slot slot = plugins.known(name);
        String version = wanted(slot).version();
        if (slot.current != null) {
            return new Plan("none", slot.id, "", "", List.of(), List.of());
        }
        return new Plan("enable", slot.id, "", version, List.of(), dependents.carriedBy(slot));
    }

    /**
     * Of taking a plugin out.
     *
     * @param along whether those that use it go before it
     * @throws PluginException as the operation would
     */
    Plan leave(Kind kind, String name, boolean along) {
        Slot slot = plugins.known(name);
        wanted(slot);
        List<Slot> users = dependents.of(slot);
        dependents.refuse(slot, kind, users, along);
        List<String> order = Dependents.ids(dependents.before(slot, kind, users));
        return new Plan(name(kind), slot.id, slot.servingVersion(), "", List.of(), order);
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private Desired wanted(Slot slot) {
        return desired.get(slot.id).orElseThrow(() -> plugins.notFound(slot.id));
    }

    private Plan plan(Kind kind, Slot slot, String starts) {
        return new Plan(
                name(kind),
                slot.id,
                slot.servingVersion(),
                starts,
                Dependents.ids(dependents.inService(slot)),
                List.of());
    }
}
