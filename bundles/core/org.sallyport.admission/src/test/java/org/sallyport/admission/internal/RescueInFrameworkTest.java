package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

@DisplayName("In a framework that does not start well")
class RescueInFrameworkTest {
    @TempDir
    Path home;

    private TestRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        runtime = TestRuntime.start(home);
        for (String id : List.of("a", "b", "c", "d")) {
            runtime.install(PluginJar.answering(id, "1.0.0", id));
        }
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    /** As after so many starts whose process just ended. */
    private void restartAfter(int failed) throws Exception {
        runtime.close();
        Files.writeString(home.resolve("registry/starts"), Integer.toString(failed));
        runtime = TestRuntime.start(home);
    }

    private String run(String verb, String... arguments) throws Exception {
        Map<String, String> values = arguments.length == 0 ? Map.of() : Map.of(arguments[0], arguments[1]);
        return Rendering.document(runtime.verbs().get(verb).run(new Arguments(values, home)))
                .toJson();
    }

    private String serving() {
        return Stream.of("a", "b", "c", "d")
                .filter(id -> runtime.host.call(id).equals(id))
                .collect(Collectors.joining());
    }

    @Test
    @DisplayName("no plugin is started after three failed starts, until the operator says so; two are not enough")
    void guard() throws Exception {
        restartAfter(2);
        assertThat(serving()).isEqualTo("abcd");
        restartAfter(3);
        assertThat(serving()).isEmpty();
        assertThat(runtime.why("a"))
                .contains("DISABLED", "[3] starts failed one after the other", "sallyport:bisect", "sallyport:restore");
        assertThat(runtime.admin.enable("b").state()).isEqualTo(PluginState.ACTIVE);
        runtime.close();
        runtime = TestRuntime.start(home);
        assertThat(serving()).as("still, as nothing was said").isEmpty();

        assertThat(run("sallyport:restore")).isEqualTo("\"[4] plugins are in service\"");
        assertThat(serving()).isEqualTo("abcd");
        runtime.close();
        runtime = TestRuntime.start(home);
        assertThat(serving()).isEqualTo("abcd");
    }

    @Test
    @DisplayName("what safe mode held back can be left off for good")
    void keep() throws Exception {
        restartAfter(3);
        runtime.admin.enable("b");
        assertThat(run("sallyport:keep")).isEqualTo("\"Disabled [a, c, d]. [1] plugins are in service\"");
        runtime.close();
        runtime = TestRuntime.start(home);
        assertThat(serving()).isEqualTo("b");
        assertThat(runtime.admin.list()).extracting(PluginStatus::desired).containsOnly("disabled", "enabled");
        assertThat(run("plugin:history", "id", "a")).contains("disable", "kept off when safe mode was left");
    }

    @Test
    @DisplayName("a search finds the culprits over restarts; those that were cleared stay off until its end")
    void bisect() throws Exception {
        restartAfter(3);
        // b and d do harm.
        assertThat(run("sallyport:bisect", "step", "start")).contains("\"on\":[\"a\",\"b\"]", "\"suspected\":4");
        assertThat(serving()).isEqualTo("ab");
        run("sallyport:bisect", "step", "bad");
        assertThat(serving()).isEqualTo("a");
        runtime.close();
        runtime = TestRuntime.start(home);
        assertThat(serving()).isEqualTo("a");
        assertThat(runtime.why("b")).contains("while 'sallyport:bisect' looks for a culprit");
        assertThat(run("sallyport:bisect", "step", "good")).contains("\"culprits\":[\"b\"]", "\"cleared\":[\"a\"]");
        assertThat(serving()).isEqualTo("cd");
        run("sallyport:bisect", "step", "bad");
        assertThat(serving()).isEqualTo("c");
        assertThat(run("sallyport:bisect", "step", "good"))
                .contains("\"culprits\":[\"b\",\"d\"]", "The culprits are disabled, the others on again");

        assertThat(serving()).isEqualTo("ac");
        assertThat(runtime.status("d").desired()).isEqualTo("disabled");
        assertThat(run("plugin:history", "id", "d")).contains("found that it does harm");
        failure("no_search", () -> run("sallyport:bisect", "step", "good"));
        runtime.close();
        runtime = TestRuntime.start(home);
        assertThat(serving()).isEqualTo("ac");
    }

    @Test
    @DisplayName("a try that ends the process counts as harm, and a search can be ended")
    void crash() throws Exception {
        run("sallyport:bisect", "step", "start");
        assertThat(serving()).isEqualTo("ab");
        restartAfter(1);
        assertThat(serving()).isEqualTo("a");
        failure("invalid_argument", () -> run("sallyport:bisect", "step", "maybe"));
        run("sallyport:bisect", "step", "stop");
        assertThat(serving()).isEqualTo("abcd");
    }
}
