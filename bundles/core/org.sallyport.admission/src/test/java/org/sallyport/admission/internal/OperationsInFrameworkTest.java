package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("In a framework, an operation on a plugin")
class OperationsInFrameworkTest {
    @TempDir
    Path home;

    private TestRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        runtime = TestRuntime.start(home);
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    private void restart() throws Exception {
        runtime.close();
        runtime = TestRuntime.start(home);
    }

    private Object run(String verb, String... arguments) throws Exception {
        Map<String, String> values = new java.util.HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            values.put(arguments[i], arguments[i + 1]);
        }
        return runtime.verbs().get(verb).run(new Arguments(values, home));
    }

    private String shown(String verb, String... arguments) throws Exception {
        return Rendering.document(run(verb, arguments)).toJson();
    }

    private List<String> archives() throws Exception {
        try (Stream<Path> files = Files.walk(home.resolve("store"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Test
    @DisplayName("has a number, a progress and a result, by which it is found also after a restart")
    void operations() throws Exception {
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        failure(
                "failed_start",
                () -> runtime.install(PluginJar.of("x", "2.0.0")
                        .component(
                                "Plugin",
                                "Runnable",
                                "@Activate public Plugin() { throw new IllegalStateException(\"boom\"); }"
                                        + " public void run() {}")
                        .build()));
        runtime.admin.disable("x");
        // The same bytes again change nothing and are no operation.
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        restart();

        assertThat(shown("plugin:operations"))
                .contains(
                        "\"id\":3,\"operation\":\"disable\",\"plugin\":\"x\",\"version\":\"1.0.0\",\"outcome\":\"done\"",
                        "\"id\":2,\"operation\":\"update\",\"plugin\":\"x\",\"version\":\"2.0.0\",\"outcome\":\"failed\"",
                        "\"id\":1,\"operation\":\"install\",\"plugin\":\"x\",\"version\":\"1.0.0\",\"outcome\":\"done\"")
                .doesNotContain("\"id\":4")
                .matches(".*\"id\":3.*\"id\":2.*\"id\":1.*");
        assertThat(shown("plugin:operations", "id", "2")).contains("boom").startsWith("{");
        assertThat(failure("not_found", () -> run("plugin:operations", "id", "9")))
                .startsWith("There is no operation [9]; the last [1000] are remembered");
        assertThat(shown("plugin:history", "id", "x")).contains("boom", "disable", "install");
        runtime.admin.uninstall("x");
        assertThat(shown("plugin:history", "id", "x")).contains("uninstall");
        failure("not_found", () -> run("plugin:history", "id", "nobody"));
    }

    @Test
    @DisplayName("is recorded before it is done, and refused if it cannot be; what serves goes on serving")
    void audited() throws Exception {
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        runtime.auditFails = true;
        failure("audit_failed", () -> runtime.install(PluginJar.answering("x", "2.0.0", "two")));
        failure("audit_failed", () -> runtime.install(PluginJar.answering("y", "1.0.0", "y")));
        failure("audit_failed", () -> runtime.admin.uninstall("x"));

        assertThat(runtime.host.call("x")).isEqualTo("one");
        assertThat(runtime.admin.find("x").orElseThrow().version()).isEqualTo("1.0.0");

        runtime.auditFails = false;
        runtime.install(PluginJar.answering("x", "2.0.0", "two"));
        assertThat(runtime.begun).containsExactly("install x 1.0.0", "update x 2.0.0");
    }

    @Test
    @DisplayName("shows in the history of the plugin, as does that it was taken out of service unasked")
    void quarantine() throws Exception {
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        runtime.faults.quarantine("x", "it eats threads");
        await("quarantined", () -> runtime.state("x") == PluginState.QUARANTINED);
        // It is shown as quarantined a moment before that is told.
        await("told", () -> shown("plugin:history", "id", "x").contains("\"operation\":\"quarantine\""));

        assertThat(shown("plugin:history", "id", "x"))
                .contains("\"operation\":\"quarantine\",\"version\":\"1.0.0\",\"outcome\":\"done\"", "it eats threads");
    }

    @Test
    @DisplayName(
            "is a rollback: it goes back version by version, over restarts, and a file that still lies there stays")
    void rollback() throws Exception {
        byte[] three = PluginJar.answering("x", "3.0.0", "three");
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        runtime.install(PluginJar.answering("x", "2.0.0", "two"));
        runtime.admin.install(three, "deploy/x.jar");
        assertThat(runtime.host.call("x")).isEqualTo("three");

        assertThat(shown("plugin:rollback", "id", "x")).contains("\"version\":\"2.0.0\"", "rollback/test");
        assertThat(runtime.host.call("x")).isEqualTo("two");
        restart();
        assertThat(runtime.host.call("x")).isEqualTo("two");
        runtime.admin.install(three, "deploy/x.jar");
        assertThat(runtime.host.call("x")).isEqualTo("two");
        run("plugin:rollback", "id", "x");
        assertThat(runtime.host.call("x")).isEqualTo("one");
        run("plugin:rollback", "id", "x", "version", "3.0.0");
        assertThat(runtime.host.call("x")).isEqualTo("three");
        assertThat(shown("plugin:history", "id", "x")).contains("\"operation\":\"rollback\",\"version\":\"2.0.0\"");

        assertThat(failure("no_version", () -> run("plugin:rollback", "id", "x", "version", "9.9.9")))
                .isEqualTo("Plugin [x] has no version [9.9.9] to go back to; there are [2.0.0, 1.0.0]");
        runtime.install(PluginJar.answering("y", "1.0.0", "one"));
        assertThat(failure("no_version", () -> run("plugin:rollback", "id", "y")))
                .isEqualTo("Plugin [y] has no version to go back to; none was replaced");
    }

    @Test
    @DisplayName("that is a rollback of a plugin that is off leaves it off, and one whose archive is damaged changes"
            + " nothing")
    void rollbackOff() throws Exception {
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        byte[] two = PluginJar.answering("x", "2.0.0", "two");
        runtime.install(two);
        runtime.admin.disable("x");
        run("plugin:rollback", "id", "x");
        assertThat(runtime.state("x")).isEqualTo(PluginState.DISABLED);
        assertThat(runtime.status("x").version()).isEqualTo("1.0.0");
        runtime.admin.enable("x");
        assertThat(runtime.host.call("x")).isEqualTo("one");

        String digest = CheckedCandidate.sha256(two);
        Files.write(home.resolve("store/sha256/" + digest.substring(0, 2) + "/" + digest + ".jar"), new byte[1]);
        assertThat(failure("failed_start", () -> run("plugin:rollback", "id", "x")))
                .contains("was changed", "Version [1.0.0] serves on");
        assertThat(runtime.host.call("x")).isEqualTo("one");
    }

    @Test
    @DisplayName("leaves in the store what the plugin can go back to, and nothing when it is gone")
    void collected() throws Exception {
        for (int i = 1; i <= Desired.MAX_DISPLACED + 2; i++) {
            runtime.install(PluginJar.answering("x", i + ".0.0", "v" + i));
        }
        await("collected", () -> archives().size() == Desired.MAX_DISPLACED + 1);
        assertThat(archives())
                .doesNotContain(CheckedCandidate.sha256(PluginJar.answering("x", "1.0.0", "v1")) + ".jar");
        runtime.admin.uninstall("x");
        await("empty", () -> archives().isEmpty());
    }

    @Test
    @DisplayName("can be tried dry: it says what would stop, start and be rewired, and does nothing")
    void dryRun() throws Exception {
        byte[] base = PluginJar.answering("base", "1.0.0", "base");
        byte[] library = PluginJar.of("library", "1.0.0")
                .source("Shared", "public class Shared { public static String text() { return \"one\"; } }")
                .header("Export-Package", "test.library;version=1.0.0")
                .build();
        Path file = home.resolve("x.jar");
        Files.write(file, base);

        assertThat(shown("plugin:install", "file", "x.jar", "dry-run", "true"))
                .isEqualTo(
                        "{\"operation\":\"install\",\"plugin\":\"base\",\"stops\":\"\",\"starts\":\"1.0.0\",\"rewires\":[],\"along\":[],\"settings\":[]}");
        assertThat(runtime.admin.list()).isEmpty();
        runtime.install(base);
        assertThat(shown("plugin:install", "file", "x.jar", "dry-run", "true")).contains("\"operation\":\"none\"");
        Files.write(file, PluginJar.answering("base", "2.0.0", "two"));
        assertThat(shown("plugin:update", "id", "base", "file", "x.jar", "dry-run", "true"))
                .contains("\"operation\":\"update\"", "\"stops\":\"1.0.0\",\"starts\":\"2.0.0\"");
        assertThat(failure("no_version", () -> run("plugin:rollback", "id", "base", "dry-run", "true")))
                .contains("none was replaced");

        runtime.install(library);
        runtime.install(PluginJar.of("user", "1.0.0")
                .header("Import-Package", "test.library;version=\"[1,2)\",*")
                .build());
        assertThat(shown("plugin:uninstall", "id", "library", "with-dependents", "true", "dry-run", "true"))
                .contains("\"operation\":\"uninstall\"", "\"stops\":\"1.0.0\"", "\"along\":[\"user\"]");
        assertThat(shown("plugin:disable", "id", "user", "dry-run", "true")).contains("\"along\":[]");
        assertThat(shown("plugin:enable", "id", "user", "dry-run", "true")).contains("\"operation\":\"none\"");
        assertThat(runtime.host.call("base")).isEqualTo("base");
        assertThat(runtime.state("library")).isEqualTo(PluginState.ACTIVE);

        Files.write(file, new byte[10]);
        int audited = runtime.audit.size();
        failure("invalid_archive", () -> run("plugin:install", "file", "x.jar", "dry-run", "true"));
        assertThat(runtime.audit).as("nobody is told of a dry run").hasSize(audited);
        failure("not_found", () -> run("plugin:disable", "id", "nobody", "dry-run", "true"));
    }
}
