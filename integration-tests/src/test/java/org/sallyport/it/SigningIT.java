package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.trust.Evidence;

/** Who may bring code in: the rows of the supply chain, through the launcher. */
@DisplayName("A plugin that")
class SigningIT {
    private static final Signer STRANGER = new Signer("stranger");

    @TempDir
    private Path folder;

    private Sallyport start() {
        return Sallyport.builder().home(folder.resolve("home")).start();
    }

    private Sallyport trusting() throws Exception {
        Signer.TESTS.trustedIn(folder.resolve("home"));
        return start();
    }

    private static byte[] marker(String version) {
        return TestPlugins.marker("marker", version, " [" + version + "]");
    }

    private static String refusal(ThrowingCallable installation) {
        PluginException refused = catchThrowableOfType(PluginException.class, installation);
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.code()).as(refused.getMessage()).isEqualTo("refused");
        return refused.getMessage();
    }

    @Test
    @DisplayName("is not signed does not come in, whatever an application says of the gates")
    void unsigned() {
        try (Sallyport sallyport = Sallyport.builder()
                .home(folder.resolve("home"))
                .property("sallyport.gates", "archive")
                .property("sallyport.dev", "true")
                .start()) {
            assertThat(refusal(() -> sallyport.plugins().install(marker("1.0.0"), "test")))
                    .contains("the gate [signature] refused it: it is not signed");
            assertThat(sallyport.plugins().find("marker").orElseThrow().state()).isEqualTo(PluginState.BLOCKED);
        }
    }

    @Test
    @DisplayName("was changed after it was signed, or got an entry more, does not come in")
    void tampered() throws Exception {
        byte[] good = marker("1.0.0");
        byte[] more = withEntry(good);
        byte[] envelope = Signer.TESTS.envelope(good).getBytes(StandardCharsets.UTF_8);
        try (Sallyport sallyport = trusting()) {
            sallyport.service(Evidence.class).offer(Signer.sha256(more), envelope);
            assertThat(refusal(() -> sallyport.plugins().install(more, "test")))
                    .contains("its envelope does not fit: it was made for other bytes");
        }
    }

    @Test
    @DisplayName("is signed by an unknown key does not come in, and one of a publisher of other plugins neither")
    void strangers() throws Exception {
        Signer.trust(
                folder.resolve("home"), Document.object("stranger", STRANGER.publisher("internal", "other", "acme.*")));
        try (Sallyport sallyport = start()) {
            assertThat(refusal(() -> Signer.TESTS.install(sallyport, marker("1.0.0"))))
                    .contains("the key [" + Signer.TESTS.id() + "] that signed it is not trusted here", "'key:trust'");
            assertThat(refusal(() -> STRANGER.install(sallyport, marker("1.0.0"))))
                    .contains("it is signed by [stranger], who may sign [other, acme.*] and not [marker]");
        }
    }

    @Test
    @DisplayName("another publisher signed first stays that publisher's")
    void pinned() throws Exception {
        Signer.trust(
                folder.resolve("home"),
                Document.object("tests", Signer.TESTS.publisher("internal", "*"))
                        .with("stranger", STRANGER.publisher("internal", "*")));
        try (Sallyport sallyport = start()) {
            Signer.TESTS.install(sallyport, marker("1.0.0"));

            assertThat(refusal(() -> STRANGER.install(sallyport, marker("1.1.0"))))
                    .contains("it is signed by [stranger], and the plugin [marker] belongs to [tests]");
            assertThat(sallyport.plugins().find("marker").orElseThrow().version())
                    .isEqualTo("1.0.0");

            sallyport.run("plugin", "pin", "marker", "--publisher", "stranger");
            assertThat(STRANGER.install(sallyport, marker("1.1.0")).version()).isEqualTo("1.1.0");
        }
    }

    @Test
    @DisplayName("is older than what was in service does not come in again, but a rollback brings it back")
    void replay() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Signer.TESTS.install(sallyport, marker("1.0.0"));
            Signer.TESTS.install(sallyport, marker("2.0.0"));
            String older = "its version [1.0.0] is older than [2.0.0], which was in service";

            assertThat(refusal(() -> Signer.TESTS.install(sallyport, marker("1.0.0"))))
                    .contains(older);
            assertThat(refusal(() -> sallyport.run("plugin", "install", written(marker("1.0.0")), "--dry-run")))
                    .contains(older);

            sallyport.run("plugin", "rollback", "marker");
            assertThat(sallyport.plugins().find("marker").orElseThrow().version())
                    .isEqualTo("1.0.0");
            sallyport.plugins().uninstall("marker");
        }
        try (Sallyport sallyport = start()) {
            assertThat(refusal(() -> Signer.TESTS.install(sallyport, marker("1.5.0"))))
                    .contains("its version [1.5.0] is older than [2.0.0]");
            sallyport.run("plugin", "pin", "marker", "--lowest", "1.5.0");
            assertThat(Signer.TESTS.install(sallyport, marker("1.5.0")).state()).isEqualTo(PluginState.ACTIVE);
        }
    }

    @Test
    @DisplayName("went back to an older version has it after a restart, too")
    void rolledBack() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Signer.TESTS.install(sallyport, marker("1.0.0"));
            Signer.TESTS.install(sallyport, marker("2.0.0"));
            sallyport.run("plugin", "rollback", "marker");
        }
        try (Sallyport sallyport = start()) {
            assertThat(sallyport.plugins().find("marker").orElseThrow().version())
                    .isEqualTo("1.0.0");
            assertThat(sallyport.plugins().inService().find("marker")).isPresent();
        }
    }

    @Test
    @DisplayName("rests on a key that is revoked is taken out of service, and stays out after a restart")
    void revoked() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Signer.TESTS.install(sallyport, marker("1.0.0"));
            sallyport.run("key", "revoke", Signer.TESTS.id(), "--reason", "it was stolen");

            Await.until(
                    "out of service",
                    () -> sallyport.plugins().inService().find("marker").isEmpty());
            assertThat(refusal(() -> Signer.TESTS.install(sallyport, marker("1.1.0"))))
                    .contains("the key [" + Signer.TESTS.id() + "] that signed it was revoked at [", "it was stolen");
        }
        try (Sallyport sallyport = start()) {
            var status = sallyport.plugins().find("marker").orElseThrow();
            assertThat(status.state()).isEqualTo(PluginState.QUARANTINED);
            assertThat(status.cause()).contains("was revoked at [", "it was stolen");
        }
    }

    @Test
    @DisplayName("may not have the level [internal] runs elsewhere: by its signer, its manifest or the operator")
    void levels() throws Exception {
        Path home = folder.resolve("home");
        Signer.trust(home, Document.object("tests", Signer.TESTS.publisher("partner", "*")));
        try (Sallyport sallyport = start()) {
            Signer.TESTS.install(sallyport, marker("1.0.0"));
            assertPlace(sallyport, "marker", "partner", "worker");

            sallyport.run("key", "trust", Signer.TESTS.id(), "--level", "internal");
            byte[] modest = modest();
            Signer.TESTS.install(sallyport, modest);
            assertPlace(sallyport, "modest", "untrusted", "worker");
            Signer.TESTS.install(sallyport, marker("1.1.0"));
            assertPlace(sallyport, "marker", "internal", "host");
            Document info =
                    Rendering.document(sallyport.run("plugin", "info", "marker").orElseThrow());
            assertThat(info.get("publisher").text("")).isEqualTo("tests");
            assertThat(info.get("key").text("")).isEqualTo(Signer.TESTS.id());
        }
        Document trust = Document.object(
                        "publishers", Document.object("tests", Signer.TESTS.publisher("internal", "*")))
                .with("limits", Document.fromJava(Map.of("marker", "partner")));
        java.nio.file.Files.writeString(home.resolve("keys/trust.json"), trust.toJson());
        try (Sallyport sallyport = start()) {
            assertPlace(sallyport, "marker", "partner", "worker");
        }
        try (Sallyport sallyport = Sallyport.builder()
                .home(home)
                .property("sallyport.tiers.partner", "host")
                .start()) {
            var status = sallyport.plugins().find("marker").orElseThrow();
            assertThat(status.state()).isEqualTo(PluginState.QUARANTINED);
            assertThat(status.cause())
                    .contains(
                            "the gate [tier] could not check it: ",
                            "only the level [internal] may have the tier [host]");
        }
    }

    private static void assertPlace(Sallyport sallyport, String plugin, String level, String tier) {
        assertThat(sallyport.plugins().inService().find(plugin)).isPresent();
        Document info =
                Rendering.document(sallyport.run("plugin", "info", plugin).orElseThrow());
        assertThat(info.get("level").text("")).isEqualTo(level);
        assertThat(info.get("tier").text("")).isEqualTo(tier);
    }

    @Test
    @DisplayName("nobody can judge, as the trust file is damaged, does not come in, and the host starts")
    void damagedTrust() throws Exception {
        Path home = folder.resolve("home");
        try (Sallyport sallyport = trusting()) {
            Signer.TESTS.install(sallyport, marker("1.0.0"));
        }
        java.nio.file.Files.writeString(home.resolve("keys/trust.json"), "{\n  \"publishers\": [}\n");
        try (Sallyport sallyport = start()) {
            var status = sallyport.plugins().find("marker").orElseThrow();
            assertThat(status.state()).isEqualTo(PluginState.QUARANTINED);
            assertThat(status.cause()).contains("could not check it", "trust.json:2:");
        }
    }

    @Test
    @DisplayName("ships with Sallyport comes in by its signature, like a stranger's")
    void shipped() {
        try (Sallyport sallyport =
                Sallyport.builder().home(folder.resolve("home")).shipped(true).start()) {
            assertThat(sallyport.plugins().list()).isNotEmpty().allSatisfy(plugin -> {
                assertThat(plugin.state()).as(plugin.toString()).isIn(PluginState.ACTIVE, PluginState.DEGRADED);
                Document info = Rendering.document(
                        sallyport.run("plugin", "info", plugin.id()).orElseThrow());
                assertThat(info.get("publisher").text("")).isEqualTo("sallyport");
                assertThat(info.get("level").text("")).isEqualTo("internal");
            });
        }
    }

    private static byte[] modest() {
        return PluginJar.of("test.modest", "1.0.0")
                .source("test.modest.Modest", """
                        package test.modest;

                        import org.osgi.service.component.annotations.Component;
                        import org.sallyport.api.hook.*;
                        import org.sallyport.api.plugin.*;

                        @SallyportPlugin(id = "modest", name = "Modest", description = "Wants no trust",
                                trustLevel = TrustLevel.UNTRUSTED)
                        @HandlesHook(name = "greeting")
                        @Component
                        public class Modest implements FilterHandler<String> {
                            @Override
                            public String filter(String greeting, HookCall call) {
                                return greeting;
                            }
                        }
                        """)
                .build();
    }

    private String written(byte[] jar) throws Exception {
        return Signer.TESTS.write(folder.resolve("written.jar"), jar).toString();
    }

    private static byte[] withEntry(byte[] jar) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(in.readAllBytes());
            }
            out.putNextEntry(new ZipEntry("more/B.class"));
            out.write(Arrays.copyOf(jar, 10));
        }
        return bytes.toByteArray();
    }
}
