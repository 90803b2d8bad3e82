package org.sallyport.admission.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;

@DisplayName("A plugin's storage")
class PluginStorageTest {
    @TempDir
    Path folder;

    private Storage storage;

    @BeforeEach
    void open() {
        storage = reopened();
    }

    private Storage reopened() {
        return new PluginStorage("x", folder.resolve("s")).scope(Scope.GLOBAL);
    }

    @Test
    @DisplayName("keeps, changes, lists and removes values, and has them again after a restart")
    void roundTrip() {
        storage.put("a/1", Document.of("one"));
        storage.put("a/2", Document.object("x", Document.array(Document.of(1), Document.NULL)));
        storage.put("b ü\n\"", Document.of(""));
        storage.put("gone", Document.TRUE);
        storage.remove("gone");
        storage.remove("never");

        for (Storage one : List.of(storage, reopened())) {
            assertThat(one.get("a/1")).contains(Document.of("one"));
            assertThat(one.get("a/2").orElseThrow().toJson()).isEqualTo("{\"x\":[1,null]}");
            assertThat(one.get("b ü\n\"")).contains(Document.of(""));
            assertThat(one.get("gone")).isEmpty();
            assertThat(one.keys("")).containsExactly("a/1", "a/2", "b ü\n\"");
            assertThat(one.keys("a/")).containsExactly("a/1", "a/2");
            assertThat(one.keys("c")).isEmpty();
        }
    }

    @Test
    @DisplayName("is another one for each scope")
    void scopes() {
        PluginStorage all = new PluginStorage("x", folder);
        List<Scope> scopes = List.of(Scope.GLOBAL, Scope.server("s"), new Scope("s", ""), new Scope("../x", "/etc"));
        scopes.forEach(scope -> all.scope(scope).put("k", Document.of(scope.toString())));

        PluginStorage again = new PluginStorage("x", folder);
        scopes.forEach(scope -> assertThat(again.scope(scope).get("k")).contains(Document.of(scope.toString())));
    }

    @Test
    @DisplayName("removes a key that is set to null")
    void putNull() {
        storage.put("k", Document.of(1));
        storage.put("k", Document.NULL);

        assertThat(storage.get("k")).isEmpty();
        assertThat(storage.keys("")).isEmpty();
    }

    @Test
    @DisplayName("loses no change of several threads and of both versions")
    void concurrent() throws Exception {
        PluginStorage shared = new PluginStorage("x", folder);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Storage one = shared.scope(Scope.GLOBAL);
            all.add(threads.submit(() -> {
                for (int n = 0; n < 50; n++) {
                    one.update("count", value -> Document.of(value.asLong(0) + 1));
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(shared.scope(Scope.GLOBAL).get("count")).contains(Document.of(200));
    }

    @Test
    @DisplayName("changes nothing if the change throws, returns nothing or removes what is not there")
    void update() {
        storage.put("k", Document.of(1));

        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> storage.update("k", value -> {
                            throw new IllegalStateException("boom");
                        })))
                .hasMessage("boom");
        assertThat(failure("storage_failed", () -> storage.update("k", value -> null)))
                .isEqualTo("The change of key [k] returned nothing");
        assertThat(storage.get("k")).contains(Document.of(1));
        assertThat(storage.update("none", value -> value)).isEqualTo(Document.NULL);
        assertThat(storage.update("k", value -> Document.NULL)).isEqualTo(Document.NULL);
        assertThat(storage.keys("")).isEmpty();
    }

    @Test
    @DisplayName("takes keys of 1 to 256 characters")
    void keys() {
        storage.put("k".repeat(256), Document.of(1));

        assertThat(reopened().keys("")).containsExactly("k".repeat(256));
        assertThat(failure("storage_failed", () -> storage.put("k".repeat(257), Document.of(1))))
                .isEqualTo("A storage key has 1 to [256] characters, not [257]");
        assertThat(failure("storage_failed", () -> storage.get("")))
                .isEqualTo("A storage key has 1 to [256] characters, not [0]");
    }

    @Test
    @DisplayName("leaves a damaged file out, without taking the others along, and lets it be replaced")
    void damaged() throws Exception {
        storage.put("good", Document.of(1));
        storage.put("bad", Document.of(2));
        Files.writeString(file("bad"), "{\"key\":");

        Storage again = reopened();
        assertThat(again.keys("")).containsExactly("good");
        assertThat(again.get("bad")).isEmpty();
        assertThat(file("bad")).exists();
        again.put("bad", Document.of(3));
        assertThat(reopened().get("bad")).contains(Document.of(3));
        assertThat(reopened().keys("")).containsExactly("bad", "good");
    }

    @Test
    @DisplayName("says so if a value is damaged while it is open")
    void damagedLater() throws Exception {
        storage.put("bad", Document.of(2));
        Files.writeString(file("bad"), "{");

        assertThat(failure("storage_failed", () -> storage.get("bad")))
                .startsWith("Storage of plugin [x] failed: ")
                .contains("the value of key [bad] is damaged");
    }

    @Test
    @DisplayName("says so if the disk refuses, and goes on with what there was")
    void disk() throws Exception {
        Path blocked = folder.resolve("blocked");
        Files.writeString(blocked, "a file where a folder should be");
        Storage broken = new PluginStorage("x", blocked).scope(Scope.GLOBAL);

        assertThat(failure("storage_failed", () -> broken.put("k", Document.of(1))))
                .startsWith("Storage of plugin [x] failed: ");
        assertThat(broken.keys("")).isEmpty();
    }

    @Nested
    @DisplayName("is full")
    class Full {
        @Test
        @DisplayName("for a value of more than 1,048,576 characters of JSON")
        void value() {
            Document edge = Document.of("x".repeat(Storage.MAX_VALUE - 2));
            storage.put("k", edge);

            assertThat(failure("storage_quota", () -> storage.put("k", Document.of("x".repeat(Storage.MAX_VALUE - 1)))))
                    .isEqualTo(
                            "Storage of plugin [x] is full: the value of key [k] has more than [1048576] characters");
            assertThat(storage.get("k")).contains(edge);
        }

        @Test
        @DisplayName("with 10,000 keys, also those of other scopes and of damaged files, until one is removed")
        void keys() throws Exception {
            storage.put("first", Document.of(1));
            for (int i = 0; i < PluginStorage.MAX_KEYS - 2; i++) {
                write("k" + i, "1");
            }
            Files.writeString(file("damaged"), "{");
            PluginStorage all = new PluginStorage("x", folder.resolve("s"));
            Storage again = all.scope(Scope.GLOBAL);
            String full = "Storage of plugin [x] is full: it has [10000] keys";

            assertThat(failure("storage_quota", () -> again.put("more", Document.of(1))))
                    .isEqualTo(full);
            assertThat(failure(
                            "storage_quota", () -> all.scope(Scope.server("s")).put("more", Document.of(1))))
                    .isEqualTo(full);
            again.put("damaged", Document.of(1));
            again.put("k7", Document.of(2));
            assertThat(failure("storage_quota", () -> again.put("more", Document.of(1))))
                    .isEqualTo(full);
            again.remove("k8");
            again.put("more", Document.of(1));
            assertThat(failure("storage_quota", () -> again.put("evenmore", Document.of(1))))
                    .isEqualTo(full);
        }

        @Test
        @DisplayName("with 64 MiB, to the byte")
        void bytes() throws Exception {
            storage.put("small", Document.of("x"));
            long used = Files.size(file("small"));
            int each = 1 << 20;
            for (int i = 0; i < 63; i++) {
                used += write("k" + i, "\"" + "x".repeat(each - 30) + "\"");
            }
            int rest = (int) (PluginStorage.MAX_BYTES - used) - "{\"key\":\"last\",\"value\":\"\"}".length();
            int last = Math.min(rest, Storage.MAX_VALUE - 2);
            Storage again = reopened();
            again.put("last", Document.of("x".repeat(last)));
            int open = rest - last - "{\"key\":\"tail\",\"value\":\"\"}".length();

            assertThat(failure("storage_quota", () -> again.put("tail", Document.of("x".repeat(open + 1)))))
                    .isEqualTo("Storage of plugin [x] is full: it would hold more than [67108864] bytes");
            assertThat(again.get("tail")).isEmpty();
            again.put("tail", Document.of("x".repeat(open)));
            assertThat(failure("storage_quota", () -> again.put("tail", Document.of("x".repeat(open + 1)))))
                    .isEqualTo("Storage of plugin [x] is full: it would hold more than [67108864] bytes");
            again.put("tail", Document.of(""));
            again.put("tail", Document.of("x".repeat(open)));
        }
    }

    @Test
    @DisplayName("leaves no temporary files behind")
    void noRests() throws Exception {
        storage.put("a", Document.of(1));
        storage.put("a", Document.of(2));

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    private long write(String key, String json) throws Exception {
        byte[] content = ("{\"key\":\"" + key + "\",\"value\":" + json + "}").getBytes(StandardCharsets.UTF_8);
        Files.write(file(key), content);
        return content.length;
    }

    private Path file(String key) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        return folder.resolve("s/global").resolve(HexFormat.of().formatHex(digest) + ".json");
    }

    private static String failure(String code, ThrowingCallable call) {
        PluginException failed = catchThrowableOfType(PluginException.class, call);
        assertThat(failed).as("failed").isNotNull();
        assertThat(failed.code()).isEqualTo(code);
        return failed.getMessage();
    }
}
