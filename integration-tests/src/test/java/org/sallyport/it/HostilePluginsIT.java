package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/** Plugins that do their worst. Through the launcher, with no bypass. */
@DisplayName("A plugin that")
class HostilePluginsIT {
    private static final Document HELLO = Document.object("message", Document.of("hello"));

    @TempDir
    private Path folder;

    @Nested
    @DisplayName("fails on each message")
    class OnEachMessage {
        @ParameterizedTest(name = "by [{0}] stops it if critical, is skipped if not, and 'why' says what happened")
        @CsvSource(
                delimiter = '|',
                value = {
                    "throwing|throw new IllegalStateException(\"boom\");|boom",
                    "overflows|return process(call);|StackOverflowError",
                    "returns-null|return null;|null",
                    "lacks-class|return Missing.decide();|Missing",
                    "hangs|while (true) { Thread.sleep(1000); }|deadline",
                    "blocks|return PolicyDecision.block(\"no\", \"no\");|BLOCK"
                })
        void fails(String id, String body, String cause) throws Exception {
            byte[] jar = TestPlugins.middleware(id, "1.0.0", "", body)
                    .source(
                            "test." + id.replace('-', '_') + ".Missing",
                            "package test." + id.replace('-', '_') + ";\n"
                                    + "class Missing { static"
                                    + " org.sallyport.api.policy.PolicyDecision"
                                    + " decide() { return null; } }")
                    .without("test." + id.replace('-', '_') + ".Missing")
                    .build();
            for (boolean critical : new boolean[] {true, false}) {
                Path home = Signer.TESTS.trustedIn(folder.resolve(id + critical));
                Files.createDirectories(home.resolve("conf"));
                Files.writeString(
                        home.resolve("conf/test.json"),
                        "{\"" + id + "\": {\"critical\": " + critical + "},"
                                + " \"org.sallyport.policy\": {\"deadline.millis\": 500}}");
                int port = SallyportProcess.freePort();
                try (Sallyport sallyport = Sallyport.builder()
                        .home(home)
                        .shipped(true)
                        .hosts(true)
                        .configuration("{\"org.sallyport.gateway\": {\"port\": " + port + "}}")
                        .start()) {
                    Signer.TESTS.install(sallyport, jar);
                    var endpoint = java.net.URI.create("http://127.0.0.1:" + port + "/mcp");
                    if (critical) {
                        var answer = McpSession.post(
                                endpoint,
                                "",
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                                        + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}}");
                        Document error = McpSession.read(answer).get("error");
                        assertThat(error.get("code").asLong(0))
                                .as("%s", answer.body())
                                .isEqualTo(-32603);
                        assertThat(error.get("message").text("")).contains(id);
                    } else {
                        assertThat(McpSession.open(endpoint).text("echo", HELLO))
                                .isEqualTo("hello");
                    }
                    assertThat(String.join("\n", sallyport.plugins().why(id)))
                            .as("why %s", id)
                            .contains(cause);
                }
            }
        }
    }

    @Nested
    @DisplayName("is broken when the host starts")
    class AtStart {
        /** What is no plugin cannot be signed as one; the last is one and could. */
        private static final List<String> UNSIGNED = List.of(
                "corrupt.jar", "half.jar", "text.jar", "empty.jar", "no-bundle.jar", "no-plugin.jar", "unsigned.jar");

        @Test
        @DisplayName("does not keep it from starting; each file is named with what is wrong with it")
        void allTogether() throws Exception {
            Path home = Signer.TESTS.trustedIn(folder.resolve("home"));
            Path deploy = Files.createDirectories(home.resolve("deploy"));
            byte[] good = TestPlugins.marker("good", "1.0.0", " [good]");
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("corrupt.jar", corrupt(good));
            files.put("half.jar", Arrays.copyOf(good, good.length / 2));
            files.put("text.jar", "this is no jar".getBytes(StandardCharsets.UTF_8));
            files.put("empty.jar", new byte[0]);
            files.put("no-bundle.jar", noBundle());
            files.put(
                    "no-plugin.jar",
                    PluginJar.of("test.library", "1.0.0")
                            .source("test.library.X", "package test.library; public class X {}")
                            .build());
            files.put(
                    "unresolvable.jar",
                    TestPlugins.middleware("unresolvable", "1.0.0", "", "return PolicyDecision.pass();")
                            .header("Import-Package", "com.nowhere,*")
                            .build());
            files.put("twin-a.jar", TestPlugins.marker("twin", "1.0.0", " [a]"));
            files.put("twin-b.jar", twinWithOtherName());
            files.put(
                    "throws.jar",
                    TestPlugins.middleware(
                                    "throwing",
                                    "1.0.0",
                                    "public Plugin() { throw new IllegalStateException(\"not today\"); }",
                                    "return PolicyDecision.pass();")
                            .build());
            files.put(
                    "hangs.jar",
                    TestPlugins.middleware(
                                    "hangs",
                                    "1.0.0",
                                    "@Activate void start() throws Exception { Thread.sleep(10_000_000); }",
                                    "return PolicyDecision.pass();")
                            .build());
            files.put("cycle-a.jar", inCycle("cycle-a", "cycle_b", "cycle_a"));
            files.put("cycle-b.jar", inCycle("cycle-b", "cycle_a", "cycle_b"));
            files.put("good.jar", good);
            files.put("unsigned.jar", TestPlugins.marker("unsigned", "1.0.0", " [unsigned]"));
            for (var file : files.entrySet()) {
                Path jar = deploy.resolve(file.getKey());
                if (UNSIGNED.contains(file.getKey())) {
                    Files.write(jar, file.getValue());
                } else {
                    Signer.TESTS.write(jar, file.getValue());
                }
            }

            try (SallyportProcess gateway = SallyportProcess.run(home)) {
                McpSession session = McpSession.open(gateway.mcp());
                Await.until(
                        "the good one in service",
                        () -> session.text("echo", HELLO).contains("[good]"));
                Await.until(
                        "the first of the twins in service",
                        () -> session.text("echo", HELLO).contains("[a]"));
                List<String> named = new ArrayList<>(UNSIGNED);
                named.add("twin-b.jar");
                for (String file : named) {
                    Await.until(
                            file + " is named in the log", () -> gateway.log().contains(file));
                }
                assertThat(session.text("echo", HELLO)).contains("[a]").doesNotContain("[b]", "[unsigned]");
                for (String cause : List.of("com.nowhere", "not today", "hangs", "cycle-a.jar", "cycle-b.jar")) {
                    Await.until(
                            cause + " is named in the log", () -> gateway.log().contains(cause));
                }
            }
        }
    }

    @Test
    @DisplayName("throws in activate is quarantined with its own words, and the old version serves on")
    void failedUpdate() throws Exception {
        try (Sallyport sallyport = Sallyport.builder()
                .home(Signer.TESTS.trustedIn(folder.resolve("home")))
                .start()) {
            Signer.TESTS.install(sallyport, TestPlugins.marker("marker", "1.0.0", " [v1]"));
            byte[] bad = TestPlugins.middleware(
                            "marker",
                            "2.0.0",
                            "@Activate void start() { throw new IllegalStateException(\"cannot find my keys\"); }",
                            "return PolicyDecision.pass();")
                    .build();

            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Signer.TESTS.install(sallyport, bad)))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("cannot find my keys");

            PluginStatus status = sallyport.plugins().find("marker").orElseThrow();
            assertThat(status.version()).isEqualTo("1.0.0");
            assertThat(status.state()).isIn(PluginState.ACTIVE, PluginState.PROBATION, PluginState.DEGRADED);
        }
    }

    private static byte[] corrupt(byte[] good) {
        byte[] bytes = good.clone();
        for (int i = bytes.length / 4; i < bytes.length / 2; i++) {
            bytes[i] ^= 0x5a;
        }
        return bytes;
    }

    private static byte[] noBundle() throws Exception {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
            zip.putNextEntry(new java.util.zip.ZipEntry("readme.txt"));
            zip.write("no bundle".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] twinWithOtherName() {
        return TestPlugins.middleware("twin", "1.0.0", "", "return mark(call, \" [b]\");")
                .header("Bundle-SymbolicName", "test.other.twin")
                .build();
    }

    /** Needs a service that only its partner offers once it has ours. */
    private static byte[] inCycle(String id, String needs, String offers) {
        return TestPlugins.middleware(
                        id,
                        "1.0.0",
                        "@Reference(target = \"(cycle=" + needs + ")\") MiddlewarePlugin partner;",
                        "return PolicyDecision.pass();")
                .build();
    }
}
