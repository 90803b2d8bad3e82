package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/** What plugins ask for and what they get, through the launcher. */
@DisplayName("A plugin that asks for permissions")
class PermissionsIT {
    private static final PluginId ID = new PluginId("asking");

    @TempDir
    private Path folder;

    private Sallyport start() {
        return Sallyport.builder().home(folder.resolve("home")).start();
    }

    private Sallyport trusting() throws Exception {
        Signer.TESTS.trustedIn(folder.resolve("home"));
        return start();
    }

    /** Its permissions as {@code type.action:scope}. */
    private static byte[] asking(String version, String... permissions) {
        return TestPlugins.middleware("asking", version, "", "return PolicyDecision.pass();")
                .header(
                        "Require-Capability",
                        Stream.of(permissions)
                                .map(text -> {
                                    Permission one = Permission.parse(text).get(0);
                                    return "org.sallyport.permission;effective:=grant;type=" + one.type()
                                            + ";actions:List<String>=" + one.action()
                                            + (one.scope().isEmpty() ? "" : ";scope=\"" + one.scope() + "\"");
                                })
                                .collect(Collectors.joining(",")))
                .build();
    }

    private static PluginStatus status(Sallyport sallyport) {
        return sallyport.plugins().find("asking").orElseThrow();
    }

    private static void awaitServing(Sallyport sallyport, String version) throws InterruptedException {
        Await.until(
                "version " + version + " in service",
                () -> sallyport
                        .plugins()
                        .inService()
                        .find("asking")
                        .filter(one -> one.version().toString().equals(version))
                        .isPresent());
        Await.until("shown so", () -> status(sallyport).state().inService());
    }

    private static List<String> granted(Sallyport sallyport, String version) {
        return sallyport.service(Grants.class).of(ID, new Version(version)).list().stream()
                .map(Permission::toString)
                .toList();
    }

    private static List<Document> listed(Sallyport sallyport) {
        return Rendering.document(sallyport.run("permission", "list", "asking").orElseThrow())
                .values();
    }

    private static String code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PluginException thrown = org.assertj.core.api.Assertions.catchThrowableOfType(PluginException.class, call);
        assertThat(thrown).isNotNull();
        return thrown.code();
    }

    @Test
    @DisplayName("is held until somebody agrees, then comes in by itself, and stays in after a restart")
    void held() throws Exception {
        byte[] plugin = asking("1.0.0", "file.read:/etc/hosts", "env.read:HOME");
        try (Sallyport sallyport = trusting()) {
            assertThatThrownBy(() -> Signer.TESTS.install(sallyport, plugin))
                    .hasMessageContaining("the gate [permission] holds it")
                    .hasMessageContaining("[file.read:/etc/hosts], [env.read:HOME]")
                    .hasMessageContaining("permission:grant asking --all");
            assertThat(status(sallyport).state()).isEqualTo(PluginState.HELD);
            assertThat(granted(sallyport, "1.0.0")).isEmpty();
        }
        try (Sallyport sallyport = start()) {
            Await.until("held again", () -> status(sallyport).state() == PluginState.HELD);

            sallyport.run("permission", "grant", "asking", "--all");

            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME", "file.read:/etc/hosts");
        }
        try (Sallyport sallyport = start()) {
            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME", "file.read:/etc/hosts");
            assertThat(Files.readString(folder.resolve("home/audit/lifecycle.jsonl")))
                    .contains("\"event\":\"permission.grant\"", "\"event\":\"plugin.held\"");
        }
    }

    @Test
    @DisplayName("for more than the version before is held while that serves on; for less or as much it is not")
    void updates() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Path file = Signer.TESTS.write(folder.resolve("a.jar"), asking("1.0.0", "env.read:HOME", "env.read:PATH"));
            sallyport.run("plugin", "install", file.toString(), "--grant");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME", "env.read:PATH");

            assertThat(code(() -> Signer.TESTS.install(sallyport, asking("2.0.0", "env.read"))))
                    .isEqualTo("held");
            assertThat(status(sallyport).version()).isEqualTo("1.0.0");
            assertThat(status(sallyport).state().inService()).isTrue();
            assertThat(sallyport.plugins().why("asking"))
                    .anyMatch(line -> line.contains("Version [2.0.0]") && line.contains("waits to come in"));

            sallyport.run("permission", "grant", "asking", "--all");
            awaitServing(sallyport, "2.0.0");
            assertThat(granted(sallyport, "2.0.0")).containsExactly("env.read");

            Signer.TESTS.install(sallyport, asking("3.0.0", "env.read:HOME"));
            awaitServing(sallyport, "3.0.0");
            assertThat(granted(sallyport, "3.0.0")).containsExactly("env.read:HOME");

            sallyport.run("plugin", "rollback", "asking");
            awaitServing(sallyport, "2.0.0");
            assertThat(granted(sallyport, "2.0.0")).containsExactly("env.read");

            sallyport.run("plugin", "rollback", "asking", "1.0.0");
            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME", "env.read:PATH");
        }
    }

    @Test
    @DisplayName("waits beside the version that serves over a restart, too, and comes in when somebody agrees")
    void heldUpdateAfterRestart() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Signer.TESTS.install(sallyport, asking("1.0.0"));
            assertThat(code(() -> Signer.TESTS.install(sallyport, asking("2.0.0", "env.read:HOME"))))
                    .isEqualTo("held");
        }
        try (Sallyport sallyport = start()) {
            awaitServing(sallyport, "1.0.0");
            Await.until(
                    "it waits again",
                    () -> sallyport.plugins().why("asking").stream()
                            .anyMatch(line -> line.contains("waits to come in")));

            sallyport.run("permission", "grant", "asking", "env.read:HOME", "--version", "2.0.0");

            awaitServing(sallyport, "2.0.0");
        }
    }

    @Test
    @DisplayName(
            "loses one that is taken back while it runs, and runs on without; it can be given back, and a part of it")
    void revoked() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Path file =
                    Signer.TESTS.write(folder.resolve("a.jar"), asking("1.0.0", "file.read:/etc/**", "env.read:HOME"));
            sallyport.run("plugin", "install", file.toString(), "--grant");
            var before = sallyport.service(Grants.class).of(ID, new Version("1.0.0"));
            assertThat(before.permits("file", "read", "/etc/hosts")).isTrue();

            sallyport.run("permission", "revoke", "asking", "file.read:/etc/**");

            var after = sallyport.service(Grants.class).of(ID, new Version("1.0.0"));
            assertThat(after.permits("file", "read", "/etc/hosts")).isFalse();
            assertThat(after.permits("env", "read", "HOME")).isTrue();
            assertThat(status(sallyport).state().inService()).isTrue();
            assertThat(listed(sallyport))
                    .extracting(one -> one.get("permission").text("") + " "
                            + one.get("state").text(""))
                    .containsExactly("file.read:/etc/** refused", "env.read:HOME granted");

            sallyport.run("permission", "grant", "asking", "file.read:/etc/hosts");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME", "file.read:/etc/hosts");
        }
        try (Sallyport sallyport = start()) {
            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME", "file.read:/etc/hosts");
        }
    }

    @Test
    @DisplayName("comes in without one that was refused beforehand, and is granted none that it does not ask for")
    void refused() throws Exception {
        try (Sallyport sallyport = trusting()) {
            assertThat(code(() -> Signer.TESTS.install(sallyport, asking("1.0.0", "env.read:HOME", "env.read:PATH"))))
                    .isEqualTo("held");

            assertThat(code(() -> sallyport.run("permission", "grant", "asking", "env.read:USER")))
                    .isEqualTo("not_asked");
            assertThat(code(() -> sallyport.run("permission", "grant", "asking", "env.raed:USER")))
                    .isEqualTo("usage");
            sallyport.run("permission", "revoke", "asking", "env.read:PATH");
            assertThat(status(sallyport).state()).isEqualTo(PluginState.HELD);
            sallyport.run("permission", "grant", "asking", "env.read:HOME");

            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME");
        }
    }

    @Test
    @DisplayName("is not asked about where its publisher's line of the configuration agrees; a renamed copy neither")
    void configured() throws Exception {
        Path home = folder.resolve("home");
        Signer.trust(
                home,
                Document.object(
                        "tests",
                        Signer.TESTS
                                .publisher("internal", "*")
                                .with("consent", Document.fromJava(List.of("env.read")))));
        try (Sallyport sallyport = start()) {
            Signer.TESTS.install(sallyport, asking("1.0.0", "env.read:HOME"));
            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME");

            assertThat(code(() -> Signer.TESTS.install(sallyport, asking("2.0.0", "env.read:HOME", "file.read:/x"))))
                    .isEqualTo("held");
            sallyport.run("permission", "revoke", "asking", "--all", "--version", "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).isEmpty();
        }
    }

    @Test
    @DisplayName("has them from a registry in a database, too")
    void inDatabase() throws Exception {
        Path registry = Files.createDirectories(folder.resolve("home/registry"));
        Files.writeString(
                registry.resolve("store.json"),
                "{\"store\": \"sql\", \"url\": \"jdbc:h2:{home}/registry/sql\", \"drivers\": [\"h2.jar\"]}");
        Files.copy(
                Path.of(org.h2.Driver.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()),
                registry.resolve("h2.jar"));
        try (Sallyport sallyport = trusting()) {
            Path file = Signer.TESTS.write(folder.resolve("a.jar"), asking("1.0.0", "env.read:HOME", "env.read:PATH"));
            sallyport.run("plugin", "install", file.toString(), "--grant");
            sallyport.run("permission", "revoke", "asking", "env.read:PATH");
        }
        try (Sallyport sallyport = start()) {
            awaitServing(sallyport, "1.0.0");
            assertThat(granted(sallyport, "1.0.0")).containsExactly("env.read:HOME");
            assertThat(sallyport
                            .run("permission", "history", "asking")
                            .orElseThrow()
                            .toString())
                    .contains("grant", "revoke");
        }
    }

    @Test
    @DisplayName("which nobody understands, or which its level may not have, is refused")
    void wrong() throws Exception {
        byte[] misspelt = TestPlugins.middleware("asking", "1.0.0", "", "return PolicyDecision.pass();")
                .header(
                        "Require-Capability",
                        "org.sallyport.permission;effective:=grant;type=net;actions:List<String>=conect")
                .build();
        try (Sallyport sallyport = trusting()) {
            assertThatThrownBy(() -> Signer.TESTS.install(sallyport, misspelt))
                    .hasMessageContaining("the gate [permission] refused it")
                    .hasMessageContaining("did you mean [net.connect]?");
            assertThat(status(sallyport).state()).isEqualTo(PluginState.BLOCKED);
        }
    }

    @Test
    @DisplayName("is told of a denial by name, permission, scope and command, and so is the audit, once")
    void denied() throws Exception {
        try (Sallyport sallyport = trusting()) {
            Signer.TESTS.install(sallyport, asking("1.0.0"));
            PermissionUse use = sallyport.service(PermissionUse.class);
            Permission act = new Permission("file", "read", "/etc/passwd");

            String sentence = use.report(ID, new Version("1.0.0"), act, false, "test");
            for (int i = 0; i < 99; i++) {
                use.report(ID, new Version("1.0.0"), act, false, "test");
            }

            assertThat(sentence)
                    .contains("[asking]", "[1.0.0]", "[file.read]", "[/etc/passwd]")
                    .contains("'permission:grant asking file.read:/etc/passwd --version 1.0.0'")
                    .contains("@RequiresPermission(type = \"file\", actions = \"read\", scope = \"/etc/passwd\")");
            Document why = Rendering.document(
                            sallyport.run("permission", "why", "asking").orElseThrow())
                    .values()
                    .get(0);
            assertThat(why.get("times").asLong(0)).isEqualTo(100);
            Path audit = folder.resolve("home/audit/lifecycle.jsonl");
            Await.until("the audit knows", () -> read(audit).contains("permission.denied"));
            assertThat(sallyport
                            .run("permission", "manifest", "asking")
                            .orElseThrow()
                            .toString())
                    .isEqualTo("@RequiresPermission(type = \"file\", actions = \"read\", scope = \"/etc/passwd\")");
            assertThat(code(() -> sallyport.run("permission", "record", "asking")))
                    .isEqualTo("refused");
        }
        List<String> denials = Files.readString(folder.resolve("home/audit/lifecycle.jsonl"))
                .lines()
                .filter(line -> line.contains("permission.denied"))
                .toList();
        assertThat(denials).hasSizeBetween(1, 2);
        assertThat(denials.stream()
                        .mapToLong(line -> Long.parseLong(line.replaceAll(".*\"times\":\"(\\d+)\".*", "$1")))
                        .sum())
                .isEqualTo(100);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return "";
        }
    }

    @Test
    @DisplayName("is told of the shipped ones that they are granted what they ask for, by their publisher's line alone")
    void shipped() throws Exception {
        try (Sallyport sallyport =
                Sallyport.builder().home(folder.resolve("home")).shipped(true).start()) {
            List<Document> lines = Rendering.document(
                            sallyport.run("permission", "list").orElseThrow())
                    .values();

            assertThat(lines).isNotEmpty();
            assertThat(lines).allSatisfy(line -> {
                assertThat(line.get("open").asLong(-1)).isZero();
                assertThat(line.get("granted").asLong(-1))
                        .isEqualTo(line.get("declared").asLong(-2));
            });
            assertThat(lines).anyMatch(line -> line.get("declared").asLong(0) > 0);
        }
    }
}
