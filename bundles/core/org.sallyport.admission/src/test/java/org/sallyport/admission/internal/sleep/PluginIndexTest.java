package org.sallyport.admission.internal.sleep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.admission.internal.archive.ArchiveReader;
import org.sallyport.admission.internal.archive.DescriptorReader;
import org.sallyport.admission.internal.archive.Manifests;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;

@DisplayName("The index of plugins that may sleep")
class PluginIndexTest {
    private static final String HOST = "1.0.0 archive,manifest,host,code";
    private static final String SHA = "ab".repeat(32);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void place() {
        file = folder.resolve("store").resolve("plugins.index");
    }

    private record Handler(PluginDescriptor plugin, String handler, Map<String, Object> properties)
            implements Contribution<Object> {
        @Override
        public Object service() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String settingsSchema() {
            throw new UnsupportedOperationException();
        }
    }

    private static PluginDescriptor descriptor(String id) {
        try {
            return DescriptorReader.read(ArchiveReader.read(Manifests.plugin(id).build()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Handler handler(PluginDescriptor plugin, String name, Object... properties) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put("sallyport.hook." + properties[i], properties[i + 1]);
        }
        return new Handler(plugin, name, all);
    }

    private static IndexedPlugin known(String id) throws IOException {
        PluginDescriptor plugin = descriptor(id);
        return IndexedPlugin.of(plugin, Map.of(handler(plugin, id, "name", "greet"), ActionHandler.class.getName()));
    }

    private PluginIndex saved(IndexedPlugin... plugins) {
        PluginIndex index = new PluginIndex(file, HOST);
        for (IndexedPlugin plugin : plugins) {
            index.put(SHA, plugin);
        }
        index.save();
        return index;
    }

    private boolean knows(String id) {
        return new PluginIndex(file, HOST).find(id, SHA).isPresent();
    }

    @Test
    @DisplayName("gives back after a restart all that a plugin says of itself and of its handlers")
    void roundTrip() throws Exception {
        PluginDescriptor plugin = DescriptorReader.read(ArchiveReader.read(Manifests.plugin("x")
                .header(
                        "Require-Capability",
                        "org.sallyport.permission;effective:=grant;type=net;actions:List<String>=\"a,b\";scope=s;reason=r")
                .build()));
        Map<Contribution<?>, String> handlers = new LinkedHashMap<>();
        handlers.put(
                handler(
                        plugin,
                        "x",
                        "name",
                        "greet",
                        "phase",
                        "early",
                        "priority",
                        7,
                        "before",
                        new String[] {"b", "c"},
                        "after",
                        List.of("d")),
                FilterHandler.class.getName());
        handlers.put(handler(plugin, "second", "name", "bye", "after", "e"), ActionHandler.class.getName());
        saved(IndexedPlugin.of(plugin, handlers));

        IndexedPlugin read = new PluginIndex(file, HOST).find("x", SHA).orElseThrow();

        for (var accessor : PluginDescriptor.class.getMethods()) {
            assertThat(accessor.invoke(read.descriptor()))
                    .as(accessor.getName())
                    .isEqualTo(accessor.invoke(plugin));
        }
        assertThat(read.descriptor().permissions()).hasSize(1);
        assertThat(read.handlers()).extracting(IndexedPlugin.Handler::name).containsExactly("x", "second");
        assertThat(read.handlers()).extracting(IndexedPlugin.Handler::hook).containsExactly("greet", "bye");
        assertThat(read.handlers())
                .extracting(IndexedPlugin.Handler::contract)
                .containsExactly(FilterHandler.class.getName(), ActionHandler.class.getName());
        assertThat(read.handlers().get(0).properties())
                .containsEntry("sallyport.hook.name", "greet")
                .containsEntry("sallyport.hook.phase", "early")
                .containsEntry("sallyport.hook.priority", 7)
                .containsEntry("sallyport.hook.before", new String[] {"b", "c"})
                .containsEntry("sallyport.hook.after", new String[] {"d"});
        assertThat(read.handlers().get(1).properties())
                .containsEntry("sallyport.hook.phase", "normal")
                .containsEntry("sallyport.hook.priority", 50)
                .containsEntry("sallyport.hook.after", new String[] {"e"});
    }

    @Test
    @DisplayName("knows a plugin by its bytes, and the last ones only")
    void byBytes() throws Exception {
        PluginIndex index = saved(known("x"));

        assertThat(index.find("x", "cd".repeat(32))).isEmpty();
        assertThat(index.find("y", SHA)).isEmpty();
        index.put("cd".repeat(32), known("x"));
        assertThat(index.find("x", SHA)).isEmpty();
        index.remove("x");
        assertThat(index.find("x", "cd".repeat(32))).isEmpty();
        index.save();
        assertThat(knows("x")).isFalse();
    }

    @Test
    @DisplayName("is written when something changed and not otherwise")
    void unchanged() throws Exception {
        PluginIndex index = saved(known("x"));
        Files.delete(file);

        index.put(SHA, known("x"));
        index.remove("y");
        index.save();
        assertThat(file).doesNotExist();

        index.put(SHA, known("y"));
        index.save();
        assertThat(knows("x") && knows("y")).isTrue();
        assertThat(folder.resolve("store")).isDirectoryContaining(path -> path.equals(file));
    }

    @Test
    @DisplayName("that is missing, cut off at any byte, grown, or changed in any byte counts as empty")
    void damaged() throws Exception {
        assertThat(knows("x")).isFalse();
        saved(known("x"));
        byte[] whole = Files.readAllBytes(file);
        assertThat(knows("x")).isTrue();

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(knows("x")).as("cut at " + length).isFalse();
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThat(knows("x")).as("grown").isFalse();
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x40;
            Files.write(file, changed);
            assertThat(knows("x")).as("changed at " + at).isFalse();
        }
    }

    @Test
    @DisplayName("that is garbage with a right checksum counts as empty, whatever it claims")
    void garbage() throws Exception {
        saved(known("x"));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(42);
        for (int round = 0; round < 2_000; round++) {
            byte[] garbage = whole.clone();
            // Behind magic, format and host.
            int from = 8 + 2 + HOST.length();
            for (int i = 0; i < 8; i++) {
                garbage[from + random.nextInt(garbage.length - 4 - from)] = (byte) random.nextInt(256);
            }
            Files.write(file, sealed(garbage));
            // What is still readable may be known, under whatever name, and can be asked for all of it.
            assertThat(catchThrowable(() -> new PluginIndex(file, HOST)
                            .find("x", SHA)
                            .ifPresent(known -> {
                                known.descriptor().permissions();
                                known.descriptor().displayScope();
                                known.handlers().forEach(IndexedPlugin.Handler::properties);
                            })))
                    .isNull();
        }
        ByteBuffer.wrap(whole).putInt(8 + 2 + HOST.length(), Integer.MAX_VALUE);
        Files.write(file, sealed(whole));
        assertThat(knows("x")).as("more entries than bytes").isFalse();
    }

    private static byte[] sealed(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    @DisplayName("of another format or another host counts as empty and is replaced")
    void others() throws Exception {
        saved(known("x"));
        byte[] older = Files.readAllBytes(file);
        older[7] = 0;
        Files.write(file, sealed(older));
        assertThat(knows("x")).isFalse();
        saved(known("x"));
        assertThat(knows("x")).isTrue();

        assertThat(new PluginIndex(file, "1.0.1 archive,manifest,host,code").find("x", SHA))
                .isEmpty();
    }

    @Test
    @DisplayName("that is larger than its limit is not read")
    void tooLarge() throws Exception {
        saved(known("x"));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, PluginIndex.MAX_SIZE + 1));
        assertThat(knows("x")).isFalse();
    }

    @Test
    @DisplayName("keeps as many handlers as its limit allows, and no plugin with one more")
    void limits() throws Exception {
        PluginDescriptor plugin = descriptor("x");
        Map<Contribution<?>, String> handlers = new LinkedHashMap<>();
        for (int i = 0; i < IndexedPlugin.MAX_HANDLERS; i++) {
            handlers.put(handler(plugin, "h" + i, "name", "greet"), ActionHandler.class.getName());
        }
        assertThat(IndexedPlugin.of(plugin, handlers).handlers()).hasSize(IndexedPlugin.MAX_HANDLERS);
        handlers.put(handler(plugin, "more", "name", "greet"), ActionHandler.class.getName());
        assertThat(catchThrowable(() -> IndexedPlugin.of(plugin, handlers)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[256] handlers");
        assertThat(catchThrowable(() -> IndexedPlugin.of(plugin, Map.of()))).isInstanceOf(IOException.class);

        int bare = known("x").packed().length;
        String[] words = new String[] {"a".repeat(IndexedPlugin.MAX_PACKED - bare - 2)};
        assertThat(IndexedPlugin.of(
                                plugin,
                                Map.of(
                                        handler(plugin, "x", "name", "greet", "before", words),
                                        ActionHandler.class.getName()))
                        .packed())
                .hasSize(IndexedPlugin.MAX_PACKED);
        words[0] += "a";
        assertThat(catchThrowable(() -> IndexedPlugin.of(
                        plugin,
                        Map.of(handler(plugin, "x", "name", "greet", "before", words), ActionHandler.class.getName()))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes");
    }

    @Test
    @DisplayName("without a file knows for as long as the process lives")
    void memory() throws Exception {
        PluginIndex index = new PluginIndex(null, HOST);
        index.put(SHA, known("x"));
        index.save();
        assertThat(index.find("x", SHA)).isPresent();
        assertThat(Set.of(folder.toFile().list())).isEmpty();
    }
}
