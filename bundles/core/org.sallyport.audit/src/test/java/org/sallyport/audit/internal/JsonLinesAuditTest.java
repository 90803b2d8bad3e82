package org.sallyport.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.json.Json;

@DisplayName("The life-cycle audit")
class JsonLinesAuditTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);

    @TempDir
    Path home;

    private final ScheduledExecutorService sealing = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void end() {
        sealing.shutdownNow();
    }

    private JsonLinesAudit audit() {
        return audit(JsonLinesAudit.MAX_FILE);
    }

    private JsonLinesAudit audit(long maxBytes) {
        Seals seals = new Seals(home.resolve("audit"), home.resolve("keys"), CLOCK, sealing);
        return new JsonLinesAudit(files(maxBytes), seals, CLOCK);
    }

    private AuditFile files(long maxBytes) {
        return new AuditFile(home.resolve("audit"), "lifecycle", maxBytes);
    }

    private Path file() {
        return home.resolve("audit/lifecycle.jsonl");
    }

    private List<Document> lines() throws Exception {
        List<Document> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file())) {
            lines.add(Json.read(line));
        }
        return lines;
    }

    @Test
    @DisplayName("writes one line an event, details in order")
    void writes() throws Exception {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("version", "1.0.0");
        details.put("by", "deploy/\u2028\nx.jar");

        assertThat(audit().record("plugin.active", "notes", details)).isEqualTo(1);

        assertThat(Files.readString(file()))
                .isEqualTo("{\"seq\":1,\"prev\":\"" + Hashes.NONE
                        + "\",\"at\":\"2026-01-02T03:04:05.678Z\",\"event\":\"plugin.active\","
                        + "\"subject\":\"notes\",\"details\":{\"version\":\"1.0.0\","
                        + "\"by\":\"deploy/\\u2028\\nx.jar\"}}\n");
    }

    @Test
    @DisplayName("can be read and written by its owner alone")
    void permissions() throws Exception {
        assumeThat(home.getFileSystem().supportedFileAttributeViews()).contains("posix");

        audit().record("e", "s", Map.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    @DisplayName("goes on counting after a restart, also behind a line that a crash tore")
    void restarts() throws Exception {
        audit().record("e", "s", Map.of());
        audit().record("e", "s", Map.of());
        Files.writeString(file(), "{\"seq\":3,\"at\":\"20", StandardOpenOption.APPEND);

        assertThat(audit().record("e", "s", Map.of())).isEqualTo(3);

        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(4);
        assertThat(lines.get(2)).isEqualTo("{\"seq\":3,\"at\":\"20");
        assertThat(Json.read(lines.get(3)).get("seq")).isEqualTo(Document.of(3));
    }

    @Test
    @DisplayName("begins at 1 behind a file of rubbish")
    void rubbish() throws Exception {
        Files.createDirectories(file().getParent());
        Files.write(file(), new byte[] {0, '\n', (byte) 0xFF, '{', '[', '\n', '5'});

        assertThat(audit().record("e", "s", Map.of())).isEqualTo(1);
    }

    @Test
    @DisplayName("keeps five files, and counts over them and over a restart")
    void rotation() throws Exception {
        var audit = audit(200);
        // Each line is longer than half of a file, so two fill it.
        for (int i = 1; i <= 20; i++) {
            assertThat(audit.record("e", "s", Map.of("k", "v"))).isEqualTo(i);
        }

        try (var all = Files.list(file().getParent())) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "checkpoint.json",
                            "lifecycle.jsonl",
                            "lifecycle.1.jsonl",
                            "lifecycle.2.jsonl",
                            "lifecycle.3.jsonl",
                            "lifecycle.4.jsonl");
        }
        long youngest = lines().get(0).get("seq").asLong(0);
        assertThat(Json.read(Files.readAllLines(home.resolve("audit/lifecycle.1.jsonl"))
                                .get(1))
                        .get("seq")
                        .asLong(0))
                .isEqualTo(youngest - 1);
        Files.delete(file());
        assertThat(audit(200).record("e", "s", Map.of())).isEqualTo(youngest);
    }

    @Test
    @DisplayName("refuses with a reason if it cannot write, loses no number, and goes on when it can")
    void failingDisk() throws Exception {
        Path audit = home.resolve("audit");
        Files.writeString(audit, "a file where the folder should be");
        var log = audit();

        assertThatThrownBy(() -> log.record("plugin.active", "notes", Map.of()))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("audit_failed"))
                .hasMessageStartingWith("Event [plugin.active] of [notes] could not be written to the audit file")
                .hasCauseInstanceOf(IOException.class);

        Files.delete(audit);
        assertThat(log.record("plugin.active", "notes", Map.of())).isEqualTo(1);
    }

    @Test
    @DisplayName("does not follow a link that lies in the place of its file")
    void link() throws Exception {
        Path elsewhere = Files.createFile(home.resolve("elsewhere"));
        Files.createDirectories(home.resolve("audit"));
        Files.createSymbolicLink(file(), elsewhere);

        assertThatThrownBy(() -> audit().record("e", "s", Map.of()))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("is a symbolic link");
        assertThat(elsewhere).isEmptyFile();
    }

    @Test
    @DisplayName("goes on in a new file when somebody removed the old one")
    void removed() throws Exception {
        var audit = audit();
        audit.record("e", "s", Map.of());
        Files.delete(file());

        assertThat(audit.record("e", "s", Map.of())).isEqualTo(2);
        assertThat(lines()).hasSize(1);
    }

    @Test
    @DisplayName("is written also by a thread that was interrupted")
    void interrupted() throws Exception {
        Thread.currentThread().interrupt();

        assertThat(audit().record("e", "s", Map.of())).isEqualTo(1);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("cuts what is longer than its bounds")
    void bounds() throws Exception {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("fits", "v".repeat(JsonLinesAudit.MAX_VALUE));
        details.put("long", "v".repeat(JsonLinesAudit.MAX_VALUE + 1));
        IntStream.range(2, 70).forEach(i -> details.put("k" + i, "v"));

        audit().record("e".repeat(513), "s".repeat(512), details);

        Document line = lines().get(0);
        assertThat(line.get("event").text("")).hasSize(512).endsWith("e…");
        assertThat(line.get("subject").text("")).hasSize(512).endsWith("s");
        assertThat(line.get("details").get("fits").text("")).endsWith("v");
        assertThat(line.get("details").get("long").text(""))
                .hasSize(JsonLinesAudit.MAX_VALUE)
                .endsWith("…");
        assertThat(line.get("details").size()).isEqualTo(JsonLinesAudit.MAX_DETAILS + 1);
        assertThat(line.get("details").get("omitted")).isEqualTo(Document.of(6));
    }

    @Test
    @DisplayName("numbers the lines of several threads without a gap")
    void threads() throws Exception {
        var audit = audit();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> IntStream.range(0, 25).forEach(n -> audit.record("e", "s", Map.of()))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(lines())
                .extracting(line -> line.get("seq").asLong(0))
                .isEqualTo(IntStream.rangeClosed(1, 100).mapToObj(i -> (long) i).toList());
    }

    @Test
    @DisplayName("writes nothing offline, and has to know the home folder otherwise")
    void component() throws Exception {
        component("true", home.toString()).record("e", "s", Map.of());
        assertThat(home).isEmptyDirectory();

        component(null, home.toString()).record("e", "s", Map.of());
        assertThat(lines()).hasSize(1);

        assertThatThrownBy(() -> component("false", null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[sallyport.home]");
        assertThatCode(() -> component("true", null)).doesNotThrowAnyException();
    }

    private static AuditComponent component(String offline, String home) {
        return new AuditComponent(offline, home, verb -> null);
    }
}
