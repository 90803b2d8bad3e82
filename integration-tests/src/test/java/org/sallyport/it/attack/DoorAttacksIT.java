package org.sallyport.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.hook.Hooks.FilterHook;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.it.JarBytes;
import org.sallyport.it.PluginJar;
import org.sallyport.it.Signer;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.trust.Evidence;

/** The rows that are stopped before any code of a plugin runs, whatever its level and tier. */
@DisplayName("At the door")
class DoorAttacksIT {
    private static final Signer STRANGER = new Signer("stranger");

    @TempDir
    private static Path folder;

    private static Sallyport sallyport;

    @BeforeAll
    static void open() throws Exception {
        Path home = folder.resolve("home");
        Signer.trust(
                home,
                Document.object("tests", Signer.TESTS.publisher("internal", "*"))
                        .with("stranger", STRANGER.publisher("internal", "*")));
        sallyport = Sallyport.builder().home(home).policy(false).start();
        Signer.TESTS.install(sallyport, plain("neighbour", "1.0.0").build());
        for (String version : List.of("1.0.0", "2.0.0")) {
            Signer.TESTS.install(sallyport, plain("known", version).build());
        }
    }

    @AfterAll
    static void close() {
        sallyport.close();
    }

    /** What is brought to the door, and how. */
    private record Attempt(String what, byte[] jar, String subject, ThrowingCallable install) {
        /** Signed as it is, if there is something to sign. */
        static Attempt signed(String what, byte[] jar) {
            return new Attempt(what, jar, "test", () -> {
                try {
                    Signer.TESTS.offer(sallyport, jar);
                } catch (RuntimeException nothingToSign) {
                    // It is refused before anybody asks for its signature.
                }
                sallyport.plugins().install(jar, "test");
            });
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Row> rows() {
        return Corpus.ROWS.stream()
                .filter(row ->
                        row.kind() == Row.Kind.AT_THE_DOOR && row.variants().isEmpty());
    }

    @ParameterizedTest(name = "{0} is refused, with one record, and nothing else stops")
    @MethodSource("rows")
    void refused(Row row) throws Exception {
        for (Attempt attempt : attempts(row)) {
            int before = refusals().size();
            List<String> plugins = inService();

            PluginException refused = catchThrowableOfType(PluginException.class, attempt.install());

            assertThat(refused).as("%s: %s", row, attempt).isNotNull();
            assertThat(refused.code()).as(refused.getMessage()).isIn("refused", "invalid_archive");
            assertThat(refused.getMessage()).as("%s", attempt).contains(row.note());
            List<Document> told = refusals();
            assertThat(told).as("records of %s", attempt).hasSize(before + 1);
            Document record = told.get(before);
            assertThat(record.get("subject").text("")).isNotEmpty();
            assertThat(record.get("details").get("sha256").text("")).isEqualTo(Signer.sha256(attempt.jar()));
            assertThat(record.get("details").get("cause").text("")).contains(row.note());
            assertThat(inService()).as("in service after %s", attempt).isEqualTo(plugins);
            FilterHook<String> hook = sallyport.hooks("door").filter("neighbour", String.class);
            assertThat(hook.apply("")).isEqualTo("neighbour 1.0.0");
        }
        assertThat(System.getProperty("attack.ran")).as("code that ran").isNull();
    }

    @Test
    @DisplayName("each such row of the corpus is tried")
    void complete() {
        assertThat(rows().map(Row::id))
                .containsExactly(
                        "RF-16", "CL-07", "CL-11", "OS-13", "OS-15", "OS-16", "SC-01", "SC-02", "SC-03", "SC-04",
                        "SC-05", "SC-09");
    }

    private static List<Attempt> attempts(Row row) throws IOException {
        byte[] good = plain("stranger", "1.0.0").build();
        return switch (row.id()) {
            case "RF-16" -> List.of(headed("Bundle-NativeCode", "lib/attack.so;osname=linux;processor=x86-64"));
            case "CL-07" ->
                Stream.of(
                                "java/lang/Attack",
                                "jdk/internal/misc/Attack",
                                "sun/misc/Attack",
                                "org/osgi/framework/Attack",
                                "org/sallyport/spi/Attack",
                                "org/sallyport/api/plugin/PluginContext",
                                "META-INF/versions/17/java/lang/Attack")
                        .map(name -> Attempt.signed(name, with(good, name + ".class", new byte[] {1})))
                        .toList();
            case "CL-11", "SC-02" ->
                List.of(new Attempt(
                        "no signature",
                        good,
                        "stranger",
                        () -> sallyport.plugins().install(good, "test")));
            case "OS-13" ->
                List.of(
                        headed("Fragment-Host", "org.sallyport.admission"),
                        headed("Fragment-Host", "system.bundle;extension:=framework"),
                        headed("Fragment-Host", "test.neighbour"));
            case "OS-15" -> List.of(headed("DynamicImport-Package", "*"));
            case "OS-16" ->
                List.of(
                        headed("Import-Package", "org.sallyport.spi.admission"),
                        headed("Import-Package", "org.osgi.framework.hooks.resolver"),
                        headed("Import-Package", "sun.misc"),
                        headed("Import-Package", "com.sun.net.httpserver"),
                        headed("Require-Bundle", "system.bundle"));
            case "SC-01" -> List.of(forged("a byte was changed", good, changed(good)));
            case "SC-03" -> List.of(forged("an entry was added", good, with(good, "more/B.class", new byte[10])));
            case "SC-04" -> {
                byte[] next = plain("known", "3.0.0").build();
                yield List.of(
                        new Attempt("another publisher's", next, "known", () -> STRANGER.install(sallyport, next)));
            }
            case "SC-05" ->
                List.of(Attempt.signed(
                        "the version before", plain("known", "1.0.0").build()));
            case "SC-09" ->
                Stream.of(
                                "../x.txt",
                                "a/../../x.txt",
                                "/x.txt",
                                "a\\x.txt",
                                "C:/x.txt",
                                "a//x.txt",
                                "./x.txt",
                                "n".repeat(65_000),
                                "META-INF/M\u0410NIFEST.MF",
                                "meta-inf/manifest.mf")
                        .map(name -> Attempt.signed(
                                name.substring(0, Math.min(30, name.length())), with(good, name, new byte[] {1})))
                        .toList();
            default -> throw new IllegalStateException(row.id());
        };
    }

    /** A handler of a hook of its own name; where its class is initialised shows. */
    private static PluginJar plain(String id, String version) {
        String name = "test." + id;
        return PluginJar.of(name, version).source(name + ".Plugin", """
            package %s;

            import org.osgi.service.component.annotations.Component;
            import org.sallyport.api.hook.*;
            import org.sallyport.api.plugin.SallyportPlugin;

            @SallyportPlugin(id = "%s", name = "Test", description = "Brought by a test", eager = true)
            @HandlesHook(name = "%s")
            @Component
            public class Plugin implements FilterHandler<String> {
                static {
                    if (Plugin.class.getName().equals("test.stranger.Plugin")) {
                        System.setProperty("attack.ran", "true");
                    }
                }

                @Override
                public String filter(String words, HookCall call) {
                    return words + "%s %s";
                }
            }
            """.formatted(name, id, id, id, version));
    }

    private static Attempt headed(String header, String value) throws IOException {
        Map<String, byte[]> entries =
                JarBytes.entries(plain("stranger", "1.0.0").build());
        byte[] jar = JarBytes.zip(JarBytes.headers(entries, headers -> {
            String before = headers.getValue(header);
            headers.putValue(header, before == null ? value : value + "," + before);
        }));
        return Attempt.signed(header + ": " + value, jar);
    }

    /** With the envelope of another archive. */
    private static Attempt forged(String what, byte[] signed, byte[] jar) {
        byte[] envelope = Signer.TESTS.envelope(signed).getBytes(StandardCharsets.UTF_8);
        return new Attempt(what, jar, "stranger", () -> {
            sallyport.service(Evidence.class).offer(Signer.sha256(jar), envelope);
            sallyport.plugins().install(jar, "test");
        });
    }

    /** Packed anew, so that the archive is whole and one class has another byte. */
    private static byte[] changed(byte[] jar) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(JarBytes.entries(jar));
        byte[] type = entries.get("test/stranger/Plugin.class").clone();
        type[type.length - 1] ^= 1;
        entries.put("test/stranger/Plugin.class", type);
        return JarBytes.zip(entries);
    }

    /** An entry more, whatever its name. */
    private static byte[] with(byte[] jar, String name, byte[] content) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream out = new ZipOutputStream(bytes)) {
                for (var entry : JarBytes.entries(jar).entrySet()) {
                    put(out, entry.getKey(), entry.getValue());
                }
                put(out, name, content);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        if (name.endsWith("/")) {
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(0);
            entry.setCrc(new CRC32().getValue());
        }
        out.putNextEntry(entry);
        out.write(content);
    }

    private static List<Document> refusals() throws Exception {
        List<Document> records = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("home/audit/lifecycle.jsonl"))) {
            Document record = Json.read(line);
            if (record.get("event").text("").equals("plugin.refused")) {
                records.add(record);
            }
        }
        return records;
    }

    private static List<String> inService() {
        return sallyport.plugins().list().stream()
                .filter(plugin -> plugin.state() != PluginState.BLOCKED)
                .map(plugin -> plugin.id() + " " + plugin.version())
                .toList();
    }
}
