package org.sallyport.registry.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.sql.CutFiles.Disk;
import org.sallyport.spi.registry.RegistryStore;

/**
 * Ends a process at any of its writes, a hundred and more times a second, as {@code kill -9} does; {@code -Dcut.runs=2000} runs it as
 * long as one likes, {@code -Dcut.seed=N} repeats the changes.
 */
@DisplayName("A registry store in H2 whose process ends at any of its writes")
class H2CutTest {
    private static final int RUNS = Integer.getInteger("cut.runs", 30);
    private static final long SEED = Long.getLong("cut.seed", 1);
    private static final List<String> KEYS = List.of("x", "y", "state/x", "state/y");

    private final Random random = new Random(SEED);
    private Map<String, String> known = new TreeMap<>();
    private Optional<String> running = Optional.empty();
    private int changes;
    private Supplier<Growth> growth = Growth::new;

    @Test
    @DisplayName("has each acknowledged change, also after it was closed in good order between, and in a file of which"
            + " free space was reused")
    void keeps() throws Exception {
        drill();
    }

    @Test
    @DisplayName(
            "has each acknowledged change, also when it ends while the file is written anew, and the file stays small")
    void rewrites() throws Exception {
        growth = () -> new Growth(200_000, 7);

        Disk disk = drill();

        assertThat(disk.size()).isBetween(1L, 800_000L);
    }

    private Disk drill() throws Exception {
        Disk disk = made();

        for (int run = 1; run <= RUNS; run++) {
            boolean closes = run % 2 == 0;
            disk.until(closes ? Long.MAX_VALUE : 5 + random.nextInt(120));
            live(run, disk, closes ? random.nextInt(5) : Integer.MAX_VALUE);
            disk = disk.copy();
        }

        live(RUNS + 1, disk.until(Long.MAX_VALUE), 0);
        assertThat(changes).isGreaterThan(RUNS);
        return disk;
    }

    /** With tables; what H2 took back is written over at once, not 45 seconds later, so that tests need not wait for it. */
    private static Disk made() throws Exception {
        Disk disk = new Disk().until(Long.MAX_VALUE);
        String url = CutFiles.mount("new", disk);
        try (SqlRegistryStore store = open(url, new Growth());
                var connection = DriverManager.getConnection(url)) {
            Schema.run(connection, List.of("SET RETENTION_TIME 0"));
        }
        CutFiles.unmount("new");
        return disk.copy();
    }

    private static SqlRegistryStore open(String url, Growth growth) throws IOException {
        return new SqlRegistryStore(
                new SqlSettings(url, Dialect.H2, "", Optional.empty(), List.of()),
                Schema.CURRENT,
                UnaryOperator.identity(),
                growth);
    }

    /** Looks what is there, and changes it until the disk is cut off. */
    private void live(int run, Disk disk, int times) throws IOException {
        String name = "run" + run;
        try (SqlRegistryStore store = open(CutFiles.mount(name, disk), growth.get())) {
            Map<String, String> after = new TreeMap<>(known);
            running.ifPresent(line -> apply(after, line));
            assertThat(contents(store))
                    .as("run %s of seed %s; running was [%s]", run, SEED, running)
                    .isIn(known, after);
            known = contents(store);
            running = Optional.empty();
            for (int change = 0; change < times && !disk.isCut(); change++) {
                change(store, disk);
            }
        } catch (IOException | RuntimeException e) {
            // A process that has ended says nothing any more.
            if (!disk.isCut()) {
                throw e;
            }
        } finally {
            CutFiles.unmount(name);
        }
    }

    private void change(SqlRegistryStore store, Disk disk) throws IOException {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        long revision = store.get(key).map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT);
        boolean removes = revision != RegistryStore.ABSENT && random.nextInt(4) == 0;
        running = Optional.of(key + " " + (removes ? "" : changes));
        store.compareAndSet(
                        key,
                        revision,
                        removes ? Document.NULL : Document.of(changes + ":" + "z".repeat(random.nextInt(3_000))))
                .orElseThrow();
        if (!disk.isCut()) {
            apply(known, running.orElseThrow());
            running = Optional.empty();
            changes++;
        }
    }

    private static void apply(Map<String, String> contents, String change) {
        int blank = change.indexOf(' ');
        if (blank == change.length() - 1) {
            contents.remove(change.substring(0, blank));
        } else {
            contents.put(change.substring(0, blank), change.substring(blank + 1));
        }
    }

    private static Map<String, String> contents(RegistryStore store) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        store.all()
                .forEach(
                        (key, entry) -> contents.put(key, entry.value().text("").split(":")[0]));
        return contents;
    }
}
