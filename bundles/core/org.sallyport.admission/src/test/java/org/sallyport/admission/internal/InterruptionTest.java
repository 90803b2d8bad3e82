package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;
import org.sallyport.admission.internal.context.CommandBoard;
import org.sallyport.admission.internal.context.PluginServices;
import org.sallyport.admission.internal.context.PluginStorage;
import org.sallyport.admission.internal.context.Rights;
import org.sallyport.admission.internal.journal.Operation;
import org.sallyport.admission.internal.sleep.PluginIndex;
import org.sallyport.api.plugin.Stage;
import org.sallyport.registry.internal.IndexedRegistry;

@DisplayName("An operation that the end of the process interrupts at any step")
class InterruptionTest {
    private static final byte[] V1 = PluginJar.of("x", "1.0.0").build();
    private static final byte[] V2 = PluginJar.of("x", "2.0.0").build();
    private static final String NONE = "none";

    @TempDir
    Path home;

    /** What an operator does, each with the state it leads to. */
    private static Map<String, Script> script() {
        Map<String, Script> script = new LinkedHashMap<>();
        script.put("1.0.0 enabled", door -> door.install(V1, "test"));
        script.put("2.0.0 enabled", door -> door.update("x", V2, "test"));
        script.put("2.0.0 disabled", door -> door.disable("x"));
        script.put("2.0.0 enabled again", door -> door.enable("x"));
        script.put("1.0.0 enabled once more", door -> door.rollback("x", Optional.empty()));
        script.put(NONE, door -> door.uninstall("x"));
        script.put("1.0.0 enabled again", door -> door.install(V1, "test"));
        return script;
    }

    private interface Script {
        void run(Door door);
    }

    /** Admission from its start to the end of the process, over a framework that begins empty. */
    private static final class Run {
        private final FakeFramework framework = new FakeFramework();
        private final Records records;
        private final Door door;

        Run(Machine machine, Path home) {
            Limits limits = Limits.DEFAULT;
            Plugins plugins = new Plugins(new IndexedRegistry());
            Chronicle chronicle = new Chronicle((event, subject, details) -> {});
            records = new Records(machine.registry, home, machine, (kind, subject) -> {}, archives -> {}, task -> {});
            Intake intake = new Intake(new Gates("", List::of, limits.gate()), records.store(), plugins, chronicle);
            Publisher publisher = new Publisher();
            Components components = new Components(() -> null);
            Sleep sleep =
                    new Sleep(new PluginIndex(null, ""), new SleepRule(components), limits.start(), Runnable::run);
            Revisions revisions = new Revisions(
                    framework.context,
                    new Wall(0),
                    components,
                    limits,
                    new Tiers(List::of, () -> null, key -> null),
                    (name, descriptor) -> new PluginServices(
                            descriptor,
                            Rights.all(descriptor),
                            new PluginStorage("x", home.resolve("data")),
                            home.resolve("data"),
                            () -> null,
                            services -> false,
                            () -> null,
                            services -> {}));
            Lifecycle lifecycle = new Lifecycle(
                    revisions,
                    publisher,
                    new CommandBoard(framework.context),
                    records.kept(),
                    new Probations(Duration.ZERO, id -> List.of(), (slot, probation, why) -> {}, Runnable::run),
                    chronicle,
                    limits,
                    Runnable::run);
            Holds holds = new Holds(machine.registry, records.guard(), false, task -> {});
            Dependents dependents = new Dependents(plugins, revisions, intake, limits.patience());
            Backoff tries = new Backoff(limits.again(), System::nanoTime);
            Arrivals arrivals = new Arrivals(
                    plugins,
                    intake,
                    records.desired(),
                    lifecycle,
                    chronicle,
                    sleep,
                    holds,
                    dependents,
                    tries,
                    Runnable::run);
            door = new Door(
                    plugins,
                    intake,
                    records.desired(),
                    arrivals,
                    new Departures(
                            plugins,
                            records.desired(),
                            records.operations(),
                            arrivals,
                            dependents,
                            lifecycle,
                            sleep,
                            chronicle,
                            limits,
                            id -> {}),
                    dependents,
                    lifecycle,
                    publisher,
                    records.operations(),
                    new VersionSettings(List::of),
                    chronicle,
                    new Reasons(plugins, intake, tries),
                    Runnable::run);
            records.recover();
            records.tidy();
            arrivals.restore(CompletableFuture.completedFuture(null), Runnable::run);
            assertThat(door.settle(Duration.ofSeconds(30))).isTrue();
        }

        String state() {
            return records.desired().all().values().stream()
                    .map(wanted -> wanted.version() + " " + wanted.mode())
                    .findFirst()
                    .orElse(NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("is finished or undone at the next start; what was acknowledged holds, and nothing is left over")
    void everyStep(boolean powerLost) throws Exception {
        int steps = 0;
        for (int at = 1; ; at++) {
            Path folder = home.resolve(at + "");
            Machine machine = new Machine();
            Run first = new Run(machine, folder);
            machine.stopAt(at);
            String acknowledged = NONE;
            String next = NONE;
            try {
                for (Map.Entry<String, Script> step : script().entrySet()) {
                    next = step.getKey().replaceAll(" (again|once more)", "");
                    step.getValue().run(first.door);
                    acknowledged = next;
                }
            } catch (Machine.Stopped e) {
                assertThat(machine.isStopped()).isTrue();
            }
            if (!machine.isStopped()) {
                steps = machine.steps().size();
                break;
            }
            String where = "stopped at step " + at + " " + machine.steps();
            machine.restart(powerLost);

            Run second = new Run(machine, folder);
            checkWhole(second, folder, where, acknowledged, next);
            // And it can be worked with as if nothing had happened.
            if (!second.state().equals(NONE)) {
                second.door.uninstall("x");
            }
            for (Map.Entry<String, Script> step : script().entrySet()) {
                step.getValue().run(second.door);
                assertThat(second.state()).as(where).isEqualTo(step.getKey().replaceAll(" (again|once more)", ""));
            }
        }
        assertThat(steps).as("steps that were tried").isGreaterThan(60);
    }

    private static void checkWhole(Run run, Path folder, String where, String acknowledged, String next)
            throws IOException {
        String state = run.state();
        assertThat(state).as(where).isIn(acknowledged, next);
        Optional<Desired> wanted = run.records.desired().get("x");
        // Shell = registry = framework.
        assertThat(run.door
                        .find("x")
                        .map(status -> status.version() + " " + status.desired())
                        .orElse(NONE))
                .as(where)
                .isEqualTo(state);
        assertThat(run.framework.digests())
                .as(where)
                .isEqualTo(wanted.filter(it -> it.is(Desired.ENABLED)).map(Desired::sha256).stream()
                        .toList());
        // The operation says what became of it.
        List<Operation> operations = run.records.operations().all();
        assertThat(operations).as(where).noneMatch(one -> one.ended().isEmpty());
        if (!state.equals(acknowledged)) {
            assertThat(operations.get(operations.size() - 1).outcome())
                    .as(where)
                    .isEqualTo(Operation.Outcome.DONE);
        }
        // The store holds what is referred to and nothing else.
        Set<String> referenced = new TreeSet<>();
        wanted.ifPresent(it -> {
            referenced.add(it.sha256());
            it.displaced().forEach(older -> referenced.add(older.sha256()));
        });
        assertThat(archives(folder)).as(where).isEqualTo(referenced);
    }

    private static Set<String> archives(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        if (Files.isDirectory(folder.resolve("store"))) {
            try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    String digest = CheckedCandidate.sha256(Files.readAllBytes(file));
                    assertThat(file.getFileName()).hasToString(digest + ".jar");
                    names.add(digest);
                }
            }
        }
        return names;
    }

    @Test
    @DisplayName("of versions side by side leaves each of them whole, and none without a main one")
    void beside() throws Exception {
        Map<String, Script> script = new LinkedHashMap<>();
        script.put("x=1.0.0 {}", door -> door.install(V1, "test"));
        script.put("x=1.0.0 {} x@1.0.0=1.0.0 {}", door -> door.keep("x", new Version("1.0.0")));
        script.put("x=2.0.0 {} x@1.0.0=1.0.0 {}", door -> door.update("x", V2, "test"));
        script.put(
                "x=2.0.0 {1.0.0=DEPRECATED} x@1.0.0=1.0.0 {}",
                door -> door.mark("x", new Version("1.0.0"), Stage.DEPRECATED));
        script.put("x=2.0.0 {1.0.0=DEPRECATED}", door -> door.uninstall("x@1.0.0"));
        script.put("x=2.0.0 {1.0.0=DEPRECATED} x@2.0.0=2.0.0 {}", door -> door.installBeside(V2, "test"));
        script.put("", door -> door.uninstall("x"));
        Set<String> known = new TreeSet<>(script.keySet());
        for (int at = 1; ; at++) {
            Path folder = home.resolve("beside-" + at);
            Machine machine = new Machine();
            Run first = new Run(machine, folder);
            machine.stopAt(at);
            String acknowledged = "";
            String next = "";
            try {
                for (Map.Entry<String, Script> step : script.entrySet()) {
                    next = step.getKey();
                    step.getValue().run(first.door);
                    acknowledged = next;
                }
            } catch (Machine.Stopped e) {
                assertThat(machine.isStopped()).isTrue();
            }
            if (!machine.isStopped()) {
                assertThat(at).as("steps that were tried").isGreaterThan(40);
                return;
            }
            machine.restart(true);
            Run second = new Run(machine, folder);
            String where = "stopped at step " + at + " " + machine.steps();
            Map<String, Desired> all = second.records.desired().all();
            String state = all.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue().version() + " "
                            + new java.util.TreeMap<>(entry.getValue().marks()))
                    .collect(java.util.stream.Collectors.joining(" "));
            // The end of a plugin is one operation for each version.
            assertThat(state)
                    .as(where)
                    .isIn(acknowledged, next, "x=2.0.0 {1.0.0=DEPRECATED}")
                    .isIn(known);
            assertThat(second.framework.digests())
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(
                            all.values().stream().map(Desired::sha256).toList());
            Set<String> referenced = new TreeSet<>();
            all.values().forEach(wanted -> wanted.versions().forEach(one -> referenced.add(one.sha256())));
            assertThat(archives(folder)).as(where).isEqualTo(referenced);
            if (!all.isEmpty()) {
                second.door.uninstall("x");
            }
            assertThat(second.framework.digests()).as(where).isEmpty();
        }
    }

    @Test
    @DisplayName("before it changed anything is told as undone, after that as finished")
    void outcomes() throws Exception {
        for (String step : List.of("before force", "after registry")) {
            Path folder = home.resolve(step.replace(' ', '-'));
            Machine machine = new Machine();
            Run first = new Run(machine, folder);
            first.door.install(V1, "test");
            machine.stopAt(Integer.MAX_VALUE);
            first.door.update("x", V2, "test");
            int at = machine.steps().indexOf(step) + 1;
            first.door.uninstall("x");
            first.door.install(V1, "test");
            // Without its archive in the store, as at the first time.
            first.records.tidy();
            machine.stopAt(at);
            try {
                first.door.update("x", V2, "test");
            } catch (Machine.Stopped e) {
                assertThat(machine.isStopped()).isTrue();
            }
            machine.restart(false);

            Operation last = last(new Run(machine, folder));
            if (step.equals("before force")) {
                assertThat(last.outcome()).isEqualTo(Operation.Outcome.UNDONE);
                assertThat(last.cause()).isEqualTo("Sallyport ended before anything was changed");
            } else {
                assertThat(last.outcome()).isEqualTo(Operation.Outcome.DONE);
                assertThat(last.cause()).isEqualTo("Sallyport ended while it ran; it was finished at the next start");
            }
            assertThat(last.kind()).isEqualTo(Operation.Kind.UPDATE);
        }
    }

    private static Operation last(Run run) {
        List<Operation> all = run.records.operations().all();
        return all.get(all.size() - 1);
    }
}
