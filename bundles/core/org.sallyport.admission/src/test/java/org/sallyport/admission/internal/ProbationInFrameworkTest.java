package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.CallCounter;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("In a framework, a version that replaced another one")
class ProbationInFrameworkTest {
    private static final long MS = 1_000_000;

    @TempDir
    Path home;

    /** What was counted, by version. */
    private final Map<String, Figures> counted = new ConcurrentHashMap<>();

    private TestRuntime runtime;

    private static final class Figures {
        private final AtomicLong calls = new AtomicLong();
        private final AtomicLong errors = new AtomicLong();
        private volatile long p50;
    }

    private void start(int millis) throws Exception {
        runtime = TestRuntime.start(home, "sallyport.limit.probation.millis", Integer.toString(millis));
        CallCounter calls = plugin -> {
            Figures figures = figures(runtime.status(plugin).version());
            return List.of(new CallCounter.Calls("test", figures.calls.get(), figures.errors.get(), figures.p50));
        };
        runtime.context.registerService(CallCounter.class, calls, null);
    }

    private Figures figures(String version) {
        return counted.computeIfAbsent(version, key -> new Figures());
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    private void call(int times) {
        for (int i = 0; i < times; i++) {
            Figures figures = figures(runtime.status("x").version());
            try {
                runtime.host.call("x");
            } catch (IllegalStateException e) {
                figures.errors.incrementAndGet();
            }
            figures.calls.incrementAndGet();
        }
    }

    @Test
    @DisplayName("and is used by others goes for the one before if they do worse with it, and they go back with it")
    void library() throws Exception {
        start(600_000);
        runtime.install(PluginJar.library("library", "1.0.0", "one").build());
        runtime.install(PluginJar.using("user", "7.0.0", "library", "1").build());
        figures("7.0.0").calls.set(100);
        runtime.install(PluginJar.library("library", "2.0.0", "two").build());
        assertThat(runtime.host.call("user")).isEqualTo("two");
        assertThat(runtime.state("library")).isEqualTo(PluginState.PROBATION);

        figures("7.0.0").errors.set(50);
        figures("7.0.0").calls.set(150);

        await("the one before is used again", () -> runtime.host.call("user").equals("one"));
        await(
                "told",
                () -> runtime.why("library")
                        .contains(
                                "version [2.0.0] was taken back: at [test of plugin user, which uses it] it failed in [50] of"
                                        + " [150] calls"));
    }

    private void awaitReturn() throws Exception {
        // Not by its status, which names the version that is about to serve.
        await("version 1 serves again", () -> serves("one"));
        await(
                "shown so",
                () -> runtime.status("x").version().equals("1.0.0")
                        && runtime.state("x") == PluginState.ACTIVE
                        && runtime.why("x").contains("taken back"));
    }

    private boolean serves(String said) {
        try {
            return said.equals(runtime.host.call("x"));
        } catch (IllegalStateException stillTheOther) {
            return false;
        }
    }

    private String history() throws Exception {
        return Rendering.document(runtime.verbs().get("plugin:history").run(new Arguments(Map.of("id", "x"), home)))
                .toJson();
    }

    private static byte[] version(String number, String members, String body) {
        return PluginJar.action("x", number, members, body).build();
    }

    @Test
    @DisplayName("is shown to be in probation, and is active after it")
    void passes() throws Exception {
        start(600);
        assertThat(runtime.install(PluginJar.answering("x", "1.0.0", "one")).state())
                .isEqualTo(PluginState.ACTIVE);
        assertThat(runtime.install(PluginJar.answering("x", "2.0.0", "two")).state())
                .isEqualTo(PluginState.PROBATION);
        assertThat(runtime.why("x")).contains("compared with version [1.0.0]");
        await("active", () -> runtime.state("x") == PluginState.ACTIVE);
        assertThat(runtime.host.call("x")).isEqualTo("two");
        assertThat(runtime.status("x").next()).isEmpty();
    }

    @Test
    @DisplayName("and fails when it is activated never serves")
    void activate() throws Exception {
        start(12_000);
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        failure(
                "failed_start",
                () -> runtime.install(version(
                        "2.0.0",
                        "@Activate public Plugin() { throw new IllegalStateException(\"boom\"); }",
                        "return null;")));
        assertThat(runtime.host.call("x")).isEqualTo("one");
        assertThat(runtime.why("x")).contains("did not come into service", "boom");
    }

    @Test
    @DisplayName("and fails after a hundred calls is taken back, with the reason")
    void errors() throws Exception {
        start(12_000);
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        call(200);
        runtime.install(version(
                "2.0.0",
                "private int calls;",
                "if (++calls > 100) throw new IllegalStateException(); return Document.of(\"two\");"));
        call(100);
        assertThat(runtime.status("x").version()).isEqualTo("2.0.0");
        call(10);
        awaitReturn();

        assertThat(runtime.why("x")).contains("version [2.0.0] was taken back: at [test] it failed in [10] of [1");
        assertThat(history())
                .contains("\"operation\":\"rollback\",\"version\":\"1.0.0\",\"outcome\":\"done\"", "taken back");
        assertThat(runtime.audit)
                .anyMatch(line -> line.startsWith("plugin.rolledback x {version=2.0.0, serving=1.0.0"));
        // A file that still lies there does not bring it in again, and after a restart version 1 is wanted.
        assertThat(runtime.status("x").origin()).isEqualTo("rollback/test");
    }

    @Test
    @DisplayName("and is twice as slow is taken back")
    void slow() throws Exception {
        start(12_000);
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        figures("1.0.0").calls.set(1_000);
        figures("1.0.0").p50 = 5 * MS;
        figures("2.0.0").calls.set(1_000);
        figures("2.0.0").p50 = 10 * MS;
        runtime.install(PluginJar.answering("x", "2.0.0", "two"));
        awaitReturn();
        assertThat(runtime.why("x")).contains("half of its calls take longer than [10.0] ms");
    }

    @Test
    @DisplayName("and says that it is not healthy is taken back; what it remembers is kept, even if it cannot say it")
    void health() throws Exception {
        start(12_000);
        String state = """
                String value = "nothing";
                public int schemaVersion() { return 1; }
                public Document saveState() { %s }
                public void restoreState(int schema, Document state) { value = state.text(""); }
                """;
        runtime.install(PluginJar.of("x", "1.0.0")
                .component(
                        "Plugin",
                        "PluginAction, StateHandover",
                        state.formatted("return Document.of(value + \"!\");") + """
                        public String name() { return "call"; }
                        public String description() { return "x"; }
                        public Document parameters() { return Document.object(Map.of()); }
                        public Document run(Document arguments, ActionCall call) { return Document.of(value); }
                        """)
                .build());
        runtime.install(PluginJar.of("x", "2.0.0")
                .component(
                        "Plugin",
                        "PluginAction, StateHandover, HealthReporter",
                        state.formatted("throw new IllegalStateException();") + """
                        public Health health() { return new Health(false, "no disk"); }
                        public String name() { return "call"; }
                        public String description() { return "x"; }
                        public Document parameters() { return Document.object(Map.of()); }
                        public Document run(Document arguments, ActionCall call) { return Document.of("two " + value); }
                        """)
                .build());
        assertThat(runtime.host.call("x")).isEqualTo("two nothing!");

        await("back", () -> runtime.host.call("x").equals("nothing!"));
        await("told", () -> runtime.why("x").contains("taken back: it is not healthy: no disk"));
    }

    @Test
    @DisplayName("and would be quarantined is taken back instead; if the version before is gone, it is quarantined")
    void quarantine() throws Exception {
        start(60_000);
        byte[] one = PluginJar.answering("x", "1.0.0", "one");
        runtime.install(one);
        runtime.install(PluginJar.answering("x", "2.0.0", "two"));
        runtime.faults.quarantine("x", "it keeps threads");
        awaitReturn();
        assertThat(runtime.why("x")).contains("taken back: it keeps threads");

        runtime.install(PluginJar.answering("x", "3.0.0", "three"));
        assertThat(runtime.state("x")).isEqualTo(PluginState.PROBATION);
        String digest = CheckedCandidate.sha256(one);
        Files.delete(home.resolve("store/sha256/" + digest.substring(0, 2) + "/" + digest + ".jar"));
        runtime.faults.quarantine("x", "it keeps threads");
        await("quarantined", () -> runtime.state("x") == PluginState.QUARANTINED);
        assertThat(runtime.why("x")).contains("it keeps threads", "the version before did not come back", "missing");
    }

    @Test
    @DisplayName("and is replaced or switched off meanwhile is not watched any more")
    void ends() throws Exception {
        start(60_000);
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        runtime.install(PluginJar.answering("x", "2.0.0", "two"));
        runtime.admin.disable("x");
        assertThat(runtime.admin.enable("x").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(runtime.install(PluginJar.answering("x", "3.0.0", "three")).state())
                .isEqualTo(PluginState.PROBATION);
        // Who goes back knows why.
        runtime.verbs().get("plugin:rollback").run(new Arguments(Map.of("id", "x"), home));
        assertThat(runtime.state("x")).isEqualTo(PluginState.ACTIVE);
        assertThat(runtime.host.call("x")).isEqualTo("two");
    }
}
