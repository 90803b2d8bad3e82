package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("In a framework, a plugin that others use")
class DependentsInFrameworkTest {
    @TempDir
    Path home;

    private TestRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        runtime = TestRuntime.start(home);
        runtime.install(PluginJar.library("base", "1.0.0", "base").build());
        runtime.install(PluginJar.using("middle", "1.0.0", "base", "1")
                .source("Shared", "public class Shared { public static String text() { return \"middle\"; } }")
                .header("Export-Package", "test.middle;version=1.0.0")
                .build());
        runtime.install(PluginJar.using("top", "1.0.0", "middle", "1").build());
        runtime.install(PluginJar.answering("other", "1.0.0", "other"));
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    private void restart() throws Exception {
        runtime.close();
        runtime = TestRuntime.start(home);
        // Those that need others wait for them, and come in when they are there.
        for (String id : List.of("base", "middle", "top")) {
            await(
                    "it is as wanted",
                    () -> runtime.status(id).desired().equals("enabled")
                            == runtime.state(id).inService());
        }
    }

    private void allServe() {
        assertThat(runtime.host.call("middle")).isEqualTo("base");
        assertThat(runtime.host.call("top")).isEqualTo("middle");
        assertThat(runtime.host.call("other")).isEqualTo("other");
        assertThat(runtime.state("base")).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    @DisplayName("is not taken out under them: it is refused, with those that use it and the command that goes on")
    void refused() throws Exception {
        for (String dry : List.of("", "true")) {
            assertThat(failure("in_use", () -> change("plugin:disable", "base", "dry-run", dry)))
                    .isEqualTo("Plugin [base] was not changed: [middle, top] use it. Take out all of them with"
                            + " 'plugin:disable base --with-dependents'");
            assertThat(failure("in_use", () -> change("plugin:uninstall", "middle", "dry-run", dry)))
                    .isEqualTo("Plugin [middle] was not changed: [top] uses it. Take out all of them with"
                            + " 'plugin:uninstall middle --with-dependents'");
        }
        allServe();
        failure("in_use", () -> runtime.admin.uninstall("base"));
        restart();
        allServe();
    }

    private String change(String verb, String id, String... options) throws Exception {
        return runtime.run(home, verb, List.of("id", id), options);
    }

    @Test
    @DisplayName("is switched off after those that use it if asked, and brings them back, also after a restart")
    void disabled() throws Exception {
        assertThat(change("plugin:disable", "base", "with-dependents", "true", "dry-run", "true"))
                .contains("\"operation\":\"disable\"", "\"rewires\":[],\"along\":[\"top\",\"middle\"]");
        allServe();
        runtime.audit.clear();

        assertThat(change("plugin:disable", "base", "with-dependents", "true"))
                .contains("\"state\":\"DISABLED\"", "\"along\":[\"top\",\"middle\"]");

        assertThat(runtime.audit.stream().map(line -> line.substring(0, line.indexOf(" {"))))
                .containsExactly("plugin.disabled top", "plugin.disabled middle", "plugin.disabled base");
        assertThat(change("plugin:history", "top")).contains("together with [base], which it uses");
        assertThat(runtime.host.call("top")).isEqualTo("none");
        assertThat(runtime.plugins()).hasSize(1);
        restart();
        assertThat(runtime.host.call("middle")).isEqualTo("none");
        assertThat(change("plugin:enable", "base", "dry-run", "true")).contains("\"along\":[\"middle\",\"top\"]");
        assertThat(change("plugin:enable", "base")).contains("\"along\":[\"middle\",\"top\"]");
        allServe();
    }

    @Test
    @DisplayName("brings those back that need each other, in whatever order their names are")
    void order() throws Exception {
        runtime.install(PluginJar.using("a-first", "1.0.0", "middle", "1").build());
        change("plugin:disable", "base", "with-dependents", "true");

        assertThat(change("plugin:enable", "base")).contains("\"along\":[\"middle\",", "\"a-first\"", "\"top\"");
        assertThat(runtime.host.call("a-first")).isEqualTo("middle");
        allServe();
    }

    @Test
    @DisplayName("does not bring back what was switched off by itself, before or since")
    void byItself() throws Exception {
        runtime.admin.disable("top");
        change("plugin:disable", "base", "with-dependents", "true");
        runtime.admin.disable("middle");

        assertThat(change("plugin:enable", "base")).contains("\"along\":[]");
        assertThat(runtime.state("middle")).isEqualTo(PluginState.DISABLED);
        assertThat(runtime.state("top")).isEqualTo(PluginState.DISABLED);
    }

    @Test
    @DisplayName("is uninstalled after those that use it if asked")
    void uninstalled() throws Exception {
        assertThat(change("plugin:uninstall", "middle", "with-dependents", "true"))
                .contains("\"state\":\"UNINSTALLED\"", "\"along\":[\"top\"]");

        assertThat(runtime.admin.list().stream().map(status -> status.id())).containsExactly("base", "other");
        assertThat(runtime.admin.uninstall("base").state()).isEqualTo(PluginState.UNINSTALLED);
        await("gone", () -> runtime.plugins().size() == 1);
    }

    @Test
    @DisplayName("takes no platform bundle along: none gets a wire to it, whatever it asks for")
    void noPlatform() throws Exception {
        Bundle platform = runtime.context.installBundle(
                "platform",
                new ByteArrayInputStream(PluginJar.of("platform", "1.0.0")
                        .platform()
                        .header("Import-Package", "test.base;resolution:=optional,*")
                        .header("Require-Bundle", "test.middle;resolution:=optional")
                        .build()));
        platform.start();

        assertThat(platform.adapt(BundleWiring.class).getRequiredWires(null))
                .noneMatch(wire -> runtime.plugins().contains(wire.getProvider().getBundle()));
        assertThat(runtime.context.getBundle(0).adapt(FrameworkWiring.class).getDependencyClosure(runtime.plugins()))
                .containsExactlyInAnyOrderElementsOf(runtime.plugins());
        assertThat(change("plugin:disable", "base", "with-dependents", "true", "dry-run", "true"))
                .contains("\"along\":[\"top\",\"middle\"]");
    }

    @Test
    @DisplayName("is not taken out under one that sleeps and would need it at its first call")
    void asleep() throws Exception {
        runtime.install(PluginJar.of("sleepy", "1.0.0")
                .source("Greeter", """
                        @Component
                        @HandlesHook(name = "greet")
                        public class Greeter implements FilterHandler<String> {
                            public String filter(String value, HookCall call) { return value; }
                        }
                        """)
                .header("Import-Package", "test.base,*")
                .build());
        restart();
        assertThat(runtime.state("sleepy")).isEqualTo(PluginState.ASLEEP);

        assertThat(failure("in_use", () -> runtime.admin.disable("base"))).contains("[sleepy, middle, top] use it");
        assertThat(change("plugin:disable", "base", "with-dependents", "true")).contains("sleepy");
        assertThat(runtime.state("sleepy")).isEqualTo(PluginState.DISABLED);
        change("plugin:enable", "base");
        assertThat(runtime.state("sleepy")).isEqualTo(PluginState.ACTIVE);
    }
}
