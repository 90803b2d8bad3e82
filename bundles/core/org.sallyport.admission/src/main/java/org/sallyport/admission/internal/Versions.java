package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.osgi.framework.Version;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginStatus;

/**
 * Versions of a plugin beside its main one. Each has a slot and an entry of the registry of its own, under a name of its own,
 * and so the life of any plugin; here is only how it comes to stand there, and how versions are marked. Thread-safe: works
 * under the main version's lock, and takes that of a version beside it after it, never before.
 */
final class Versions {
    private final Plugins plugins;
    private final Intake intake;
    private final DesiredState desired;
    private final Lifecycle lifecycle;
    private final Operations operations;
    private final BiConsumer<Slot, CheckedCandidate> take;

    /** @param take brings a checked archive into a slot whose lock is held */
    Versions(
            Plugins plugins,
            Intake intake,
            DesiredState desired,
            Lifecycle lifecycle,
            Operations operations,
            BiConsumer<Slot, CheckedCandidate> take) {
        this.plugins = plugins;
        this.intake = intake;
        this.desired = desired;
        this.lifecycle = lifecycle;
        this.operations = operations;
        this.take = take;
    }

    PluginStatus installBeside(byte[] archive, String origin) {
        CheckedCandidate candidate = intake.check(archive, origin);
        return put(plugins.known(candidate.descriptor().id().value()), known -> candidate);
    }

    PluginStatus keep(String id, Version version) {
        Slot named = plugins.known(id);
        return put(named, known -> intake.fetch(find(named.main, known.versions(), version), Desired.KEPT));
    }

    /** Gives a version to stand beside the main one. */
    private interface Source {
        CheckedCandidate of(Desired main) throws StartFailure;
    }

    private PluginStatus put(Slot named, Source source) {
        Slot main = named.main;
        // So that how many there are, and what they stand beside, holds meanwhile.
        main.operation.lock();
        try {
            Desired known = wantedOf(main);
            CheckedCandidate candidate = source.of(known);
            check(main, known, plugins.beside(main.id), candidate);
            Slot slot = plugins.slot(Beside.name(main.id, candidate.descriptor().version()));
            return slot.after(() -> take.accept(slot, candidate));
        } catch (StartFailure e) {
            throw new PluginException(
                    "failed_start",
                    "No version of plugin [" + main.id + "] was put beside it: " + e.getMessage() + ". " + e.next);
        } finally {
            main.operation.unlock();
        }
    }

    /**
     * Whether a version may stand beside a plugin's main one.
     *
     * @param there the versions that do
     * @throws PluginException {@code duplicate} or {@code too_many}
     */
    static void check(Slot main, Desired known, List<Slot> there, CheckedCandidate candidate) {
        Version version = candidate.descriptor().version();
        if (known.is(Desired.ABSENT)) {
            throw new PluginException(
                    "not_found",
                    "Plugin [" + main.id + "] was uninstalled, so nothing can stand beside it. Bring it back with"
                            + " 'plugin:enable " + main.id + "', or use 'plugin:install'");
        } else if (known.version().equals(version.toString()) && !known.sha256().equals(candidate.sha256())) {
            throw new PluginException(
                    "duplicate",
                    "Plugin file [" + candidate.origin() + "] was not put beside plugin [" + main.id
                            + "]: its version ["
                            + version
                            + "] is the main one's, and nobody could choose between the two. Give it a version of"
                            + " its own");
        }
        String name = Beside.name(main.id, version);
        if (there.size() >= PluginAdmin.MAX_BESIDE && there.stream().noneMatch(slot -> slot.id.equals(name))) {
            throw new PluginException(
                    "too_many",
                    "Plugin [" + main.id + "] has [" + there.size()
                            + "] versions beside the main one, which is the limit: "
                            + there.stream().map(slot -> slot.id).toList()
                            + ". Remove one with 'plugin:uninstall'");
        }
    }

    PluginStatus mark(String id, Version version, Stage stage) {
        Slot main = plugins.known(id).main;
        return main.after(() -> {
            Desired before = wantedOf(main);
            List<Slot> beside = plugins.beside(main.id);
            List<Desired.Displaced> here = here(before, beside);
            Desired.Displaced marked = find(main, here, version);
            Set<String> known = here.stream().map(Desired.Displaced::version).collect(Collectors.toSet());
            Desired wanted = before.marked(marked.version(), stage, known::contains);
            if (!wanted.equals(before)) {
                String cause = "marked " + stage.name().toLowerCase(Locale.ROOT);
                operations.run(
                        Kind.MARK,
                        new Operations.Subject(main.id, marked.version(), marked.sha256(), marked.origin(), cause),
                        () -> mark(main, beside, wanted));
            }
        });
    }

    private void mark(Slot main, List<Slot> beside, Desired wanted) {
        desired.set(main.id, wanted);
        main.show(Optional.of(wanted), main.descriptor());
        lifecycle.tellMarks(main, beside);
    }

    /** All versions whose bytes are here: the main one, those beside it, and what they replaced. */
    static List<Desired.Displaced> here(Desired main, List<Slot> beside) {
        List<Desired.Displaced> here = new ArrayList<>(main.versions());
        beside.forEach(slot -> slot.desired().ifPresent(one -> here.addAll(one.versions())));
        return here;
    }

    /** @throws PluginException {@code no_version} if a version is not among those */
    static Desired.Displaced find(Slot main, List<Desired.Displaced> here, Version version) {
        return here.stream()
                .filter(one -> one.version().equals(version.toString()))
                .findFirst()
                .orElseThrow(() -> new PluginException(
                        "no_version",
                        "Version [" + version + "] of plugin [" + main.id + "] is not here; there are "
                                + here.stream()
                                        .map(Desired.Displaced::version)
                                        .distinct()
                                        .toList()));
    }

    private Desired wantedOf(Slot slot) {
        return desired.get(slot.id).orElseThrow(() -> plugins.notFound(slot.id));
    }
}
