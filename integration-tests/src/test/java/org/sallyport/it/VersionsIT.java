package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine;

/** Versions of a plugin and their settings, with everything that is there in earnest. */
@DisplayName("Versions of a plugin")
class VersionsIT {
    private static final String ONLY = """
            {"type":"object","properties":{"%s":{"type":"string"}},"additionalProperties":false}""";

    @TempDir
    private Path folder;

    private Sallyport sallyport;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("home/conf"));
        Signer.TESTS.trustedIn(folder.resolve("home"));
        open();
    }

    private void open() {
        sallyport = Sallyport.builder().home(folder.resolve("home")).start();
    }

    @AfterEach
    void close() {
        sallyport.close();
    }

    /** Says its version and its settings; those have one key and no other one. */
    private byte[] says(String version, String key) {
        byte[] jar = PluginJar.of("test.says", version)
                .source("test.says.Plugin", """
                        package test.says;

                        import org.osgi.service.component.annotations.*;
                        import org.sallyport.api.config.Settings;
                        import org.sallyport.api.plugin.SallyportPlugin;
                        import org.sallyport.api.policy.*;
                        import org.sallyport.type.security.*;

                        @SallyportPlugin(id = "says", name = "Says", description = "Says what it was told")
                        @Component
                        public class Plugin implements SecurityPlugin {
                            @Override
                            public SecurityFilter configure(Settings settings) {
                                return call -> PolicyDecision.allow("%s " + settings.document(), "said");
                            }
                        }
                        """.formatted(version))
                .resource(
                        "META-INF/sallyport/says.schema.json",
                        ONLY.formatted(key).getBytes(StandardCharsets.UTF_8))
                .build();
        return Signer.TESTS.offer(sallyport, jar);
    }

    private void configure(String json) throws Exception {
        Path file = folder.resolve("home/conf/policy.json");
        Path half = Files.writeString(folder.resolve("policy.json"), json);
        Files.move(half, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private String said(String server) throws Exception {
        Document message =
                Json.read("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}".getBytes(StandardCharsets.UTF_8));
        PolicyEngine policy = sallyport.policy();
        return policy.pass(
                        policy.begin(new PolicyEngine.Party(server, "session", "someone", "", false)),
                        new PolicyEngine.Inbound(Message.MCP, Message.REQUEST, "tools/list", message, 60),
                        Optional.empty())
                .toCompletableFuture()
                .get()
                .report()
                .reason();
    }

    private void awaitSaid(String server, String what) throws Exception {
        Await.until(what, () -> said(server).equals("[says] " + what));
    }

    private String run(String scope, String verb, String... arguments) {
        return Rendering.document(sallyport.run(scope, verb, arguments).orElseThrow())
                .toJson();
    }

    @Test
    @DisplayName("stand side by side, each for the servers whose settings choose it, checked against its own schema")
    void side() throws Exception {
        configure("{\"says\":{\"a\":\"one\"}}");
        sallyport.plugins().install(says("1.0.0", "a"), "app");
        awaitSaid("", "1.0.0 {\"a\":\"one\"}");
        sallyport.plugins().installBeside(says("2.0.0", "b"), "app");
        assertThat(said("new")).isEqualTo("[says] 1.0.0 {\"a\":\"one\"}");

        configure("{\"says\":{\"a\":\"one\",\"servers\":{\"new\":{\"version\":\"[2,3)\",\"b\":\"two\"}}}}");
        awaitSaid("new", "2.0.0 {\"b\":\"two\"}");
        assertThat(said("old")).isEqualTo("[says] 1.0.0 {\"a\":\"one\"}");
        assertThat(run("policy", "chain", "new")).contains("\"version\":\"2.0.0\"", "in a version of [[2.0.0,3.0.0)]");

        sallyport.plugins().mark("says", new Version("2"), org.sallyport.api.plugin.Stage.BETA);
        assertThat(said("new")).as("a beta is only for who asks for it").doesNotContain("two");
        sallyport.plugins().mark("says", new Version("2"), org.sallyport.api.plugin.Stage.STABLE);
        assertThat(said("new")).isEqualTo("[says] 2.0.0 {\"b\":\"two\"}");

        sallyport.close();
        open();
        awaitSaid("new", "2.0.0 {\"b\":\"two\"}");
        awaitSaid("old", "1.0.0 {\"a\":\"one\"}");
    }

    @Nested
    @DisplayName("have settings of their own: version 1 knows [a], and the file says [b] since version 2")
    class Settings {
        @BeforeEach
        void update() throws Exception {
            configure("{\"says\":{\"a\":\"one\"}}");
            sallyport.plugins().install(says("1.0.0", "a"), "app");
            awaitSaid("", "1.0.0 {\"a\":\"one\"}");
            configure("{\"says\":{\"b\":\"two\"}}");
            sallyport.plugins().install(says("2.0.0", "b"), "app");
            awaitSaid("", "2.0.0 {\"b\":\"two\"}");
        }

        @Test
        @DisplayName("after a rollback version 1 has its value of [a], at once, until the file is changed")
        void rollback() throws Exception {
            assertThat(run("plugin", "rollback", "says", "--dry-run"))
                    .contains("[says] has the settings that it had in version [1.0.0]: [a] in place of [b]");
            assertThat(said("")).contains("2.0.0");

            sallyport.run("plugin", "rollback", "says");
            assertThat(said("")).isEqualTo("[says] 1.0.0 {\"a\":\"one\"}");
            assertThat(run("policy", "chain")).contains("with the settings that came back with this version");
            assertThat(String.join("\n", sallyport.plugins().why("says"))).contains("[a] in place of [b]");

            sallyport.close();
            open();
            awaitSaid("", "1.0.0 {\"a\":\"one\"}");

            configure("{\"says\":{\"a\":\"three\"}}");
            awaitSaid("", "1.0.0 {\"a\":\"three\"}");
        }

        @Test
        @DisplayName("forward again version 2 has what the file says")
        void forward() throws Exception {
            sallyport.run("plugin", "rollback", "says");
            sallyport.run("plugin", "rollback", "says");
            assertThat(said("")).isEqualTo("[says] 2.0.0 {\"b\":\"two\"}");
        }

        @Test
        @DisplayName("so it is when version 2 is taken back in probation")
        void probation() throws Exception {
            sallyport.service(PluginFaults.class).quarantine("says", "it eats threads");
            awaitSaid("", "1.0.0 {\"a\":\"one\"}");
            assertThat(String.join("\n", sallyport.plugins().why("says"))).contains("taken back: it eats threads");
        }
    }
}
