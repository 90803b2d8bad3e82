package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginVersion;

@DisplayName("History and statistics over restarts")
class PastFileTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("registry").resolve("past.log");
    }

    private static PluginStatus status(String id, PluginState state, String cause, String sha256, long second) {
        return new PluginStatus(
                id,
                sha256.isEmpty() ? "" : "1.0.0",
                Optional.empty(),
                "enabled",
                state,
                cause,
                "",
                NOON.plusSeconds(second),
                sha256,
                "test",
                List.of());
    }

    private static void tell(IndexedRegistry registry, PluginStatus status) {
        registry.tell(
                status,
                status.sha256().isEmpty()
                        ? List.of()
                        : List.of(new PluginVersion(
                                status.id(), new Version(1, 0, 0), Optional.empty(), status.sha256(), "test")));
    }

    /** What can be read, by plugin. */
    private Map<String, KnownPlugin> readAll() {
        Map<String, KnownPlugin> all = new TreeMap<>();
        try (PastFile past = new PastFile(file())) {
            past.read().forEach((id, place) -> past.plugin(id, place).ifPresent(known -> all.put(id, known)));
        }
        return all;
    }

    /** As admission does at a start. */
    private static void start(IndexedRegistry registry, String id, String sha256, long second) {
        tell(registry, status(id, PluginState.DISCOVERED, "", sha256, second));
        tell(registry, status(id, PluginState.STARTING, "it is being started", sha256, second + 1));
        tell(registry, status(id, PluginState.ACTIVE, "", sha256, second + 2));
    }

    private static KnownPlugin plugin(IndexedRegistry registry, String id) {
        return registry.snapshot().plugin(id).orElseThrow();
    }

    @Test
    @DisplayName("are carried on: loads and errors count on, bytes that were here are no download")
    void carriedOn() {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        tell(first, status("a", PluginState.STARTING, "it is being started", "", 0));
        start(first, "a", "one", 1);
        tell(first, status("a", PluginState.QUARANTINED, "it threw", "one", 10));
        KnownPlugin before = plugin(first, "a");
        assertThat(before.statistics())
                .isEqualTo(new KnownPlugin.Statistics(1, 1, 1, Optional.of(NOON.plusSeconds(10))));
        first.deactivate();

        IndexedRegistry second = new IndexedRegistry(new PastFile(file()));
        start(second, "a", "one", 20);

        KnownPlugin after = plugin(second, "a");
        assertThat(after.statistics())
                .isEqualTo(new KnownPlugin.Statistics(2, 1, 1, Optional.of(NOON.plusSeconds(22))));
        assertThat(after.history()).hasSize(before.history().size() + 3);
        assertThat(after.history().subList(3, after.history().size())).isEqualTo(before.history());
        tell(second, status("a", PluginState.ACTIVE, "", "two", 30));
        assertThat(plugin(second, "a").statistics().downloads()).isEqualTo(2);
        second.deactivate();
    }

    @Test
    @DisplayName("do not count known bytes again when it is told late which ones there are")
    void bytesToldLate() {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        first.deactivate();

        IndexedRegistry second = new IndexedRegistry(new PastFile(file()));
        tell(second, status("a", PluginState.STARTING, "it is being started", "", 20));
        tell(second, status("a", PluginState.ACTIVE, "", "one", 21));

        assertThat(plugin(second, "a").statistics())
                .isEqualTo(new KnownPlugin.Statistics(2, 0, 1, Optional.of(NOON.plusSeconds(21))));
        second.deactivate();
    }

    @Test
    @DisplayName("have 20 changes a plugin at most, with causes of 1,000 characters at most")
    void bounds() {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        for (int i = 0; i < 30; i++) {
            tell(first, status("a", PluginState.QUARANTINED, i + "x".repeat(2_000), "one", i));
        }
        first.deactivate();

        KnownPlugin read = readAll().get("a");
        assertThat(read.history()).hasSize(20);
        assertThat(read.history().get(0).cause()).hasSize(1_000).startsWith("29x");
        assertThat(read.history().get(19).cause()).startsWith("10x");
        assertThat(read.statistics().errors()).isEqualTo(30);
    }

    @Test
    @DisplayName("are forgotten with the plugin")
    void forgotten() {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        start(first, "b", "one", 1);
        first.deactivate();
        IndexedRegistry second = new IndexedRegistry(new PastFile(file()));
        second.forget("a");
        second.deactivate();

        assertThat(new PastFile(file()).read()).containsOnlyKeys("b");
    }

    @Test
    @DisplayName("can be read wherever the process ended: half a line is left out, and the next one is whole")
    void everyTruncation() throws IOException {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        first.deactivate();
        PastFile more = new PastFile(file());
        more.read();
        IndexedRegistry second = new IndexedRegistry(more);
        start(second, "b", "two", 1);
        second.deactivate();
        byte[] whole = Files.readAllBytes(file());
        int firstLine = lineEnd(whole, 0);
        int secondLine = lineEnd(whole, firstLine);

        for (int length = firstLine; length <= whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            IndexedRegistry cut = new IndexedRegistry(new PastFile(file()));
            start(cut, "c", "three", 1);
            cut.deactivate();

            List<String> expected = new ArrayList<>(List.of("c"));
            // A line is whole without its end, too.
            if (length >= secondLine - 1) {
                expected.add(0, "a");
            }
            if (length >= whole.length - 1) {
                expected.add(1, "b");
            }
            assertThat(new TreeMap<>(new PastFile(file()).read()).keySet())
                    .as("cut after [%d] of [%d] bytes", length, whole.length)
                    .containsExactlyElementsOf(expected);
        }
        try (var files = Files.list(file().getParent())) {
            assertThat(files).as("nothing was damaged").containsExactly(file());
        }
    }

    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    @Test
    @DisplayName("leave out lines that are wrong, and keep the others")
    void wrongLines() throws IOException {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        first.deactivate();
        Files.writeString(
                file(),
                "{\n\n{\"id\":7}\n{\"id\":\"x\",\"history\":[{\"at\":\"yesterday\"}]}\n"
                        + "{\"id\":\"y\",\"history\":[],\"versions\":[{\"version\":\"x.y\"}]}\n"
                        + "{\"id\":\"z\",\"history\":[],\"loads\":-5}\n",
                StandardOpenOption.APPEND);

        Map<String, KnownPlugin> read = readAll();

        assertThat(read).containsOnlyKeys("a", "z");
        assertThat(read.get("z").statistics()).isEqualTo(KnownPlugin.Statistics.NONE);
    }

    @Test
    @DisplayName("begin anew when the file is none of ours, which is kept aside")
    void damaged() throws IOException {
        Files.createDirectories(file().getParent());
        Files.write(file(), new byte[] {1, 2, (byte) 0xFF, '\n'});

        IndexedRegistry registry = new IndexedRegistry(new PastFile(file()));
        start(registry, "a", "one", 1);
        registry.deactivate();

        assertThat(new PastFile(file()).read()).containsOnlyKeys("a");
        assertThat(file().resolveSibling("past.log.damaged")).hasBinaryContent(new byte[] {1, 2, (byte) 0xFF, '\n'});
    }

    @Test
    @DisplayName("of a newer Sallyport are neither read nor written")
    void newer() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "sallyport-past 2\nwho knows\n");

        IndexedRegistry registry = new IndexedRegistry(new PastFile(file()));
        start(registry, "a", "one", 1);
        registry.deactivate();

        assertThat(file()).hasContent("sallyport-past 2\nwho knows\n");
    }

    @Test
    @DisplayName("do not let the file grow: it is written anew when most of its lines count no more")
    void compaction() throws IOException {
        Files.createDirectories(file().getParent());
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        first.deactivate();
        String line = Files.readAllLines(file(), StandardCharsets.UTF_8).get(1) + "\n";

        Files.writeString(file(), "sallyport-past 1\n" + line.repeat(PastFile.SPARE + 1));
        again();
        assertThat(Files.readAllLines(file())).as("as many as may be").hasSize(PastFile.SPARE + 3);
        again();
        assertThat(Files.readAllLines(file())).as("one more").hasSize(2);
    }

    @Test
    @DisplayName("are read when somebody asks of a plugin that sleeps since the start, and go on when it is woken")
    void sleepers() throws IOException {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        start(first, "b", "one", 1);
        first.deactivate();
        byte[] before = Files.readAllBytes(file());

        IndexedRegistry second = new IndexedRegistry(new PastFile(file()));
        tell(second, status("a", PluginState.ASLEEP, "", "one", 20));
        tell(second, status("b", PluginState.ASLEEP, "", "one", 20));
        assertThat(plugin(second, "a").history())
                .extracting(KnownPlugin.Change::state)
                .containsExactly(PluginState.ASLEEP, PluginState.ACTIVE, PluginState.STARTING, PluginState.DISCOVERED);
        assertThat(plugin(second, "a").statistics())
                .as("what sleeps was not loaded")
                .isEqualTo(new KnownPlugin.Statistics(1, 0, 1, Optional.of(NOON.plusSeconds(3))));
        second.deactivate();
        assertThat(Files.readAllBytes(file())).as("nothing happened").isEqualTo(before);

        IndexedRegistry third = new IndexedRegistry(new PastFile(file()));
        tell(third, status("a", PluginState.ASLEEP, "", "one", 40));
        tell(third, status("a", PluginState.ACTIVE, "", "one", 50));
        third.deactivate();

        KnownPlugin woken = readAll().get("a");
        assertThat(woken.history())
                .extracting(KnownPlugin.Change::state)
                .containsExactly(
                        PluginState.ACTIVE,
                        PluginState.ASLEEP,
                        PluginState.ACTIVE,
                        PluginState.STARTING,
                        PluginState.DISCOVERED);
        assertThat(woken.statistics())
                .isEqualTo(new KnownPlugin.Statistics(2, 0, 1, Optional.of(NOON.plusSeconds(50))));
        assertThat(readAll()).containsOnlyKeys("a", "b");
    }

    @Test
    @DisplayName("of a plugin that sleeps are nothing if its line was spoilt meanwhile")
    void sleepersLineIsSpoilt() throws IOException {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        first.deactivate();
        IndexedRegistry second = new IndexedRegistry(new PastFile(file()));
        tell(second, status("a", PluginState.ASLEEP, "", "one", 20));
        Files.writeString(file(), Files.readString(file()).replace("\"a\"", "\"b\""));

        assertThat(plugin(second, "a").history())
                .extracting(KnownPlugin.Change::state)
                .containsExactly(PluginState.ASLEEP);
        second.deactivate();
    }

    @Test
    @DisplayName("survive a compaction while they are not at hand")
    void compactionKeepsSleepers() throws IOException {
        IndexedRegistry first = new IndexedRegistry(new PastFile(file()));
        start(first, "a", "one", 1);
        start(first, "b", "one", 1);
        first.deactivate();
        String b = Files.readAllLines(file()).get(2) + "\n";
        Files.writeString(file(), b.repeat(PastFile.SPARE + 5), StandardOpenOption.APPEND);

        IndexedRegistry second = new IndexedRegistry(new PastFile(file()));
        tell(second, status("a", PluginState.ASLEEP, "", "one", 20));
        start(second, "b", "one", 30);
        second.deactivate();

        assertThat(Files.readAllLines(file())).hasSize(3);
        assertThat(readAll().get("a").history()).hasSize(3);
        assertThat(readAll().get("b").statistics().loads()).isEqualTo(2);
    }

    private void again() {
        IndexedRegistry registry = new IndexedRegistry(new PastFile(file()));
        start(registry, "a", "one", 1);
        registry.deactivate();
    }
}
