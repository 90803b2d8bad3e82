package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.sql.Dialect;
import org.sallyport.registry.internal.sql.PostgresServer;
import org.sallyport.registry.internal.sql.RequiresPostgres;
import org.sallyport.registry.internal.sql.SqlRegistryStore;
import org.sallyport.registry.internal.sql.SqlSettings;
import org.sallyport.spi.registry.RegistryStore;

/**
 * Kills a process that does nothing but change a store, without a pause, by {@code kill -9}, and has the next one say what is
 * there. Every third time the store is opened and closed in good order between. {@code -Dkill.runs=500} runs it as long as
 * one likes with each store, {@code -Dkill.seed=N} repeats changes and delays.
 */
@DisplayName("After kill -9 of a process that changes it without a pause")
class StoreKillTest {
    private static final int RUNS = Integer.getInteger("kill.runs", 5);
    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final List<String> KEYS = List.of("x", "y", "state/x", "state/y");
    private static final String NOTHING = "-";

    @TempDir
    Path folder;

    @Test
    @DisplayName("a store of files has each acknowledged change")
    void files() throws Exception {
        drill("file", folder.toString());
    }

    @Test
    @DisplayName("a store in H2 has each acknowledged change")
    void h2() throws Exception {
        drill("h2", "jdbc:h2:" + folder.resolve("registry"));
    }

    @Test
    @RequiresPostgres
    @DisplayName("a store in PostgreSQL has each acknowledged change")
    void postgres() throws Exception {
        PostgresServer server = PostgresServer.shared();
        drill(
                "postgresql",
                server.newDatabase(),
                server.user(),
                server.passwordFile().toString());
    }

    private void drill(String... store) throws Exception {
        Random random = new Random(SEED);
        Map<String, String> known = new TreeMap<>();
        Optional<String> running = Optional.empty();
        int changes = 0;
        for (int run = 1; run <= RUNS; run++) {
            if (run % 3 == 0) {
                try (RegistryStore between = open(store)) {
                    expect(contents(between), known, running, run);
                    known = contents(between);
                    running = Optional.empty();
                }
            }
            List<String> said = untilKilled(random, store);
            assertThat(said)
                    .as("run %s of seed %s: %s", run, SEED, Files.readString(errors()))
                    .contains("up .");
            Map<String, String> is = new TreeMap<>();
            for (String line : said) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "is" -> is.put(words[1], words[2]);
                    case "up" -> {
                        expect(is, known, running, run);
                        known = is;
                        running = Optional.empty();
                    }
                    case "begin" -> running = Optional.of(line);
                    default -> {
                        change(known, words);
                        running = Optional.empty();
                        changes++;
                    }
                }
            }
            if (run % 25 == 0) {
                System.out.println("[" + run + "] kills, [" + changes + "] acknowledged changes; " + store[0]);
            }
        }
        assertThat(changes).as("acknowledged changes of seed %s", SEED).isPositive();
    }

    private static void change(Map<String, String> contents, String... words) {
        if (words[2].equals(NOTHING)) {
            contents.remove(words[1]);
        } else {
            contents.put(words[1], words[2]);
        }
    }

    /** What was acknowledged, with or without the change that ran. */
    private static void expect(Map<String, String> is, Map<String, String> known, Optional<String> running, int run) {
        Map<String, String> after = new TreeMap<>(known);
        running.ifPresent(line -> change(after, line.split(" ")));
        assertThat(is)
                .as("run %s of seed %s; running was [%s]", run, SEED, running.orElse(""))
                .isIn(known, after);
    }

    private static Map<String, String> contents(RegistryStore store) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        store.all().forEach((key, entry) -> contents.put(key, mark(entry.value())));
        return contents;
    }

    private static String mark(Document value) {
        return value.get("n").toString();
    }

    /** The whole lines that a process said. */
    private List<String> untilKilled(Random random, String... store) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Child.class.getName(),
                Long.toString(random.nextLong())));
        command.addAll(List.of(store));
        Process process =
                new ProcessBuilder(command).redirectError(errors().toFile()).start();
        int after = random.nextInt(150);
        int nanos = random.nextInt(3_000_000);
        List<String> said = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.endsWith(" .")) {
                    said.add(line);
                }
                if (said.size() == after + KEYS.size() + 1) {
                    long end = System.nanoTime() + nanos;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    // By its handle: Process.destroyForcibly would also close the stream that holds what was
                    // acknowledged.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.toHandle().destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    /** What the process that runs, or the last one, had to complain of. */
    private Path errors() {
        return folder.resolve("errors.txt");
    }

    private static RegistryStore open(String... store) throws IOException {
        if (store[0].equals("file")) {
            return new FileRegistryStore(Path.of(store[1]));
        }
        Optional<Path> password = store.length > 3 ? Optional.of(Path.of(store[3])) : Optional.empty();
        return new SqlRegistryStore(new SqlSettings(
                store[1], Dialect.of(store[1]).orElseThrow(), store.length > 2 ? store[2] : "", password, List.of()));
    }

    /** Says what is there, then what it begins and what was acknowledged. A line that does not end in a full stop is half. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
            Random random = new Random(Long.parseLong(arguments[0]));
            RegistryStore store = open(Stream.of(arguments).skip(1).toArray(String[]::new));
            contents(store).forEach((key, value) -> out.println("is " + key + " " + value + " ."));
            out.println("up .");
            while (true) {
                String key = KEYS.get(random.nextInt(KEYS.size()));
                long revision =
                        store.get(key).map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT);
                boolean removes = revision != RegistryStore.ABSENT && random.nextInt(4) == 0;
                Document value = removes
                        ? Document.NULL
                        : Document.object(Map.of(
                                "n",
                                Document.of(random.nextInt(1_000_000)),
                                "text",
                                Document.of("z".repeat(random.nextInt(3_000)))));
                String what = key + " " + (removes ? NOTHING : mark(value)) + " .";
                out.println("begin " + what);
                store.compareAndSet(key, revision, value).orElseThrow();
                out.println("done " + what);
            }
        }
    }
}
