package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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
    protected RegistryStore create() throws IOException {
        return new FileRegistryStore(folder);
    }

    @Override
    protected RegistryStore reopened() throws IOException {
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
            assertThat(RegistryFile.claimedCounter(RegistryFile.CURRENT.write(snapshot)))
                    .isEqualTo(i);
        }
        assertThat(RegistryFile.claimedCounter(new byte[0])).isEqualTo(Long.MAX_VALUE);
        assertThat(RegistryFile.claimedCounter("\n{\"counter\": 99999999999999999999".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("recognises a change of any single byte")
    void everyByte() throws IOException {
        byte[] whole = RegistryFile.CURRENT.write(
                Snapshot.EMPTY.with("a", 0, Document.of("value")).orElseThrow());

        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x01;
            assertThatThrownBy(() -> RegistryFile.CURRENT.read(changed))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(RegistryFile.NewerException.class);
        }
    }

    /** What a later Sallyport may do: it calls its values otherwise. */
    private static final RegistryFile LATER = new RegistryFile(List.of(UnaryOperator.identity(), root -> {
        Map<String, Document> entries = new TreeMap<>();
        root.get("entries")
                .members()
                .forEach((key, entry) -> entries.put(
                        key,
                        Document.object(Map.of(
                                "revision",
                                entry.get("revision"),
                                "value",
                                Document.object("was", entry.get("value"))))));
        return Document.object(Map.of("counter", root.get("counter"), "entries", Document.object(entries)));
    }));

    @Test
    @DisplayName("reads files of the first format, and writes them in the present one with the next change")
    void firstFormat() throws IOException {
        store.close();
        String body =
                "{\n \"counter\": 2,\n \"entries\": {\n  \"a\": {\n   \"revision\": 2,\n   \"value\": \"x\"\n  }\n }\n}";
        Path first = folder.resolve("registry-a.json");
        // As the first release wrote it; the digest is that of the body.
        String text = "sallyport-registry 1 82 %s\n%s".formatted(sha256(body), body);
        Files.writeString(first, text);

        assertThat(reopened().get("a")).contains(new RegistryStore.Entry(2, Document.of("x")));
        assertThat(Files.readString(first)).as("reading changes nothing").isEqualTo(text);
        store.compareAndSet("b", 0, Document.TRUE).orElseThrow();

        assertThat(Files.readString(folder.resolve("registry-b.json"))).startsWith("sallyport-registry 2 ");
        assertThat(Files.readString(first)).as("the copy from before").isEqualTo(text);
        assertThat(reopened().all().keySet()).containsExactly("a", "b");
    }

    @Test
    @DisplayName("migrates from one format to the next, at whatever write the process ends")
    void migrates() throws IOException {
        store.compareAndSet("a", 0, Document.of("x")).orElseThrow();
        store.compareAndSet("b", 0, Document.of("y")).orElseThrow();
        store.close();
        Path interrupted = folder.resolve("registry-a.json.tmp");

        for (int change = 0; change < 4; change++) {
            // What a migration that was interrupted leaves: half a temporary file.
            Files.writeString(interrupted, "sallyport-registry 3 1");
            try (FileRegistryStore later = new FileRegistryStore(folder, LATER)) {
                assertThat(later.problems()).isEmpty();
                assertThat(later.get("b").orElseThrow().value()).isEqualTo(Document.object("was", Document.of("y")));
                assertThat(later.all()).hasSize(2 + change);
                later.compareAndSet("c" + change, 0, Document.TRUE).orElseThrow();
            }
        }
        store = new FileRegistryStore(folder, LATER);
    }

    @Test
    @DisplayName("refuses files of a newer Sallyport, in either place, and leaves all as it is")
    void newer() throws IOException {
        store.compareAndSet("a", 0, Document.of("x")).orElseThrow();
        store.close();
        for (int change = 0; change < 2; change++) {
            try (FileRegistryStore later = new FileRegistryStore(folder, LATER)) {
                later.compareAndSet("c" + change, 0, Document.TRUE).orElseThrow();
            }
            Map<String, String> before = contents();

            assertThatThrownBy(() -> new FileRegistryStore(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("written by a newer Sallyport")
                    .hasMessageContaining("format [3]")
                    .hasMessageContaining("up to [2]");
            assertThat(contents()).isEqualTo(before);
        }
        store = new FileRegistryStore(folder, LATER);
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
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
        return RegistryFile.CURRENT.read(Files.readAllBytes(a)).counter()
                        > RegistryFile.CURRENT.read(Files.readAllBytes(b)).counter()
                ? a
                : b;
    }
}
