package org.sallyport.it;

import static org.sallyport.it.JarBytes.entries;
import static org.sallyport.it.JarBytes.zip;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.sallyport.it.BadPlugins.Bad;

/** Files in which is to be seen that they are no plugins, or none for this host; no code of them ever runs. */
final class BadFiles {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String PASS = "return PolicyDecision.pass();";

    final List<Bad> all = new ArrayList<>();
    private final byte[] good = TestPlugins.marker("template", "1.0.0", " [template]");

    BadFiles() throws IOException {
        noArchives();
        noPlugins();
        notForThisHost();
    }

    private void add(String id, byte[] jar, String... causes) {
        all.add(new Bad(id + ".jar", jar, List.of(causes)));
    }

    private void noArchives() throws IOException {
        byte[] corrupt = good.clone();
        for (int i = corrupt.length / 4; i < corrupt.length / 2; i++) {
            corrupt[i] ^= 0x5a;
        }
        add("corrupt", corrupt, "[archive] refused it");
        add("truncated", Arrays.copyOf(good, good.length / 2), "cut off");
        add("empty", new byte[0], "not a zip archive");
        add("text", "this is no jar".getBytes(StandardCharsets.UTF_8), "not a zip archive");
        add("bomb", zip(Map.of(MANIFEST, manifest("bomb"), "zeros", new byte[32 << 20])), "[200] times");
        add("twice", twice(), "[META-INF/MANIFEST.MF] is there twice");
        add("outside", zip(Map.of(MANIFEST, manifest("x"), "../x", new byte[1])), "plain relative");
        add("huge-manifest", zip(Map.of(MANIFEST, noise((1 << 20) + 1))), "its manifest has [1048577]");
    }

    private void noPlugins() throws IOException {
        add("no-bundle", zip(Map.of("readme.txt", "no bundle".getBytes(StandardCharsets.UTF_8))), "it is no bundle");
        add(
                "no-plugin",
                PluginJar.of("test.library", "1.0.0")
                        .source("test.library.X", "package test.library; public class X {}")
                        .build(),
                "no plugin");
        add(
                "bad-id",
                capability("org.sallyport.plugin;org.sallyport.plugin=\"Bad Id\";name=n;description=d"),
                "[Bad Id]");
        add("no-name", capability("org.sallyport.plugin;org.sallyport.plugin=no-name;description=d"), "[name]");
        add("bad-schema", schema("bad-schema", "{\"type\": \"object\", "), "bad-schema");
        add("fragment", BadPlugins.header("fragment", "Fragment-Host", "org.apache.felix.scr"), "fragment");
        add(
                "extension",
                BadPlugins.header("extension", "Fragment-Host", "system.bundle; extension:=framework"),
                "fragment");
        add("dynamic", BadPlugins.header("dynamic", "DynamicImport-Package", "*"), "[DynamicImport-Package]");
        add("agent", BadPlugins.header("agent", "Launcher-Agent-Class", "test.agent.Plugin"), "agent");
        add(
                "internals",
                BadPlugins.header("internals", "Import-Package", "org.sallyport.spi.registry"),
                "[org.sallyport.spi.registry]");
        add("steals", stolenPackage(), "belongs to the platform");
    }

    private void notForThisHost() throws IOException {
        add(
                "newer-host",
                capability("org.sallyport.plugin;org.sallyport.plugin=newer-host;name=n;description=d;"
                        + "minHostVersion=\"99.0.0\""),
                "it needs Sallyport [99.0.0]");
        add("newer-java", classes("newer-java", BadFiles::nextJava), "needs Java [120]");
        add(
                "no-class-file",
                classes("no-class-file", code -> "no class".getBytes(StandardCharsets.UTF_8)),
                "no class file");
        add(
                "native-code",
                BadPlugins.header("native-code", "Bundle-NativeCode", "lib/x.so; osname=NoSuchSystem"),
                "native");
        add(
                "odd-permission",
                BadPlugins.header(
                        "odd-permission",
                        "Require-Capability",
                        "org.sallyport.permission;type=file;actions:List<String>=read"),
                "[effective:=grant]");
    }

    private byte[] capability(String clause) throws IOException {
        String text = "Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: test.by.hand\n"
                + "Provide-Capability: " + clause + "\n";
        StringBuilder lines = new StringBuilder();
        for (String line : text.split("\n")) {
            lines.append(line.replaceAll("(.{60})", "$1\n ")).append('\n');
        }
        return zip(Map.of(MANIFEST, lines.append('\n').toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] schema(String id, String schema) {
        return TestPlugins.middleware(id, "1.0.0", "", PASS)
                .resource("META-INF/sallyport/" + id + ".schema.json", schema.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private byte[] stolenPackage() throws IOException {
        Map<String, byte[]> entries = entries(good);
        entries.put("org/sallyport/api/plugin/PluginId.class", new byte[] {1});
        return zip(entries);
    }

    private static byte[] classes(String id, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = entries(BadPlugins.code(id, "", PASS));
        entries.replaceAll((name, content) -> name.endsWith(".class") ? change.apply(content) : content);
        return zip(entries);
    }

    private static byte[] nextJava(byte[] code) {
        code[6] = 0;
        code[7] = (byte) (44 + 120);
        return code;
    }

    /** What no packing makes smaller. */
    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(1).nextBytes(noise);
        return noise;
    }

    private static byte[] manifest(String name) {
        return ("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: test." + name + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The manifest twice, which no tool writes: the second is renamed in the bytes. */
    private static byte[] twice() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(MANIFEST, manifest("one"));
        entries.put("META-INF/MANIFEST.XX", manifest("two"));
        String text = new String(zip(entries), StandardCharsets.ISO_8859_1);
        return text.replace("META-INF/MANIFEST.XX", MANIFEST).getBytes(StandardCharsets.ISO_8859_1);
    }
}
