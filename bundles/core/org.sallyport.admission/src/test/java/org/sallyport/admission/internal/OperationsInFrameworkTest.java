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
    @DisplayName("shows in the history of the plugin, as does that it was taken out of service unasked")
    void quarantine() throws Exception {
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        runtime.faults.quarantine("x", "it eats threads");
        await("quarantined", () -> runtime.state("x") == PluginState.QUARANTINED);
        await(
                "told",
                () -> shown("plugin:history", "id", "x")
                        .startsWith("[{\"when\":\""
                                + runtime.status("x").since().toString().substring(0, 10)));

        assertThat(shown("plugin:history", "id", "x"))
                .contains("\"operation\":\"quarantine\",\"version\":\"1.0.0\",\"outcome\":\"done\"", "it eats threads");
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
}
