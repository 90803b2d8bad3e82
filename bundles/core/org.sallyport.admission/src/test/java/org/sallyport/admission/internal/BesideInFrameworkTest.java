package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

@DisplayName("In a framework, versions of a plugin side by side")
class BesideInFrameworkTest {
    private static final byte[] ONE = PluginJar.answering("x", "1.0.0", "one");
    private static final byte[] TWO = PluginJar.answering("x", "2.0.0", "two");

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

    private void two() {
        runtime.install(TWO);
        runtime.admin.installBeside(ONE, "test/one.jar");
    }

    private String shown(String verb, String... arguments) throws Exception {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            values.put(arguments[i], arguments[i + 1]);
        }
        return Rendering.document(runtime.verbs().get(verb).run(new Arguments(values, home)))
                .toJson();
    }

    private String file(String name, byte[] archive) throws Exception {
        return java.nio.file.Files.write(home.resolve(name), archive).toString();
    }

    private List<String> ids() {
        return runtime.admin.list().stream().map(PluginStatus::id).toList();
    }

    @Test
    @DisplayName("are all in service, each for those who choose it, and after a restart too")
    void serve() throws Exception {
        two();
        for (int i = 0; i < 2; i++) {
            assertThat(runtime.host.call("x")).isEqualTo("two");
            assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("one");
            assertThat(runtime.host.call("x", "1")).isEqualTo("two");
            assertThat(runtime.host.call("x", "3")).isEqualTo("none");
            assertThat(runtime.host.set().plugins()).as("main ones").hasSize(1);
            assertThat(runtime.status("x@1.0.0").state()).isEqualTo(PluginState.ACTIVE);
            assertThat(runtime.status("x@1.0.0").version()).isEqualTo("1.0.0");
            restart();
        }
    }

    @Test
    @DisplayName("are shown by each verb that shows plugins")
    void shown() throws Exception {
        two();
        assertThat(shown("plugin:list"))
                .contains(
                        "\"id\":\"x\",\"version\":\"2.0.0\",\"state\":\"ACTIVE\",\"stage\":\"STABLE\"",
                        "\"id\":\"x@1.0.0\",\"version\":\"1.0.0\",\"state\":\"ACTIVE\",\"stage\":\"STABLE\",\"level\":\"\",\"tier\":\"host\",\"origin\":\"test/one.jar\"");
        assertThat(shown("plugin:info", "id", "x")).contains("\"beside\":[\"x@1.0.0\"]");
        assertThat(shown("plugin:info", "id", "x@1.0.0")).contains("\"version\":\"1.0.0\"", "\"beside\":[]");
        assertThat(runtime.why("x")).contains("Beside it stand [x@1.0.0].");
        assertThat(shown("plugin:find", "id", "x")).matches(".*2\\.0\\.0.*ACTIVE.*1\\.0\\.0.*ACTIVE.*");
        assertThat(shown("plugin:resolve", "requirements", "x@[1,2)"))
                .contains("\"version\":\"1.0.0\",\"state\":\"ACTIVE\",\"stage\":\"STABLE\"");
        assertThat(shown("plugin:resolve", "requirements", "x")).contains("\"version\":\"2.0.0\"");
        assertThat(shown("plugin:states", "id", "x@1.0.0")).contains("\"state\":\"ACTIVE\"");
        runtime.admin.uninstall("x@1.0.0");
        assertThat(shown("plugin:find", "id", "x")).doesNotContain("1.0.0");
        assertThat(ids()).containsExactly("x");
    }

    @Test
    @DisplayName("have a fate each: one that is off, failing or gone touches no other one")
    void fates() throws Exception {
        two();
        runtime.admin.disable("x");
        assertThat(runtime.host.call("x")).isEqualTo("none");
        assertThat(runtime.host.call("x", "1")).isEqualTo("one");
        runtime.admin.enable("x");
        runtime.admin.disable("x@1.0.0");
        assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("none");
        assertThat(runtime.host.call("x")).isEqualTo("two");
        restart();
        assertThat(runtime.state("x@1.0.0")).isEqualTo(PluginState.DISABLED);
        runtime.admin.enable("x@1.0.0");

        runtime.faults.quarantine("x@1.0.0", "it eats threads");
        await("quarantined", () -> runtime.state("x@1.0.0") == PluginState.QUARANTINED);
        await("out of service", () -> runtime.host.call("x", "[1,2)").equals("none"));
        assertThat(runtime.host.call("x")).isEqualTo("two");
        assertThat(runtime.state("x")).isEqualTo(PluginState.ACTIVE);
        // Written by the thread that quarantines, when the state is seen already.
        await("remembered", () -> shown("plugin:history", "id", "x@1.0.0").contains("it eats threads"));
        assertThat(shown("plugin:history", "id", "x")).doesNotContain("it eats threads");

        runtime.admin.enable("x@1.0.0");
        runtime.admin.uninstall("x");
        assertThat(ids()).as("all versions go with the plugin").isEmpty();
        assertThat(runtime.plugins()).isEmpty();
        restart();
        assertThat(ids()).isEmpty();
    }

    @Test
    @DisplayName("that does not start is quarantined alone, with its cause")
    void fails() {
        runtime.install(TWO);
        byte[] bad = PluginJar.action(
                        "x",
                        "1.0.0",
                        "@Activate public Plugin() { throw new IllegalStateException(\"boom\"); }",
                        "return null;")
                .build();
        assertThat(failure("failed_start", () -> runtime.admin.installBeside(bad, "test")))
                .contains("Plugin [x@1.0.0]", "boom", "plugin:enable x@1.0.0");
        assertThat(runtime.state("x@1.0.0")).isEqualTo(PluginState.QUARANTINED);
        assertThat(runtime.host.call("x")).isEqualTo("two");
        // Its next bytes mend it.
        runtime.admin.installBeside(ONE, "test");
        assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("one");
    }

    @Test
    @DisplayName("share their storage; what they remember is each one's own")
    void storage() {
        String members = """
                @Reference PluginContext context;
                static int remembered;
                """;
        String body = """
                long calls = context.storage(Scope.GLOBAL)
                        .update("calls", before -> Document.of(before.asLong(0) + 1)).asLong(0);
                return Document.of(calls + " " + ++remembered);
                """;
        byte[] one = PluginJar.action("x", "1.0.0", members, body).build();
        byte[] two = PluginJar.action("x", "2.0.0", members, body).build();
        runtime.install(two);
        runtime.admin.installBeside(one, "test");

        assertThat(runtime.host.call("x")).isEqualTo("1 1");
        assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("2 1");
        assertThat(runtime.host.call("x")).isEqualTo("3 2");
        runtime.admin.uninstall("x@1.0.0");
        assertThat(runtime.host.call("x")).isEqualTo("4 3");
    }

    @Nested
    @DisplayName("when the main one is kept before it is replaced")
    class Kept {
        @Test
        @DisplayName("leave no call of those who chose it without it")
        void callers() throws Exception {
            runtime.install(ONE);
            AtomicLong calls = new AtomicLong();
            Set<String> chosen = ConcurrentHashMap.newKeySet();
            Set<String> main = ConcurrentHashMap.newKeySet();
            Callers callers = Callers.start(4, () -> () -> {
                chosen.add(runtime.host.call("x", "[1,2)"));
                main.add(runtime.host.call("x", "beta"));
                calls.incrementAndGet();
            });
            await("calls run", () -> calls.get() > 1_000);
            assertThat(runtime.admin.keep("x", new Version("1.0")).id()).isEqualTo("x@1.0.0");
            runtime.install(TWO);
            runtime.install(PluginJar.answering("x", "3.0.0", "three"));
            long then = calls.get();
            await("calls run on", () -> calls.get() > then + 1_000);
            callers.end();

            assertThat(chosen).containsExactly("one");
            assertThat(main).contains("one", "three").isSubsetOf("one", "two", "three");
            assertThat(runtime.status("x@1.0.0").origin()).isEqualTo("kept/test");
        }

        @Test
        @DisplayName("can be one that was replaced, and the same number may come back as the main one")
        void replaced() throws Exception {
            runtime.install(ONE);
            runtime.install(TWO);
            assertThat(failure("no_version", () -> runtime.admin.keep("x", new Version("1.5"))))
                    .isEqualTo("Version [1.5.0] of plugin [x] is not here; there are [2.0.0, 1.0.0]");
            runtime.admin.keep("x", new Version("1.0"));
            assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("one");
            runtime.verbs().get("plugin:rollback").run(new Arguments(Map.of("id", "x"), home));
            assertThat(runtime.host.call("x")).isEqualTo("one");
            assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("one");
            assertThat(shown("plugin:find", "id", "x")).containsOnlyOnce("\"version\":\"1.0.0\"");
        }
    }

    @Test
    @DisplayName("are refused without a main one, beyond five, under a main one's number, and from another bundle")
    void refused() {
        assertThat(failure("not_found", () -> runtime.admin.installBeside(ONE, "test")))
                .contains("There is no plugin [x]");
        runtime.install(TWO);
        assertThat(failure(
                        "duplicate",
                        () -> runtime.admin.installBeside(PluginJar.answering("x", "2.0.0", "other"), "test")))
                .contains("its version [2.0.0] is the main one's");
        byte[] stranger = PluginJar.of("x", "1.0.0")
                .header("Bundle-SymbolicName", "another.bundle")
                .build();
        assertThat(failure("duplicate", () -> runtime.admin.installBeside(stranger, "test")))
                .contains("its id [x] belongs to the bundle [test.x]");
        for (int i = 1; i <= PluginAdmin.MAX_BESIDE; i++) {
            runtime.admin.installBeside(PluginJar.answering("x", "1." + i, "one"), "test");
        }
        assertThat(failure("too_many", () -> runtime.admin.installBeside(ONE, "test")))
                .contains("has [5] versions beside the main one, which is the limit", "x@1.5.0");
        // In the place of one that is there it may come.
        runtime.admin.installBeside(PluginJar.answering("x", "1.5", "five"), "test");
        assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("five");
        assertThat(ids()).hasSize(6);
    }

    @Test
    @DisplayName("say by --dry-run what would be, and do nothing")
    void dryRun() throws Exception {
        runtime.install(TWO);
        String one = file("one.jar", ONE);
        assertThat(shown("plugin:install", "file", one, "beside", "true", "dry-run", "true"))
                .contains("\"operation\":\"install\",\"plugin\":\"x@1.0.0\",\"stops\":\"\",\"starts\":\"1.0.0\"");
        assertThat(ids()).containsExactly("x");
        assertThat(shown("plugin:install", "file", one, "beside", "true")).contains("\"id\":\"x@1.0.0\"");
        assertThat(shown("plugin:install", "file", one, "beside", "true", "dry-run", "true"))
                .contains("\"operation\":\"none\"");
        assertThat(shown("plugin:keep", "id", "x", "version", "2", "dry-run", "true"))
                .contains("\"plugin\":\"x@2.0.0\"", "\"starts\":\"2.0.0\"");
        assertThat(shown("plugin:mark", "id", "x", "version", "1", "stage", "beta", "dry-run", "true"))
                .contains("\"operation\":\"mark\",\"plugin\":\"x\"");
        assertThat(ids()).containsExactly("x", "x@1.0.0");
        assertThat(runtime.host.call("x", "[1,2)")).isEqualTo("one");
        failure("invalid_argument", () -> shown("plugin:keep", "id", "x", "version", "one"));
        failure("invalid_argument", () -> shown("plugin:mark", "id", "x", "version", "1", "stage", "gamma"));
        failure(
                "no_version",
                () -> shown("plugin:mark", "id", "x", "version", "9", "stage", "beta", "dry-run", "true"));
    }

    @Test
    @DisplayName(
            "are chosen by their stage: as they say themselves, or as an operator marked them, for as long as they are here")
    void marks() throws Exception {
        byte[] beta = PluginJar.action("x", "2.1.0", "", "return Document.of(\"beta\");")
                .says("stage = org.sallyport.api.plugin.Stage.BETA")
                .build();
        two();
        runtime.admin.installBeside(beta, "test");
        assertThat(runtime.status("x@2.1.0").stage()).isEqualTo(Stage.BETA);
        assertThat(runtime.host.call("x", "1")).isEqualTo("two");
        assertThat(runtime.host.call("x", "1 beta")).isEqualTo("beta");

        runtime.admin.mark("x", new Version("2.1"), Stage.STABLE);
        assertThat(runtime.host.call("x", "1")).isEqualTo("beta");
        runtime.admin.mark("x", new Version("2.1"), Stage.DEPRECATED);
        runtime.admin.mark("x", new Version("2"), Stage.DEPRECATED);
        for (int i = 0; i < 2; i++) {
            assertThat(runtime.host.call("x", "1")).as("the stable one").isEqualTo("one");
            assertThat(runtime.host.call("x", "2")).as("none is stable").isEqualTo("beta");
            assertThat(runtime.host.call("x")).as("the main one").isEqualTo("two");
            assertThat(runtime.status("x").stage()).isEqualTo(Stage.DEPRECATED);
            assertThat(runtime.why("x")).contains("This version is deprecated");
            assertThat(shown("plugin:resolve", "requirements", "x")).contains("\"version\":\"1.0.0\"");
            assertThat(shown("plugin:find", "id", "x"))
                    .containsPattern("2\\.1\\.0\",\"state\":\"ACTIVE\",\"stage\":\"DEPRECATED");
            restart();
        }
        assertThat(shown("plugin:history", "id", "x"))
                .contains("\"operation\":\"mark\",\"version\":\"2.1.0\",\"outcome\":\"done\"", "marked deprecated");
        assertThat(failure("no_version", () -> runtime.admin.mark("x", new Version("7"), Stage.BETA)))
                .contains("[2.0.0, 1.0.0, 2.1.0]");
    }
}
