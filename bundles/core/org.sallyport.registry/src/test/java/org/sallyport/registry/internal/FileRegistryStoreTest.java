package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    /** Has the log grow until a whole copy is written into the other slot. */
    private void writeWhole() throws IOException {
        String before = wholes();
        do {
            store.compareAndSet("big", revision("big"), Document.of("x".repeat(30_000)))
                    .orElseThrow();
        } while (wholes().equals(before));
    }

    private String wholes() throws IOException {
        Map<String, byte[]> bytes = bytes();
        bytes.keySet().removeIf(name -> !name.endsWith(".json"));
        return bytes.values().stream().map(Arrays::hashCode).toList().toString();
    }

    private Path newest() {
        return folder.resolve("registry-b.json");
    }

    private Path newestLog() {
        return folder.resolve("registry-b.log");
    }

    @Test
    @DisplayName("loses nothing, wherever the newest file is cut off: the one before and all changes since are there")
    void everyTruncation() throws IOException {
        store.compareAndSet("a", 0, Document.of("first")).orElseThrow();
        store.compareAndSet("b", 0, Document.of("second")).orElseThrow();
        writeWhole();
        store.compareAndSet("c", 0, Document.of("third")).orElseThrow();
        Map<String, RegistryStore.Entry> all = store.all();
        store.close();
        byte[] whole = Files.readAllBytes(newest());

        for (int length = 0; length < whole.length; length += length < 120 ? 1 : 997) {
            Files.write(newest(), Arrays.copyOf(whole, length));
            try (FileRegistryStore cut = new FileRegistryStore(folder)) {
                assertThat(cut.all()).as("cut after %d bytes", length).isEqualTo(all);
                // One that is cut within its counter claims to be older, and is not looked into.
                assertThat(cut.problems()).hasSizeLessThanOrEqualTo(1);
            }
        }
        Files.write(newest(), whole);
        try (FileRegistryStore intact = new FileRegistryStore(folder)) {
            assertThat(intact.all()).isEqualTo(all);
            assertThat(intact.problems()).isEmpty();
        }
    }

    @Test
    @DisplayName("goes on with all changes that are whole, wherever the log was cut off by the end of the process")
    void everyTornTail() throws IOException {
        store.compareAndSet("0", 0, Document.TRUE).orElseThrow();
        writeWhole();
        store.compareAndSet("a", 0, Document.of("first")).orElseThrow();
        int first = Math.toIntExact(Files.size(newestLog()));
        store.compareAndSet("b", 0, Document.of("second")).orElseThrow();
        store.close();
        Map<String, byte[]> before = bytes();
        byte[] whole = before.get("registry-b.log");

        // Each third, and each around the end of a line.
        for (int length = 0; length <= whole.length; length += nearEnd(length, first, whole.length) ? 1 : 3) {
            restore(before);
            Files.write(newestLog(), Arrays.copyOf(whole, length));
            Set<String> left = new TreeSet<>(Set.of("0", "big"));
            left.addAll(length >= first ? Set.of("a") : Set.of());
            left.addAll(length == whole.length ? Set.of("b") : Set.of());
            try (FileRegistryStore cut = new FileRegistryStore(folder)) {
                assertThat(cut.all().keySet()).as("cut after %d bytes", length).isEqualTo(left);
                assertThat(cut.problems()).isEmpty();
                cut.compareAndSet("z", 0, Document.TRUE).orElseThrow();
            }
            left.add("z");
            try (FileRegistryStore next = new FileRegistryStore(folder)) {
                assertThat(next.all().keySet()).as("cut after %d bytes", length).isEqualTo(left);
                assertThat(next.problems()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("leaves out a change of which a byte fell over, tells so, keeps the log aside, and has all others")
    void everyByteOfTheLog() throws IOException {
        store.compareAndSet("0", 0, Document.TRUE).orElseThrow();
        writeWhole();
        long lost = store.compareAndSet("a", 0, Document.of("first")).orElseThrow();
        int first = Math.toIntExact(Files.size(newestLog()));
        store.compareAndSet("b", 0, Document.of("second")).orElseThrow();
        store.close();
        String missing = "changes [" + lost + "] to [" + lost + "] are missing";
        Map<String, byte[]> before = bytes();

        for (int i = 0; i < first - 1; i += 3) {
            restore(before);
            byte[] changed = before.get("registry-b.log").clone();
            changed[i] ^= 0x01;
            Files.write(newestLog(), changed);
            try (FileRegistryStore hurt = new FileRegistryStore(folder)) {
                assertThat(hurt.all().keySet()).as("byte %d", i).containsExactly("0", "b", "big");
                assertThat(hurt.problems())
                        .hasSize(2)
                        .anyMatch(problem -> problem.contains("[1] damaged lines"))
                        .anyMatch(problem -> problem.contains(missing));
                assertThat(folder.resolve("registry-b.log.damaged")).hasBinaryContent(changed);
                hurt.compareAndSet("z", 0, Document.TRUE).orElseThrow();
            }
            try (FileRegistryStore next = new FileRegistryStore(folder)) {
                assertThat(next.all().keySet()).as("byte %d", i).containsExactly("0", "b", "big", "z");
                assertThat(next.problems()).as("it is told once").isEmpty();
            }
        }
    }

    @Test
    @DisplayName("writes a change as one line; a whole copy only when the log has grown long, and then from the start")
    void grows() throws IOException {
        store.compareAndSet("a", 0, Document.of("x")).orElseThrow();
        byte[] whole = Files.readAllBytes(folder.resolve("registry-a.json"));
        for (long logged = 0; logged <= FileRegistryStore.LONG - 5_000; ) {
            String key = "k" + logged % 7;
            store.compareAndSet(key, revision(key), Document.of("y".repeat(4_000)))
                    .orElseThrow();
            assertThat(folder.resolve("registry-a.json")).hasBinaryContent(whole);
            long grown = Files.size(folder.resolve("registry-a.log"));
            assertThat(grown - logged).isBetween(4_000L, 4_100L);
            logged = grown;
        }
        assertThat(newest()).doesNotExist();
        Map<String, RegistryStore.Entry> all = store.all();
        assertThat(reopened().all()).isEqualTo(all);

        writeWhole();
        long last = store.compareAndSet("last", 0, Document.TRUE).orElseThrow();

        assertThat(newest()).exists();
        assertThat(newestLog()).content().contains("\"last\"").hasLineCount(1);
        all = store.all();
        assertThat(all).containsEntry("last", new RegistryStore.Entry(last, Document.TRUE));
        assertThat(reopened().all()).isEqualTo(all);
    }

    @Test
    @DisplayName("does not mind a log that a crash left from before its copy")
    void olderLog() throws IOException {
        store.compareAndSet("0", 0, Document.TRUE).orElseThrow();
        writeWhole();
        store.compareAndSet("a", 0, Document.of("x")).orElseThrow();
        byte[] older = Files.readAllBytes(newestLog());
        writeWhole();
        writeWhole();
        store.compareAndSet("a", revision("a"), Document.of("y")).orElseThrow();
        store.close();
        byte[] younger = Files.readAllBytes(newestLog());
        byte[] both = Arrays.copyOf(older, older.length + younger.length);
        System.arraycopy(younger, 0, both, older.length, younger.length);
        Files.write(newestLog(), both);

        FileRegistryStore opened = new FileRegistryStore(folder);
        store = opened;

        assertThat(opened.problems()).isEmpty();
        assertThat(opened.get("a").orElseThrow().value()).isEqualTo(Document.of("y"));
        store.compareAndSet("b", 0, Document.TRUE).orElseThrow();
        assertThat(reopened().all().keySet()).containsExactly("0", "a", "b", "big");
    }

    @Test
    @DisplayName("changes nothing if the disk fails, says so, and goes on when it does not any more")
    void failing() throws IOException {
        Path inTheWay =
                Files.createDirectories(folder.resolve("registry-a.json").resolve("in the way"));

        assertThatThrownBy(() -> store.compareAndSet("b", 0, Document.TRUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("registry-a.json")
                .hasMessageContaining("is not known");
        assertThat(store.all()).isEmpty();
        Files.delete(inTheWay);
        Files.delete(folder.resolve("registry-a.json"));
        store.compareAndSet("c", 0, Document.TRUE).orElseThrow();

        assertThat(reopened().all().keySet()).containsExactly("c");
    }

    @Test
    @DisplayName("goes on with a long log if no whole copy can be written, and tries that again")
    void keepsLogging() throws IOException {
        Path inTheWay = Files.createDirectories(newest().resolve("in the way"));
        store.compareAndSet("a", 0, Document.of("x")).orElseThrow();
        for (int change = 0; change < 10; change++) {
            store.compareAndSet("big", revision("big"), Document.of("x".repeat(FileRegistryStore.LONG / 5)))
                    .orElseThrow();
        }
        Files.delete(inTheWay);
        Files.delete(newest());
        store.compareAndSet("c", 0, Document.TRUE).orElseThrow();

        assertThat(newest()).isRegularFile();
        assertThat(reopened().all().keySet()).containsExactly("a", "big", "c");
    }

    @Test
    @DisplayName("outlives a thread that is interrupted")
    void interrupted() throws IOException {
        store.compareAndSet("a", 0, Document.TRUE).orElseThrow();
        Thread.currentThread().interrupt();
        try {
            store.compareAndSet("b", 0, Document.TRUE).orElseThrow();
        } finally {
            Thread.interrupted();
        }
        store.compareAndSet("c", 0, Document.TRUE).orElseThrow();

        assertThat(reopened().all().keySet()).containsExactly("a", "b", "c");
    }

    private static boolean nearEnd(int length, int... ends) {
        return Arrays.stream(ends).anyMatch(end -> Math.abs(length - end) <= 5);
    }

    private long revision(String key) throws IOException {
        return store.get(key).map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT);
    }

    private Map<String, byte[]> bytes() throws IOException {
        Map<String, byte[]> bytes = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return bytes;
    }

    private void restore(Map<String, byte[]> bytes) throws IOException {
        for (String name : bytes().keySet()) {
            Files.delete(folder.resolve(name));
        }
        for (Map.Entry<String, byte[]> file : bytes.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
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
    private static final RegistryFile LATER =
            new RegistryFile(List.of(UnaryOperator.identity(), UnaryOperator.identity(), root -> {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("reads files of earlier formats, and writes them in the present one with the next change")
    void earlierFormat(int format) throws IOException {
        store.close();
        String body =
                "{\n \"counter\": 2,\n \"entries\": {\n  \"a\": {\n   \"revision\": 2,\n   \"value\": \"x\"\n  }\n }\n}";
        Path earlier = folder.resolve("registry-a.json");
        // As that release wrote it; in the first format the digest is that of the body alone.
        String head = "sallyport-registry " + format + " 82 ";
        String text = head + sha256(format == 1 ? body : head + body) + "\n" + body;
        Files.writeString(earlier, text);

        assertThat(reopened().get("a")).contains(new RegistryStore.Entry(2, Document.of("x")));
        assertThat(Files.readString(earlier)).as("reading changes nothing").isEqualTo(text);
        store.compareAndSet("b", 0, Document.TRUE).orElseThrow();
        store.compareAndSet("c", 0, Document.TRUE).orElseThrow();

        assertThat(Files.readString(folder.resolve("registry-b.json"))).startsWith("sallyport-registry 3 ");
        assertThat(Files.readString(earlier)).as("the copy from before").isEqualTo(text);
        assertThat(reopened().all().keySet()).containsExactly("a", "b", "c");
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
            Files.writeString(interrupted, "sallyport-registry 4 1");
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
                    .hasMessageContaining("format [4]")
                    .hasMessageContaining("up to [3]");
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
        writeWhole();
        store.compareAndSet("b", 0, Document.of("second")).orElseThrow();
        store.close();
        Files.write(newest(), new byte[] {1, 2, 3});

        reopened().compareAndSet("c", 0, Document.of("third")).orElseThrow();

        assertThat(reopened().all().keySet()).containsExactly("a", "b", "big", "c");
        assertThat(folder.resolve("registry-b.json.damaged")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    @DisplayName("begins with what the logs have when both copies are damaged, and says so")
    void bothDamaged() throws IOException {
        store.compareAndSet("a", 0, Document.TRUE).orElseThrow();
        writeWhole();
        store.compareAndSet("b", 0, Document.TRUE).orElseThrow();
        store.close();
        Files.write(folder.resolve("registry-a.json"), new byte[0]);
        Files.write(folder.resolve("registry-b.json"), new byte[0]);

        FileRegistryStore left = new FileRegistryStore(folder);
        store = left;

        assertThat(left.all().keySet()).containsExactly("b", "big");
        assertThat(left.problems())
                .hasSize(3)
                .anyMatch(problem -> problem.contains("registry-a.json] is damaged"))
                .anyMatch(problem -> problem.contains("registry-b.json] is damaged"))
                .anyMatch(problem -> problem.contains("changes [1] to [1] are missing"));
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
}
