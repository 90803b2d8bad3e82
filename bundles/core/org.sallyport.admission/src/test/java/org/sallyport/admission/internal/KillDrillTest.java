package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.registry.internal.sql.PostgresServer;
import org.sallyport.registry.internal.sql.RequiresPostgres;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.RegistryStore;

/**
 * Kills a process that changes plugins all the time, by {@code kill -9}; and looks at what is there after the restart. One
 * half of the kills are at random moments, the other half at or just after a step of the journal. {@code -Dkill.runs=500} runs
 * it as long as one likes with each store, {@code -Dkill.seed=N} repeats the moments. How fast the machine is decides how much
 * is done before a kill, and nothing else: who is slow is waited for.
 */
@DisplayName("After kill -9 at any moment")
class KillDrillTest {
    private static final int RUNS = Integer.getInteger("kill.runs", 2);
    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final List<String> PLUGINS = List.of("x", "y");
    private static final List<String> VERSIONS = List.of("1.0.0", "2.0.0", "3.0.0");
    private static final String NONE = "none";

    /** Until a process that neither comes up nor ends is taken for one that hangs. */
    private static final int HANGS_SECONDS = 900;

    @TempDir
    Path folder;

    /** What is known of one plugin from what the process said. */
    private static final class Known {
        private String state = NONE;
        private String running = "";

        void said(String... words) {
            if (words[0].equals("begin")) {
                running = words[2];
            } else {
                running = "";
                state = words[2].equals("-")
                        ? state
                        : String.join(" ", Arrays.asList(words).subList(2, words.length));
            }
        }

        /** Whether a plugin may be so: as it was acknowledged, or as the operation wanted it that ran. */
        boolean allows(String is) {
            if (is.equals(state)) {
                return true;
            }
            return switch (running.split("=")[0]) {
                case "install" -> is.startsWith(running.split("=")[1] + " ");
                case "enable" -> is.endsWith(" enabled");
                case "disable" -> is.endsWith(" disabled");
                case "uninstall" -> is.equals(NONE);
                case "rollback" -> !is.equals(NONE);
                default -> false;
            };
        }

        @Override
        public String toString() {
            return "acknowledged [" + state + "], running [" + running + "]";
        }
    }

    @Test
    @DisplayName("no acknowledged change is lost, none is half there, and shell, registry and framework agree: files")
    void files() throws Exception {
        drill("{\"store\": \"file\"}");
    }

    @Test
    @DisplayName("the same in H2")
    void h2() throws Exception {
        drill("{\"store\": \"sql\", \"url\": \"jdbc:h2:{home}/registry/sql\", \"drivers\": [\""
                + PluginJar.place(org.h2.Driver.class) + "\"]}");
    }

    @Test
    @RequiresPostgres
    @DisplayName("the same in PostgreSQL")
    void postgres() throws Exception {
        PostgresServer server = PostgresServer.shared();
        drill("{\"store\": \"sql\", \"url\": \"" + server.newDatabase() + "\", \"user\": \"" + server.user()
                + "\", \"password_file\": \"" + server.passwordFile() + "\", \"drivers\": [\""
                + PluginJar.place(org.postgresql.Driver.class) + "\"]}");
    }

    private void drill(String store) throws Exception {
        Path jars = Files.createDirectories(folder.resolve("jars"));
        for (String plugin : PLUGINS) {
            for (String version : VERSIONS) {
                Files.write(jars.resolve(plugin + "-" + version), PluginJar.answering(plugin, version, version));
            }
        }
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve("registry"));
        Files.writeString(home.resolve("registry").resolve("store.json"), store);
        Random random = new Random(SEED);
        Map<String, Known> known = new HashMap<>();
        PLUGINS.forEach(plugin -> known.put(plugin, new Known()));
        int acknowledged = 0;
        for (int run = 1; run <= RUNS; run++) {
            acknowledged += untilKilled(home, jars, random, known, run % 2 == 0);
            String where = "run " + run + " of seed " + SEED + ": " + known;
            // A start that is killed so soon counts as one that failed, and after three of them no plugin would be
            // started.
            Files.deleteIfExists(home.resolve("registry").resolve("starts"));
            try (TestRuntime runtime = TestRuntime.start(home)) {
                check(runtime, where, known);
            }
            try (var left = Files.list(home.resolve("registry"))) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .as(where)
                        .noneMatch(name -> name.endsWith(".damaged"));
            }
            if (run % 25 == 0) {
                System.out.println("[" + run + "] kills, [" + acknowledged + "] acknowledged changes; " + store);
            }
        }
        assertThat(acknowledged).as("acknowledged changes of seed %s", SEED).isPositive();
    }

    /** How many changes were acknowledged. */
    private static int untilKilled(Path home, Path jars, Random random, Map<String, Known> known, boolean atStep)
            throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dtest.patience.seconds=" + HANGS_SECONDS,
                        "-cp",
                        classPath,
                        Child.class.getName(),
                        home.toString(),
                        jars.toString(),
                        Long.toString(random.nextLong()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> said = new ArrayList<>();
        CountDownLatch up = new CountDownLatch(1);
        Thread reader = new Thread(() -> read(process, said, up));
        reader.start();
        try {
            kill(home, process, up, random, atStep);
        } finally {
            // By its handle: Process.destroyForcibly would also close the stream that holds what was acknowledged.
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        reader.join();
        int acknowledged = 0;
        for (String line : said) {
            String[] words = line.split(" ");
            if (words[0].equals("begin") || words[0].equals("done")) {
                known.get(words[1]).said(words);
                acknowledged += words[0].equals("done") ? 1 : 0;
            }
        }
        return acknowledged;
    }

    private static void kill(Path home, Process process, CountDownLatch up, Random random, boolean atStep)
            throws InterruptedException {
        // Sometimes while it starts, mostly while it works.
        if (atStep || random.nextInt(5) > 0) {
            assertThat(up.await(HANGS_SECONDS, TimeUnit.SECONDS))
                    .as("it came up")
                    .isTrue();
        }
        if (atStep) {
            awaitSteps(home.resolve("registry").resolve("operations.journal"), process, 1 + random.nextInt(40));
            long end = System.nanoTime() + random.nextInt(3_000_000);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        } else {
            Thread.sleep(random.nextInt(1_500));
        }
    }

    /** Returns the moment when so many steps more stand in the journal, or after 30 s if it stands still. */
    private static void awaitSteps(Path journal, Process process, int steps) {
        long size = journal.toFile().length();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (int step = 0; step < steps && process.isAlive() && System.nanoTime() < end; ) {
            long now = journal.toFile().length();
            if (now == size) {
                // A processor that only looks is one that the other process has not.
                LockSupport.parkNanos(20_000);
            } else {
                size = now;
                step++;
            }
        }
    }

    private static void read(Process process, List<String> said, CountDownLatch up) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.equals("up")) {
                    up.countDown();
                }
            }
        } catch (IOException ended) {
            // It was killed.
        }
        up.countDown();
    }

    private static void check(TestRuntime runtime, String where, Map<String, Known> known) throws Exception {
        RegistryStore registry = runtime.service(RegistryStore.class);
        Map<String, String> framework = new TreeMap<>();
        for (Bundle bundle : runtime.plugins()) {
            framework.put(
                    bundle.getSymbolicName().substring("test.".length()),
                    bundle.getVersion().toString());
        }
        Map<String, String> running = new TreeMap<>();
        for (Map.Entry<String, Known> entry : known.entrySet()) {
            String id = entry.getKey();
            Document wanted = registry.get(id).map(RegistryStore.Entry::value).orElse(Document.NULL);
            String inRegistry = wanted.isNull()
                    ? NONE
                    : wanted.get("version").text("") + " "
                            + wanted.get("desired").text("");
            assertThat(entry.getValue().allows(inRegistry))
                    .as("%s is [%s] in the registry; %s", id, inRegistry, where)
                    .isTrue();
            assertThat(runtime.admin.find(id).map(KillDrillTest::state).orElse(NONE))
                    .as(where)
                    .isEqualTo(inRegistry);
            boolean on = inRegistry.endsWith(" enabled");
            assertThat(runtime.host.call(id))
                    .as(where)
                    .isEqualTo(on ? inRegistry.split(" ")[0] : NONE);
            if (on) {
                running.put(id, inRegistry.split(" ")[0]);
            }
            // What is there now counts from here on.
            entry.getValue().said("done", id, inRegistry);
        }
        assertThat(framework).as(where).isEqualTo(running);
        String operations = Rendering.document(
                        runtime.verbs().get("plugin:operations").run(new Arguments(Map.of(), Path.of(""))))
                .toJson();
        assertThat(operations).as(where).doesNotContain("\"outcome\":\"running\"");
    }

    private static String state(PluginStatus status) {
        return status.version() + " " + status.desired();
    }

    /** The process that is killed: says what it begins and what was acknowledged. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
            System.setOut(System.err);
            TestRuntime runtime = TestRuntime.start(Path.of(arguments[0]));
            out.println("up");
            Random random = new Random(Long.parseLong(arguments[2]));
            for (String plugin : PLUGINS) {
                Random mine = new Random(random.nextLong());
                new Thread(() -> work(runtime, plugin, Path.of(arguments[1]), mine, out)).start();
            }
        }

        private static void work(TestRuntime runtime, String plugin, Path jars, Random random, PrintStream out) {
            while (true) {
                String version = VERSIONS.get(random.nextInt(VERSIONS.size()));
                String what = List.of(
                                "install=" + version,
                                "install=" + version,
                                "enable",
                                "disable",
                                "rollback",
                                "uninstall")
                        .get(random.nextInt(6));
                out.println("begin " + plugin + " " + what);
                String state = "-";
                try {
                    state = change(runtime, plugin, what, jars);
                } catch (PluginException refused) {
                    // Such as a rollback without a version to go back to: nothing changed.
                } catch (Exception e) {
                    out.println("failed " + e);
                    return;
                }
                out.println("done " + plugin + " " + state);
            }
        }

        private static String change(TestRuntime runtime, String plugin, String what, Path jars) throws Exception {
            String[] words = what.split("=");
            switch (words[0]) {
                case "install" ->
                    runtime.admin.install(Files.readAllBytes(jars.resolve(plugin + "-" + words[1])), "test");
                case "enable" -> runtime.admin.enable(plugin);
                case "disable" -> runtime.admin.disable(plugin);
                case "uninstall" -> {
                    runtime.admin.uninstall(plugin);
                    return NONE;
                }
                default -> runtime.verbs().get("plugin:rollback").run(new Arguments(Map.of("id", plugin), Path.of("")));
            }
            return Optional.of(runtime.status(plugin)).map(KillDrillTest::state).orElseThrow();
        }
    }
}
