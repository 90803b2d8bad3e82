package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

@DisplayName("A registry store of files")
class FileRegistryStoreTest extends RegistryStoreContract {
    @TempDir
    Path folder;

    @Override
    RegistryStore create() throws IOException {
        return new FileRegistryStore(folder);
    }

    @Override
    RegistryStore reopened() throws IOException {
        store.close();
        store = new FileRegistryStore(folder);
        return store;
    }

    @Test
    @DisplayName("falls back to the copy from before, wherever the newest file is cut off")
    void everyTruncation() throws IOException {
        store.compareAndSet("a", 0, Document.of("first")).orElseThrow();
        store.compareAndSet("b", 0, Document.of("second")).orElseThrow();
        store.close();
        Path newest = newest();
        byte[] whole = Files.readAllBytes(newest);

        for (int length = 0; length < whole.length; length++) {
            Files.write(newest, java.util.Arrays.copyOf(whole, length));
            try (FileRegistryStore cut = new FileRegistryStore(folder)) {
                assertThat(cut.all().keySet()).as("cut after %d bytes", length).containsExactly("a");
                assertThat(cut.problems()).hasSize(1);
            }
        }
        Files.write(newest, whole);
        try (FileRegistryStore intact = new FileRegistryStore(folder)) {
            assertThat(intact.all().keySet()).containsExactly("a", "b");
            assertThat(intact.problems()).isEmpty();
        }
    }

    @Test
    @DisplayName("says of each file, unchecked, how new it is")
    void claimed() {
        Snapshot snapshot = Snapshot.EMPTY;
        for (int i = 1; i <= 12; i++) {
            snapshot = snapshot.with("k" + i, 0, Document.of("v")).orElseThrow();
            assertThat(RegistryFile.claimedCounter(RegistryFile.write(snapshot)))
                    .isEqualTo(i);
        }
        assertThat(RegistryFile.claimedCounter(new byte[0])).isEqualTo(Long.MAX_VALUE);
        assertThat(RegistryFile.claimedCounter("\n{\"counter\": 99999999999999999999".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("recognises a change of any single byte")
    void everyByte() throws IOException {
        byte[] whole = RegistryFile.write(
                Snapshot.EMPTY.with("a", 0, Document.of("value")).orElseThrow());

        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x01;
            assertThatThrownBy(() -> RegistryFile.read(changed)).isInstanceOf(IOException.class);
        }
    }

    @Test
    @DisplayName("goes on writing after a damage, and keeps the damaged file aside")
    void goesOn() throws IOException {
        store.compareAndSet("a", 0, Document.of("first")).orElseThrow();
        store.compareAndSet("b", 0, Document.of("second")).orElseThrow();
        store.close();
        Files.write(newest(), new byte[] {1, 2, 3});

        reopened().compareAndSet("c", 0, Document.of("third")).orElseThrow();

        assertThat(reopened().all().keySet()).containsExactly("a", "c");
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.endsWith(".damaged"));
        }
    }

    @Test
    @DisplayName("begins empty when both copies are damaged, and says so")
    void bothDamaged() throws IOException {
        store.compareAndSet("a", 0, Document.TRUE).orElseThrow();
        store.compareAndSet("b", 0, Document.TRUE).orElseThrow();
        store.close();
        Files.write(folder.resolve("registry-a.json"), new byte[0]);
        Files.write(folder.resolve("registry-b.json"), new byte[0]);

        FileRegistryStore empty = new FileRegistryStore(folder);
        store = empty;

        assertThat(empty.all()).isEmpty();
        assertThat(empty.problems()).hasSize(2).allMatch(problem -> problem.contains("is damaged"));
    }

    @Test
    @DisplayName("ignores a temporary file that a crash left behind")
    void leftOver() throws IOException {
        store.compareAndSet("a", 0, Document.TRUE).orElseThrow();
        Files.write(folder.resolve("registry-b.json.tmp"), "half".getBytes(StandardCharsets.UTF_8));

        assertThat(reopened().all().keySet()).containsExactly("a");
    }

    @Test
    @DisplayName("refuses a second user of the same folder, and names the way out")
    void locked() {
        assertThatThrownBy(() -> new FileRegistryStore(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in use by another Sallyport")
                .hasMessageContaining("--home");
    }

    @Test
    @DisplayName("loses no acknowledged write when its process is killed at any moment")
    void killed() throws Exception {
        store.close();
        for (int round = 0; round < 5; round++) {
            Process child = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            folder.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long acknowledged = 0;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (int n = 0; n < 10 + 7 * round; n++) {
                    acknowledged = Long.parseLong(lines.readLine());
                }
                // By its handle: Process.destroyForcibly would also close the stream that holds what was acknowledged.
                child.toHandle().destroyForcibly();
                for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                    acknowledged = Math.max(acknowledged, Long.parseLong(line));
                }
            }
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();

            try (FileRegistryStore after = new FileRegistryStore(folder)) {
                assertThat(after.get("n").orElseThrow().value().asLong(-1)).isGreaterThanOrEqualTo(acknowledged);
                assertThat(after.problems()).isEmpty();
            }
        }
        store = new FileRegistryStore(folder);
    }

    /** Counts up for ever and says each number after it was stored; a whole line each, so none is half. */
    static final class Writer {
        public static void main(String[] args) throws IOException {
            FileRegistryStore store = new FileRegistryStore(Path.of(args[0]));
            while (true) {
                var now = store.get("n");
                long next = now.map(entry -> entry.value().asLong(0)).orElse(0L) + 1;
                store.compareAndSet("n", now.map(RegistryStore.Entry::revision).orElse(0L), Document.of(next))
                        .orElseThrow();
                System.out.println(String.format("%019d", next));
            }
        }
    }

    private Path newest() throws IOException {
        Path a = folder.resolve("registry-a.json");
        Path b = folder.resolve("registry-b.json");
        return RegistryFile.read(Files.readAllBytes(a)).counter()
                        > RegistryFile.read(Files.readAllBytes(b)).counter()
                ? a
                : b;
    }
}
