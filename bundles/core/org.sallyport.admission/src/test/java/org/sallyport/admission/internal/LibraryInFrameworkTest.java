package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("In a framework, a library that several plugins share")
class LibraryInFrameworkTest {
    @TempDir
    Path home;

    private TestRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        runtime = TestRuntime.start(home);
        runtime.install(PluginJar.library("library", "1.0.0", "one").build());
        runtime.install(PluginJar.using("a", "1.0.0", "library", "[1,3)").build());
        runtime.install(PluginJar.counting("b", "1.0.0", "library").build());
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    private Map<String, Bundle> bundles() {
        Map<String, Bundle> bundles = new ConcurrentHashMap<>();
        runtime.plugins().forEach(bundle -> bundles.put(bundle.getSymbolicName(), bundle));
        return bundles;
    }

    @Test
    @DisplayName(
            "keeps packages of a version beside the main one to itself; users' versions beside go with their library")
    void beside() throws Exception {
        runtime.admin.installBeside(
                PluginJar.library("library", "2.0.0", "two")
                        .header("Import-Package", "test.library;version=\"[1,3)\",*")
                        .build(),
                "test");
        runtime.install(PluginJar.using("c", "1.0.0", "library", "[1,3)").build());
        runtime.admin.keep("a", new Version("1.0.0"));
        runtime.install(PluginJar.using("a", "2.0.0", "library", "[1,3)").build());
        for (int i = 0; i < 2; i++) {
            await(
                    "all use the main one",
                    () -> List.of(runtime.host.call("a"), runtime.host.call("a", "[1,2)"), runtime.host.call("c"))
                            .equals(List.of("one", "one", "one")));
            if (i == 0) {
                runtime.close();
                runtime = TestRuntime.start(home);
            }
        }
        runtime.admin.disable("library@2.0.0");
        runtime.admin.enable("library@2.0.0");

        Files.write(
                home.resolve("next.jar"),
                PluginJar.library("library", "1.5.0", "next").build());
        assertThat(runtime.run(home, "plugin:update", List.of("id", "library", "file", "next.jar")))
                .contains("\"rewired\":[\"a\",\"a@1.0.0\",\"b\",\"c\"]");
        assertThat(runtime.host.call("a")).isEqualTo("next");
        assertThat(runtime.host.call("a", "[1,2)")).isEqualTo("next");

        assertThat(failure("in_use", () -> runtime.admin.uninstall("library"))).contains("[a, a@1.0.0, b, c] use it");
        assertThat(runtime.status("library@2.0.0").state()).isEqualTo(PluginState.ACTIVE);
        String along = "\"along\":[\"c\",\"b\",\"a@1.0.0\",\"a\",\"library@2.0.0\"]";
        assertThat(runtime.run(
                        home,
                        "plugin:uninstall",
                        List.of("id", "library"),
                        "with-dependents",
                        "true",
                        "dry-run",
                        "true"))
                .contains(along);
        assertThat(runtime.run(home, "plugin:uninstall", List.of("id", "library"), "with-dependents", "true"))
                .contains(along);
        assertThat(runtime.admin.list()).isEmpty();
        await("nothing is left", () -> runtime.plugins().isEmpty());
    }

    @Test
    @DisplayName("takes versions of its users beside the main one off with it, and brings them back")
    void besideCarried() throws Exception {
        runtime.admin.keep("a", new Version("1.0.0"));
        runtime.install(PluginJar.using("a", "2.0.0", "library", "[1,3)").build());
        runtime.run(home, "plugin:disable", List.of("id", "library"), "with-dependents", "true");
        assertThat(runtime.state("a@1.0.0")).isEqualTo(PluginState.DISABLED);
        runtime.admin.enable("library");
        assertThat(runtime.host.call("a", "[1,2)")).isEqualTo("one");
        assertThat(runtime.state("a@1.0.0")).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    @DisplayName(
            "is replaced under calls together with those that use it, in one step: no call is lost and none goes back")
    void update() throws Exception {
        Map<String, Bundle> before = bundles();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger called = new AtomicInteger();
        List<String> order = List.of("one", "two", "three");
        Callers callers = Callers.start(8, () -> {
            int[] at = {0};
            return () -> {
                String b = runtime.host.call("b").split(" ")[0];
                called.incrementAndGet();
                String a = runtime.host.call("a");
                seen.add(a);
                // a is called after b, so it is never behind it: both are switched in one step.
                assertThat(order.indexOf(b)).as("%s, %s", a, b).isBetween(at[0], order.indexOf(a));
                at[0] = order.indexOf(a);
            };
        });
        await("calls run", () -> seen.contains("one"));

        Files.write(
                home.resolve("two.jar"),
                PluginJar.library("library", "2.0.0", "two").build());
        assertThat(runtime.run(home, "plugin:update", List.of("id", "library", "file", "two.jar"), "dry-run", "true"))
                .contains("\"stops\":\"1.0.0\",\"starts\":\"2.0.0\",\"rewires\":[\"a\",\"b\"]");
        long generation = runtime.host.generations.get(runtime.host.generations.size() - 1);
        assertThat(runtime.run(home, "plugin:update", List.of("id", "library", "file", "two.jar")))
                .contains("\"version\":\"2.0.0\",\"state\":\"ACTIVE\"", "\"rewired\":[\"a\",\"b\"]");
        assertThat(runtime.host.generations).as("all in one step").endsWith(generation, generation + 1);
        await("the second is in use", () -> seen.contains("two"));
        // The same version in other bytes, as in development: the younger one counts.
        runtime.install(PluginJar.library("library", "2.0.0", "three").build());
        await("the third is in use", () -> seen.contains("three"));
        callers.end();

        assertThat(seen).containsExactlyInAnyOrder("one", "two", "three");
        await("nothing old is left", () -> runtime.plugins().size() == 3);
        assertThat(bundles().values()).doesNotContainAnyElementsOf(before.values());
        await(
                "with the calls that ended late",
                () -> runtime.host.call("b").equals("three " + (called.incrementAndGet())));
        assertThat(runtime.status("a").version()).isEqualTo("1.0.0");
        assertThat(runtime.audit.stream().filter(line -> line.startsWith("plugin.active library {version=2.0.0")))
                .allMatch(line -> line.contains("rewired=a,b"))
                .hasSize(2);
    }

    @Test
    @DisplayName("goes back together with those that use it")
    void rollback() throws Exception {
        runtime.install(PluginJar.library("library", "2.0.0", "two").build());
        assertThat(runtime.host.call("a")).isEqualTo("two");

        assertThat(runtime.run(home, "plugin:rollback", List.of("id", "library"), "dry-run", "true"))
                .contains("\"stops\":\"2.0.0\",\"starts\":\"1.0.0\",\"rewires\":[\"a\",\"b\"]");
        assertThat(runtime.run(home, "plugin:rollback", List.of("id", "library")))
                .contains("\"version\":\"1.0.0\"", "\"rewired\":[\"a\",\"b\"]");
        assertThat(runtime.host.call("a")).isEqualTo("one");
        assertThat(runtime.host.call("b")).isEqualTo("one 1");
    }

    @Test
    @DisplayName(
            "is not replaced by a version that one of them cannot use; all go on as they were, and that one is named")
    void outOfRange() throws Exception {
        byte[] three = PluginJar.library("library", "3.0.0", "three").build();

        assertThat(failure("failed_start", () -> runtime.install(three)))
                .isEqualTo(
                        "Plugin [library] version [3.0.0] from [test] did not come into service: plugin [a] uses it and"
                                + " does not come up with it: it does not resolve: it needs package [test.library] [1.0.0,3.0.0),"
                                + " which is exported by [test.library] in version [3.0.0] only. Version [1.0.0] serves on. Install"
                                + " a version of [a] first that works with both, or take it out of service with 'plugin:disable"
                                + " a'");

        asBefore();
        runtime.admin.disable("a");
        runtime.install(three);
        assertThat(runtime.host.call("b")).isEqualTo("three 2");
    }

    private void asBefore() throws Exception {
        await("nothing new is left", () -> runtime.plugins().size() == 3);
        assertThat(runtime.host.call("a")).isEqualTo("one");
        assertThat(runtime.host.call("b")).isEqualTo("one 1");
        assertThat(runtime.status("library").version()).isEqualTo("1.0.0");
        assertThat(runtime.state("library")).isEqualTo(PluginState.ACTIVE);
        // Who comes now may use what serves.
        runtime.install(PluginJar.using("c", "1.0.0", "library", "1").build());
        assertThat(runtime.host.call("c")).isEqualTo("one");
        runtime.admin.uninstall("c");
    }

    @Test
    @DisplayName("is not replaced while the archive of one of them is damaged, which is named")
    void damaged() throws Exception {
        String digest = runtime.status("a").sha256();
        Files.write(home.resolve("store/sha256/" + digest.substring(0, 2) + "/" + digest + ".jar"), new byte[1]);

        assertThat(failure(
                        "failed_start",
                        () -> runtime.install(
                                PluginJar.library("library", "2.0.0", "two").build())))
                .contains("plugin [a] uses it and does not come up with it: its archive", "was changed");
        asBefore();
    }

    @Test
    @DisplayName("is not replaced by a version with which one of them does not start")
    void doesNotStart() throws Exception {
        runtime.install(PluginJar.action("strict", "1.0.0", """
                        @Activate void start() throws Exception {
                            Class.forName("test.library.Shared").getMethod("text");
                        }
                        """, "return Document.of(\"strict\");")
                .header("Import-Package", "test.library,*")
                .build());
        byte[] two = PluginJar.of("library", "2.0.0")
                .source("Shared", "public class Shared { }")
                .header("Export-Package", "test.library;version=2.0.0")
                .build();

        assertThat(failure("failed_start", () -> runtime.install(two)))
                .contains(
                        "plugin [strict] uses it and does not come up with it: it failed to start",
                        "NoSuchMethodException");

        assertThat(runtime.host.call("strict")).isEqualTo("strict");
        runtime.admin.uninstall("strict");
        asBefore();
    }

    @Test
    @DisplayName("is not replaced by a version that uses one of them")
    void cycle() throws Exception {
        runtime.install(PluginJar.using("exporting", "1.0.0", "library", "1")
                .source("Shared", "public class Shared { }")
                .header("Export-Package", "test.exporting;version=1.0.0")
                .build());
        byte[] round = PluginJar.library("library", "2.0.0", "two")
                .header("Import-Package", "test.exporting,*")
                .build();

        assertThat(failure("failed_start", () -> runtime.install(round)))
                .contains("it needs package [test.exporting], which nobody exports", "Version [1.0.0] serves on");

        runtime.admin.uninstall("exporting");
        asBefore();
    }

    @Test
    @DisplayName("is found out as what is missing, wherever it is: off, or as an older version in the store")
    void why() throws Exception {
        byte[] needy = PluginJar.using("needy", "1.0.0", "library", "1").build();
        runtime.admin.uninstall("a");
        runtime.admin.uninstall("b");
        runtime.admin.disable("library");
        failure("failed_start", () -> runtime.install(needy));
        assertThat(runtime.why("needy"))
                .contains(
                        "needs package [test.library]",
                        "Plugin [library] exports package [test.library] and is disabled; bring it in with 'plugin:enable"
                                + " library'.");
        runtime.admin.enable("library");
        await("it came in", () -> runtime.state("needy") == PluginState.ACTIVE);

        runtime.admin.uninstall("needy");
        runtime.install(PluginJar.of("library", "2.0.0").build());
        failure("failed_start", () -> runtime.install(needy));
        assertThat(runtime.why("needy"))
                .contains(
                        "Version [1.0.0] of plugin [library] in the store exports package [test.library]; bring it back"
                                + " with 'plugin:rollback library 1.0.0'.");
        runtime.run(home, "plugin:rollback", List.of("id", "library"));
        await("it came in", () -> runtime.state("needy") == PluginState.ACTIVE);
        assertThat(Optional.of(runtime.host.call("needy"))).contains("one");
    }
}
