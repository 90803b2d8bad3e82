package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

@DisplayName("In a framework, a plugin")
class LifeInFrameworkTest {
    /** What plugins and tests share: by name, as plugins see no class of the tests. */
    private static final String BOARD = "sallyport.test.board";

    @TempDir
    Path home;

    private final Map<String, Object> board = new ConcurrentHashMap<>();
    private TestRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        System.getProperties().put(BOARD, board);
        runtime = TestRuntime.start(home, "sallyport.limit.start.millis", "20000");
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
        System.getProperties().remove(BOARD);
    }

    private void restart(String... properties) throws Exception {
        runtime.close();
        runtime = TestRuntime.start(home, properties);
    }

    private static final String SHARED =
            "static Map<String, Object> board() { return (Map<String, Object>) System.getProperties().get(\"" + BOARD
                    + "\"); }\n";

    @Test
    @DisplayName("comes into service, shows what it is, and is gone after it was uninstalled")
    void installUninstall() {
        PluginStatus status = runtime.install(PluginJar.answering("greeter", "1.0.0", "hello"));

        assertThat(status.state()).isEqualTo(PluginState.ACTIVE);
        assertThat(status.id()).isEqualTo("greeter");
        assertThat(status.version()).isEqualTo("1.0.0");
        assertThat(status.desired()).isEqualTo("enabled");
        assertThat(status.cause()).isEmpty();
        assertThat(status.origin()).isEqualTo("test");
        assertThat(status.sha256()).hasSize(64);
        assertThat(status.handlers()).containsExactly("PluginAction greeter");
        assertThat(runtime.host.call("greeter")).isEqualTo("hello");
        assertThat(runtime.admin.inService().find("greeter")).isPresent();
        assertThat(runtime.why("greeter"))
                .startsWith("Plugin [greeter] version [1.0.0] from [test] is in service (ACTIVE)");
        assertThat(runtime.audit).hasSize(1).first().asString().startsWith("plugin.active greeter {version=1.0.0, ");

        assertThat(runtime.admin.uninstall("greeter").state()).isEqualTo(PluginState.UNINSTALLED);
        assertThat(runtime.host.call("greeter")).isEqualTo("none");
        assertThat(runtime.plugins()).isEmpty();
        assertThat(runtime.admin.list()).isEmpty();
        assertThat(failure("not_found", () -> runtime.admin.uninstall("greeter")))
                .isEqualTo("There is no plugin [greeter]; none is there");
    }

    @Test
    @DisplayName("comes into service together with others that come at the same moment")
    void together() throws Exception {
        List<java.util.concurrent.CompletableFuture<PluginStatus>> all = new ArrayList<>();
        List<byte[]> jars = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            jars.add(PluginJar.answering("p" + i, "1.0.0", "hello"));
        }
        var threads = java.util.concurrent.Executors.newFixedThreadPool(6);
        for (byte[] jar : jars) {
            all.add(java.util.concurrent.CompletableFuture.supplyAsync(() -> runtime.install(jar), threads));
        }
        for (var one : all) {
            assertThat(one.get(60, TimeUnit.SECONDS).state()).isEqualTo(PluginState.ACTIVE);
        }
        threads.shutdown();
        assertThat(runtime.admin.inService().plugins()).hasSize(12);
    }

    @Test
    @DisplayName("that is replaced again and again while it is called fails no call, and no stopped version is called")
    void swaps() throws Exception {
        Set<String> answers = ConcurrentHashMap.newKeySet();
        List<byte[]> versions = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            versions.add(watchful("1." + i + ".0"));
        }
        runtime.install(versions.get(0));
        Callers callers = Callers.start(4, () -> () -> answers.add(runtime.host.call("swapped")));

        for (byte[] version : versions) {
            String number = runtime.install(version).version();
            await("version in use", () -> answers.contains(number));
        }
        callers.end();

        assertThat(answers).containsExactlyInAnyOrder("1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0");
        await("only one bundle is left", () -> runtime.plugins().size() == 1);
        assertThat(board.get("stopped")).isEqualTo(5);
        assertThat(runtime.host.generations).isSorted().doesNotHaveDuplicates();
        assertThat(runtime.status("swapped").version()).isEqualTo("1.6.0");
    }

    /** Answers its version, or that it was called while it was stopped. */
    private static byte[] watchful(String version) {
        return PluginJar.action("swapped", version, SHARED + """
                private volatile boolean stopped;
                @Deactivate void stop() {
                    stopped = true;
                    board().merge("stopped", 1, (a, b) -> (Integer) a + (Integer) b);
                }
                """, """
                for (int i = 0; i < 20; i++) {
                    if (stopped) { return Document.of("stopped while it was called"); }
                    Thread.yield();
                }
                return Document.of("%s");
                """.formatted(version))
                .build();
    }

    @Test
    @DisplayName("that is replaced ends its last call before it is stopped, and what came late reaches the new version")
    void drain() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        board.put("inside", inside);
        board.put("release", release);
        runtime.install(counting("1.0.0", """
                board().get("inside");
                ((java.util.concurrent.CountDownLatch) board().get("inside")).countDown();
                try { ((java.util.concurrent.CountDownLatch) board().get("release")).await(); }
                catch (InterruptedException e) { return Document.of("interrupted"); }
                """));
        var slow = java.util.concurrent.CompletableFuture.supplyAsync(() -> runtime.host.call("counting"));
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();

        runtime.install(counting("2.0.0", ""));

        assertThat(runtime.host.call("counting")).isEqualTo("2.0.0 1");
        assertThat(runtime.plugins()).hasSize(2);
        release.countDown();
        assertThat(slow.get(60, TimeUnit.SECONDS)).isEqualTo("1.0.0 1");
        await("the old version is gone", () -> runtime.plugins().size() == 1);
        assertThat(runtime.host.call("counting"))
                .as("with the late call of the old version")
                .isEqualTo("2.0.0 3");
    }

    @Test
    @DisplayName("takes its state along to the next version")
    void handover() {
        runtime.install(counting("1.0.0", ""));
        runtime.host.call("counting");
        runtime.host.call("counting");

        runtime.install(counting("2.0.0", ""));

        assertThat(runtime.host.call("counting")).isEqualTo("2.0.0 3");
    }

    /** Answers how often it was called, over all versions. */
    private static byte[] counting(String version, String before) {
        return PluginJar.of("counting", version)
                .component("Plugin", "PluginAction, StateHandover", SHARED + """
                private int calls;
                private int saved;
                public String name() { return "call"; }
                public String description() { return "counts"; }
                public Document parameters() { return Document.object(Map.of()); }
                public Document run(Document arguments, ActionCall call) {
                    %s
                    synchronized (this) { return Document.of("%s " + ++calls); }
                }
                public int schemaVersion() { return 7; }
                public synchronized Document saveState() { saved = calls; return Document.of(calls); }
                public synchronized void restoreState(int schema, Document state) {
                    if (schema != 7) { throw new PluginException("state", "unknown form"); }
                    calls = (int) state.asLong(0);
                }
                public synchronized Document saveRest() {
                    return calls == saved ? Document.NULL : Document.of(calls - saved);
                }
                public synchronized void mergeRest(int schema, Document rest) { calls += (int) rest.asLong(0); }
                """.formatted(before, version))
                .build();
    }

    @Nested
    @DisplayName("whose next version fails")
    class FailedUpdate {
        @BeforeEach
        void old() {
            runtime.install(PluginJar.answering("updated", "1.0.0", "old"));
        }

        private void fails(byte[] next, String cause) throws Exception {
            assertThat(failure("failed_start", () -> runtime.install(next)))
                    .isEqualTo("Plugin [updated] version [2.0.0] from [test] did not come into service: " + cause
                            + ". Version [1.0.0] serves on. " + next(cause));
            assertThat(runtime.host.call("updated")).isEqualTo("old");
            assertThat(runtime.status("updated").version()).isEqualTo("1.0.0");
            assertThat(runtime.state("updated")).isEqualTo(PluginState.ACTIVE);
            assertThat(runtime.why("updated"))
                    .contains("Its last failure: version [2.0.0] did not come into service: " + cause + ".");
            assertThat(runtime.audit).last().asString().startsWith("plugin.rolledback updated {version=2.0.0, ");
            await("nothing of it is left", () -> runtime.plugins().size() == 1);
        }

        private String next(String cause) {
            return cause.startsWith("it does not resolve")
                    ? "Install what it needs; it is tried again then by itself"
                    : cause.startsWith("version") || cause.startsWith("it could not take")
                            ? "Install a version that understands state of the form [7]"
                            : "Mend the plugin and install its next version, or try again with 'plugin:enable updated'";
        }

        @Test
        @DisplayName("in activate serves on, and tells why")
        void activate() throws Exception {
            fails(
                    PluginJar.action(
                                    "updated",
                                    "2.0.0",
                                    "@Activate void start() { throw new IllegalStateException(\"not today\"); }",
                                    "return Document.NULL;")
                            .build(),
                    "it failed to start: component [test.updated.Plugin] failed: IllegalStateException: not today");
        }

        @Test
        @DisplayName("to resolve serves on, and tells what is missing")
        void resolve() throws Exception {
            fails(
                    PluginJar.action("updated", "2.0.0", "", "return Document.NULL;")
                            .header("Import-Package", "com.nowhere;version=\"[1.2,2)\",*")
                            .build(),
                    "it does not resolve: it needs package [com.nowhere] [1.2.0,2.0.0), which nobody exports");
        }
    }

    @Nested
    @DisplayName("that fails to start is quarantined with its cause")
    class Quarantined {
        @Test
        @DisplayName("if its activate throws")
        void activateThrows() {
            quarantined(
                    "@Activate void start() { throw new IllegalStateException(\"cannot find\\nmy keys\"); }",
                    "it failed to start: component [test.bad.Plugin] failed: IllegalStateException: cannot find");
        }

        @Test
        @DisplayName("if its constructor overflows the stack")
        void overflow() {
            quarantined("public Plugin() { new Plugin(); }", "it called itself without end (StackOverflowError)");
        }

        @Test
        @DisplayName("if it throws something whose message throws")
        void hostileMessage() {
            quarantined(
                    "@Activate void start() { throw new RuntimeException() {"
                            + " public String getMessage() { throw new Error(); }"
                            + " public String toString() { throw new Error(); } }; }",
                    "");
        }

        @Test
        @DisplayName("if it lacks a class")
        void missingClass() {
            byte[] jar = PluginJar.action(
                            "bad", "1.0.0", "@Activate void start() { new Helper(); }", "return Document.NULL;")
                    .source("Helper", "class Helper {}")
                    .without("Helper")
                    .build();

            quarantined(jar, "class test.bad.Helper is missing; import its package or embed it in the bundle");
        }

        @Test
        @DisplayName("if its activator throws")
        void activatorThrows() {
            byte[] jar = PluginJar.action("bad", "1.0.0", "", "return Document.NULL;")
                    .source(
                            "Start",
                            "public class Start implements BundleActivator {"
                                    + "public void start(BundleContext c) { throw new IllegalStateException(\"not here\"); }"
                                    + "public void stop(BundleContext c) {} }")
                    .header("Bundle-Activator", "test.bad.Start")
                    .build();

            quarantined(jar, "it failed to start: IllegalStateException: not here");
        }

        private void quarantined(String members, String cause) {
            quarantined(
                    PluginJar.action("bad", "1.0.0", members, "return Document.NULL;")
                            .build(),
                    cause);
        }

        private void quarantined(byte[] jar, String cause) {
            assertThat(failure("failed_start", () -> runtime.install(jar)))
                    .startsWith("Plugin [bad] from [test] is not in service: it failed to start: ")
                    .contains(cause)
                    .endsWith("Mend the plugin and install its next version, or try again with 'plugin:enable bad'");
            PluginStatus status = runtime.status("bad");
            assertThat(status.state()).isEqualTo(PluginState.QUARANTINED);
            assertThat(status.desired()).isEqualTo("enabled");
            assertThat(status.cause()).contains(cause).doesNotContain("\n");
            assertThat(status.next()).contains("plugin:enable bad");
            assertThat(runtime.why("bad"))
                    .startsWith(
                            "Plugin [bad] version [1.0.0] from [test] is not in service (QUARANTINED): it failed to start: ");
            assertThat(runtime.host.call("bad")).isEqualTo("none");
            assertThat(runtime.plugins()).isEmpty();
            assertThat(runtime.audit).hasSize(1).first().asString().startsWith("plugin.quarantined bad {version=1.0.0");

            assertThat(failure("failed_start", () -> runtime.install(jar)))
                    .as("the same bytes again are not tried again")
                    .contains(cause);
            assertThat(runtime.audit).hasSize(1);
            assertThat(runtime.install(PluginJar.answering("bad", "1.0.1", "mended"))
                            .state())
                    .isEqualTo(PluginState.ACTIVE);
            assertThat(runtime.host.call("bad")).isEqualTo("mended");
        }
    }

    @Test
    @DisplayName("that hangs in activate is left behind within its limit, and the others go on (OS-19)")
    void hangs() throws Exception {
        restart("sallyport.limit.start.millis", "500");
        CountDownLatch release = new CountDownLatch(1);
        board.put("release", release);
        byte[] jar = PluginJar.action("hangs", "1.0.0", SHARED + """
                @Activate void start() {
                    var release = (java.util.concurrent.CountDownLatch) board().get("release");
                    while (release.getCount() > 0) {
                        try { release.await(); } catch (InterruptedException e) { board().put("interrupted", true); }
                    }
                }
                """, "return Document.NULL;")
                .build();

        try {
            assertThat(failure("failed_start", () -> runtime.install(jar)))
                    .contains(
                            "it failed to start: it did not end within 500 ms; its thread is left alone until it ends");
            assertThat(runtime.state("hangs")).isEqualTo(PluginState.QUARANTINED);
            runtime.install(PluginJar.answering("other", "1.0.0", "works"));
            assertThat(runtime.host.call("other")).isEqualTo("works");
            assertThat(runtime.host.call("hangs")).isEqualTo("none");
        } finally {
            release.countDown();
        }
    }

    @Test
    @DisplayName("that does not stop is LEAKED, gets no calls, and its next version serves")
    void doesNotStop() throws Exception {
        restart("sallyport.limit.stop.millis", "500");
        CountDownLatch release = new CountDownLatch(1);
        board.put("release", release);
        byte[] jar = PluginJar.action("sticky", "1.0.0", SHARED + """
                @Deactivate void stop() {
                    var release = (java.util.concurrent.CountDownLatch) board().get("release");
                    while (release.getCount() > 0) {
                        try { release.await(); } catch (InterruptedException e) { board().put("interrupted", true); }
                    }
                }
                """, "return Document.of(\"old\");")
                .build();
        try {
            runtime.install(jar);
            runtime.install(PluginJar.answering("sticky", "2.0.0", "new"));

            assertThat(runtime.host.call("sticky")).isEqualTo("new");
            await("it is known to be LEAKED", () -> runtime.why("sticky").contains("LEAKED"));
            assertThat(runtime.why("sticky"))
                    .contains("Version [1.0.0] was replaced or removed but still holds a thread (LEAKED).");
            await(
                    "it is in the audit",
                    () -> runtime.audit.stream()
                            .anyMatch(line ->
                                    line.equals("plugin.leaked sticky {version=1.0.0, cause=it does not stop}")));
        } finally {
            release.countDown();
        }
    }

    @Test
    @DisplayName("on which a call still runs at the drain limit is LEAKED until the call has ended")
    void leaked() throws Exception {
        restart("sallyport.limit.drain.millis", "300");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        board.put("inside", inside);
        board.put("release", release);
        runtime.install(counting("1.0.0", """
                ((java.util.concurrent.CountDownLatch) board().get("inside")).countDown();
                try { ((java.util.concurrent.CountDownLatch) board().get("release")).await(); }
                catch (InterruptedException e) { return Document.of("interrupted"); }
                """));
        var slow = java.util.concurrent.CompletableFuture.supplyAsync(() -> runtime.host.call("counting"));
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        runtime.install(counting("2.0.0", ""));

        await("it is LEAKED", () -> runtime.why("counting").contains("Version [1.0.0] was replaced"));
        assertThat(runtime.plugins()).hasSize(2);
        release.countDown();
        assertThat(slow.get(60, TimeUnit.SECONDS)).as("its result counts").isEqualTo("1.0.0 1");
        await("it is gone", () -> runtime.plugins().size() == 1);
        await("it is not LEAKED any more", () -> !runtime.why("counting").contains("LEAKED"));
        assertThat(runtime.host.call("counting")).isEqualTo("2.0.0 2");
    }

    @Nested
    @DisplayName("that needs another one")
    class Needs {
        @Test
        @DisplayName("waits for it, says so, and comes in by itself when it is there")
        void waits() throws Exception {
            byte[] needy = needing("needy", "test.helper", "needy works").build();

            assertThat(failure("failed_start", () -> runtime.install(needy)))
                    .contains("it does not resolve: it needs package [test.helper], which nobody exports");
            assertThat(runtime.state("needy")).isEqualTo(PluginState.QUARANTINED);
            runtime.install(exporting("helper").build());
            await("it came in", () -> runtime.state("needy") == PluginState.ACTIVE);
            assertThat(runtime.host.call("needy")).isEqualTo("needy works");
        }

        @Test
        @DisplayName("does not miss it when it comes while the first attempt ends")
        void noLostWakeUp() throws Exception {
            byte[] helper = exporting("helper").build();
            SynchronousBundleListener listener = event -> {
                if (event.getType() == BundleEvent.UNINSTALLED
                        && event.getBundle().getSymbolicName().equals("test.needy")
                        && runtime.admin.find("helper").isEmpty()) {
                    runtime.install(helper);
                    letBackgroundRun();
                }
            };
            runtime.context.addBundleListener(listener);
            byte[] needy = needing("needy", "test.helper", "needy works").build();

            try {
                runtime.install(needy);
            } catch (org.sallyport.api.plugin.PluginException e) {
                assertThat(e.code()).isEqualTo("failed_start");
            }

            await("it came in", () -> runtime.state("needy") == PluginState.ACTIVE);
            runtime.context.removeBundleListener(listener);
        }

        /** Not asserted on: without it the test could only miss the mistake. */
        private void letBackgroundRun() {
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Test
        @DisplayName("is told the chain down to the last missing link")
        void chain() {
            assertThat(failure(
                            "failed_start",
                            () -> runtime.install(needing("b", "com.nowhere", "")
                                    .header("Export-Package", "test.b")
                                    .build())))
                    .contains("it needs package [com.nowhere], which nobody exports");
            failure(
                    "failed_start",
                    () -> runtime.install(needing("a", "test.b", "").build()));

            assertThat(runtime.why("a"))
                    .contains(
                            "Plugin [a] needs package [test.b], which plugin [b] exports, which is not in service itself:"
                                    + " it does not resolve: it needs package [com.nowhere], which nobody exports.");
        }

        @Test
        @DisplayName("which needs it in turn is named with it as a cycle")
        void cycle() throws Exception {
            failure(
                    "failed_start",
                    () -> runtime.install(needing("a", "test.b", "")
                            .header("Export-Package", "test.a")
                            .build()));
            failure(
                    "failed_start",
                    () -> runtime.install(needing("b", "test.a", "")
                            .header("Export-Package", "test.b")
                            .build()));

            assertThat(runtime.status("b").cause())
                    .isEqualTo("it is part of a dependency cycle: [b] needs package [test.a] of [a], [a] needs package"
                            + " [test.b] of [b]");
            assertThat(runtime.status("b").next()).isEqualTo("Move what both need into a third plugin");
            assertThat(runtime.why("a")).contains("which plugin [b] exports");
            // The one that came first says so too, so it does not matter which one that was.
            await(
                    "the first one knows",
                    () -> runtime.status("a")
                            .cause()
                            .equals(
                                    "it is part of a dependency cycle: [a] needs package [test.b] of [b], [b] needs package"
                                            + " [test.a] of [a]"));
            assertThat(runtime.status("a").next()).isEqualTo("Move what both need into a third plugin");
        }

        private PluginJar exporting(String id) {
            return PluginJar.action(id, "1.0.0", "", "return Document.of(\"" + id + "\");")
                    .header("Export-Package", "test." + id);
        }

        private PluginJar needing(String id, String needed, String answer) {
            return PluginJar.action(id, "1.0.0", "", "return Document.of(\"" + answer + "\");")
                    .header("Import-Package", needed + ",*");
        }
    }

    @Test
    @DisplayName(
            "that exports a package of the platform, of one of its bundles or of the application, is refused with its cause")
    void exportsThePlatforms() throws Exception {
        Manifest type = new Manifest();
        type.getMainAttributes().putValue("Manifest-Version", "1.0");
        type.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        type.getMainAttributes().putValue("Bundle-SymbolicName", "com.acme.type");
        type.getMainAttributes().putValue("Import-Package", "org.sallyport.api.plugin");
        type.getMainAttributes().putValue("Export-Package", "com.acme.type;version=1.0.0");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, type).close();
        runtime.context.installBundle("file:type.jar", new ByteArrayInputStream(jar.toByteArray()));

        for (String name : List.of("com.acme.type", "javax.xml.parsers")) {
            byte[] plugin = PluginJar.action("exporting", "1.0.0", "", "return Document.of(\"\");")
                    .header("Export-Package", name + ";version=2.0.0")
                    .build();
            assertThat(failure("refused", () -> runtime.admin.install(plugin, "deploy/exporting.jar")))
                    .contains("the gate [host] refused it: it exports the package [" + name
                            + "], which the platform's bundle [")
                    .contains("Leave [" + name + "] out of Export-Package");
        }
        assertThat(runtime.plugins())
                .noneMatch(bundle -> bundle.getSymbolicName().equals("test.exporting"));
    }

    @Test
    @DisplayName("of another bundle with the same id is refused as a duplicate")
    void twin() {
        runtime.install(PluginJar.answering("twin", "1.0.0", "first"));
        byte[] other = PluginJar.action("twin", "2.0.0", "", "return Document.of(\"second\");")
                .header("Bundle-SymbolicName", "test.impostor")
                .build();

        assertThat(failure("duplicate", () -> runtime.admin.install(other, "deploy/other.jar")))
                .isEqualTo("Plugin file [deploy/other.jar] was not installed: its id [twin] belongs to the bundle"
                        + " [test.twin] from [test]. Give it a name of its own, or remove the other one with"
                        + " 'plugin:uninstall twin'");
        assertThat(runtime.host.call("twin")).isEqualTo("first");
        runtime.admin.uninstall("twin");
        runtime.install(other);
        assertThat(runtime.host.call("twin")).isEqualTo("second");
    }

    @Test
    @DisplayName("whose alias or id is another one's alias or id is refused as a duplicate, and is not known then")
    void aliases() {
        runtime.install(PluginJar.action("first", "1.0.0", "", "return Document.NULL;")
                .says("aliases = \"old\"")
                .build());

        assertThat(failure(
                        "duplicate",
                        () -> runtime.install(PluginJar.action("second", "1.0.0", "", "return Document.NULL;")
                                .says("aliases = {\"x\", \"old\"}")
                                .build())))
                .contains("its alias [old] belongs to the plugin [first]");
        assertThat(failure(
                        "duplicate",
                        () -> runtime.install(PluginJar.action("third", "1.0.0", "", "return Document.NULL;")
                                .says("aliases = \"first\"")
                                .build())))
                .contains("its alias [first] belongs to the plugin [first]");
        assertThat(failure("duplicate", () -> runtime.install(PluginJar.answering("old", "1.0.0", ""))))
                .contains("its id [old] is an alias of the plugin [first]");

        assertThat(runtime.admin.list()).extracting(PluginStatus::id).containsExactly("first");
        assertThat(failure("not_found", () -> runtime.admin.uninstall("second")))
                .isEqualTo("There is no plugin [second]; there are [first]");
        assertThat(runtime.status("old").id()).isEqualTo("first");
    }

    @Test
    @DisplayName("that comes again with the same bytes changes nothing but where it came from")
    void sameBytes() {
        byte[] jar = PluginJar.answering("same", "1.0.0", "hello");
        runtime.install(jar);
        PluginStatus before = runtime.status("same");
        Bundle bundle = runtime.bundle("test.same");
        long generation = runtime.admin.inService().generation();

        PluginStatus after = runtime.admin.install(jar, "deploy/same.jar");

        assertThat(after.origin()).isEqualTo("deploy/same.jar");
        assertThat(after.since()).isEqualTo(before.since());
        assertThat(runtime.bundle("test.same")).isSameAs(bundle);
        assertThat(runtime.admin.inService().generation()).isEqualTo(generation);
        assertThat(runtime.audit).hasSize(1);
    }

    @Test
    @DisplayName("may come in the same version with other bytes, as in development")
    void sameVersion() throws Exception {
        runtime.install(PluginJar.answering("dev", "1.0.0", "first"));
        runtime.install(PluginJar.answering("dev", "1.0.0", "second"));

        assertThat(runtime.host.call("dev")).isEqualTo("second");
        await("the old one is gone", () -> runtime.plugins().size() == 1);
    }

    @Test
    @DisplayName("keeps the bytes it was checked with, whatever its installer does to them later")
    void ownBytes() {
        byte[] jar = PluginJar.answering("copied", "1.0.0", "hello");
        runtime.install(jar);
        java.util.Arrays.fill(jar, (byte) 0);

        runtime.admin.disable("copied");
        assertThat(runtime.admin.enable("copied").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(runtime.host.call("copied")).isEqualTo("hello");
    }

    @Test
    @DisplayName("is updated only as itself, and only if it is there")
    void update() {
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));

        assertThat(runtime.admin
                        .update("x", PluginJar.answering("x", "2.0.0", "two"), "test")
                        .version())
                .isEqualTo("2.0.0");
        assertThat(failure("refused", () -> runtime.admin.update("x", PluginJar.answering("y", "1.0.0", ""), "y.jar")))
                .isEqualTo("Plugin [x] was not updated: the file [y.jar] is plugin [y]. Use 'plugin:install' for it");
        assertThat(failure("not_found", () -> runtime.admin.update("y", PluginJar.answering("y", "1.0.0", ""), "y")))
                .isEqualTo("There is no plugin [y]; there are [x]");
    }

    @Test
    @DisplayName("that is no archive, or none that is let by, is refused by the gate's name, and runs no code (CL-11)")
    void refused() {
        assertThat(failure("invalid_archive", () -> runtime.admin.install(new byte[] {1, 2, 3}, "x.jar")))
                .isEqualTo(
                        "Plugin file [x.jar] was not installed: the gate [archive] refused it: it is not a zip archive, or"
                                + " it is cut off: it has no central directory. Build the archive again, for instance with the jar"
                                + " tool or Maven, and offer that");
        byte[] fragment = PluginJar.action(
                        "fragment", "1.0.0", SHARED + "static { board().put(\"ran\", true); }", "return Document.NULL;")
                .header("Fragment-Host", "org.sallyport.admission")
                .build();
        assertThat(failure("invalid_archive", () -> runtime.install(fragment)))
                .contains("the gate [manifest] refused it: its manifest has [Fragment-Host]");
        byte[] future = PluginJar.action("future", "1.0.0", "", "return Document.NULL;")
                .says("minHostVersion = \"1.0.1\"")
                .build();
        assertThat(failure("refused", () -> runtime.install(future)))
                .contains("the gate [host] refused it: it needs Sallyport [1.0.1] or newer; this is [1.0.0]");
        assertThat(runtime.state("future")).isEqualTo(PluginState.BLOCKED);
        assertThat(runtime.audit).hasSize(3).allMatch(line -> line.startsWith("plugin.refused "));
        assertThat(runtime.audit.get(1))
                .as("what cannot be read to its end has an id all the same")
                .startsWith("plugin.refused fragment");
        assertThat(board).doesNotContainKey("ran");
        assertThat(runtime.plugins()).isEmpty();
    }

    @Nested
    @DisplayName("that is disabled")
    class Disabled {
        @Test
        @DisplayName("keeps its state, and has it again when it is enabled")
        void keepsState() {
            runtime.install(counting("1.0.0", ""));
            runtime.host.call("counting");

            PluginStatus status = runtime.admin.disable("counting");
            assertThat(status.state()).isEqualTo(PluginState.DISABLED);
            assertThat(status.desired()).isEqualTo("disabled");
            assertThat(runtime.host.call("counting")).isEqualTo("none");
            assertThat(runtime.plugins()).isEmpty();
            assertThat(runtime.admin.enable("counting").state()).isEqualTo(PluginState.ACTIVE);
            assertThat(runtime.host.call("counting")).isEqualTo("1.0.0 2");
        }

        @Test
        @DisplayName("keeps its state over a restart, and shows what it is")
        void overRestart() throws Exception {
            runtime.install(PluginJar.action("aliased", "1.0.0", "", "return Document.NULL;")
                    .says("aliases = \"other\"")
                    .build());
            runtime.admin.disable("aliased");
            runtime.install(counting("1.0.0", ""));
            runtime.host.call("counting");
            runtime.admin.disable("counting");

            restart();

            assertThat(runtime.state("counting")).isEqualTo(PluginState.DISABLED);
            assertThat(runtime.status("counting").descriptor().map(PluginDescriptor::name))
                    .contains("Test");
            assertThat(runtime.status("other").id()).isEqualTo("aliased");
            assertThat(runtime.host.call("counting")).isEqualTo("none");
            runtime.admin.enable("counting");
            assertThat(runtime.host.call("counting")).isEqualTo("1.0.0 2");
        }

        @Test
        @DisplayName("may be replaced, stays disabled, and gives its state to the version that is enabled")
        void replaced() {
            runtime.install(counting("1.0.0", ""));
            runtime.host.call("counting");
            runtime.admin.disable("counting");

            assertThat(runtime.install(counting("2.0.0", "")).state()).isEqualTo(PluginState.DISABLED);
            runtime.admin.enable("counting");
            assertThat(runtime.host.call("counting")).isEqualTo("2.0.0 2");
        }

        @Test
        @DisplayName("and then uninstalled leaves no state to whoever comes next")
        void uninstalled() {
            runtime.install(counting("1.0.0", ""));
            runtime.host.call("counting");
            runtime.admin.disable("counting");
            runtime.admin.uninstall("counting");

            runtime.install(counting("1.0.0", ""));
            assertThat(runtime.host.call("counting")).isEqualTo("1.0.0 1");
        }
    }

    @Nested
    @DisplayName("after a restart")
    class Restarted {
        @Test
        @DisplayName("comes back from the store, in the version and with the origin it had")
        void restored() throws Exception {
            runtime.install(PluginJar.answering("a", "1.0.0", "one"));
            runtime.install(PluginJar.answering("a", "2.0.0", "two"));
            runtime.install(PluginJar.answering("b", "1.0.0", "other"));

            restart();

            assertThat(runtime.host.call("a")).isEqualTo("two");
            assertThat(runtime.host.call("b")).isEqualTo("other");
            assertThat(runtime.status("a").origin()).isEqualTo("test");
            assertThat(runtime.admin.list()).extracting(PluginStatus::version).containsExactly("2.0.0", "1.0.0");
        }

        @Test
        @DisplayName("is quarantined with its cause if its archive was changed, and the rest comes up")
        void damaged() throws Exception {
            runtime.install(PluginJar.answering("a", "1.0.0", "one"));
            runtime.install(PluginJar.answering("b", "1.0.0", "other"));
            String sha256 = runtime.status("a").sha256();
            Path file = home.resolve("store/sha256/" + sha256.substring(0, 2) + "/" + sha256 + ".jar");
            runtime.close();
            byte[] bytes = java.nio.file.Files.readAllBytes(file);
            bytes[100] ^= 1;
            java.nio.file.Files.write(file, bytes);
            runtime = TestRuntime.start(home);

            assertThat(runtime.host.call("b")).isEqualTo("other");
            assertThat(runtime.state("a")).isEqualTo(PluginState.QUARANTINED);
            assertThat(runtime.status("a").cause())
                    .isEqualTo("its archive [" + file + "] was changed: its SHA-256 is not the one it is named by");
            assertThat(runtime.status("a").next()).isEqualTo("Install the plugin again from where it came: [test]");
            assertThat(runtime.install(PluginJar.answering("a", "1.0.1", "mended"))
                            .state())
                    .isEqualTo(PluginState.ACTIVE);
        }

        @Test
        @DisplayName("is mended by the same bytes if its archive was damaged")
        void damagedThenSame() throws Exception {
            byte[] jar = PluginJar.answering("a", "1.0.0", "one");
            String sha256 = runtime.install(jar).sha256();
            runtime.close();
            java.nio.file.Files.delete(home.resolve("store/sha256/" + sha256.substring(0, 2) + "/" + sha256 + ".jar"));
            runtime = TestRuntime.start(home);
            assertThat(runtime.status("a").cause()).endsWith("is missing from the store");

            assertThat(runtime.install(jar).state()).isEqualTo(PluginState.ACTIVE);
            restart();
            assertThat(runtime.host.call("a")).isEqualTo("one");
        }

        @Test
        @DisplayName("that needs another one comes in after it, in whatever order they are tried")
        void needs() throws Exception {
            runtime.install(PluginJar.action("z-helper", "1.0.0", "", "return Document.NULL;")
                    .header("Export-Package", "test.z_helper")
                    .build());
            runtime.install(PluginJar.action("a-needy", "1.0.0", "", "return Document.of(\"works\");")
                    .header("Import-Package", "test.z_helper,*")
                    .build());

            restart();

            await("it came in", () -> runtime.state("a-needy") == PluginState.ACTIVE);
            assertThat(runtime.host.call("a-needy")).isEqualTo("works");
        }

        @Test
        @DisplayName("stays uninstalled if it is shipped and was uninstalled, until it is enabled")
        void shipped() throws Exception {
            byte[] jar = PluginJar.answering("shipped", "1.0.0", "hello");
            runtime.admin.install(jar, "shipped");
            assertThat(runtime.host.call("shipped")).isEqualTo("hello");
            runtime.admin.uninstall("shipped");

            restart();

            assertThat(runtime.admin.install(jar, "shipped").state()).isEqualTo(PluginState.UNINSTALLED);
            assertThat(runtime.admin
                            .install(PluginJar.answering("shipped", "1.1.0", "newer"), "shipped")
                            .state())
                    .isEqualTo(PluginState.UNINSTALLED);
            assertThat(runtime.host.call("shipped")).isEqualTo("none");
            assertThat(runtime.admin.enable("shipped").state()).isEqualTo(PluginState.ACTIVE);
            assertThat(runtime.host.call("shipped")).isEqualTo("hello");
        }

        @Test
        @DisplayName(
                "that the operator replaced stays, though the old file still lies in the deploy folder; another file does not")
        void leftLying() throws Exception {
            byte[] old = PluginJar.answering("lying", "1.0.0", "old");
            runtime.admin.install(old, "deploy/lying.jar");
            runtime.admin.install(PluginJar.answering("lying", "1.1.0", "chosen"), "shell/lying.jar");

            runtime.admin.install(old, "deploy/lying.jar");
            assertThat(runtime.host.call("lying")).isEqualTo("chosen");

            runtime.admin.install(PluginJar.answering("lying", "1.2.0", "dropped"), "deploy/lying.jar");
            assertThat(runtime.host.call("lying")).isEqualTo("dropped");
            runtime.admin.install(old, "deploy/lying.jar");
            assertThat(runtime.host.call("lying")).isEqualTo("old");
        }

        @Test
        @DisplayName("that the operator replaced by another version is not replaced by the shipped one")
        void operatorsChoice() throws Exception {
            byte[] shipped = PluginJar.answering("choice", "1.0.0", "shipped");
            runtime.admin.install(shipped, "shipped");
            runtime.install(PluginJar.answering("choice", "0.9.0", "chosen"));

            restart();

            runtime.admin.install(shipped, "shipped");
            assertThat(runtime.host.call("choice")).isEqualTo("chosen");
        }

        @Test
        @DisplayName("in safe mode is not started until it is enabled by name")
        void safeMode() throws Exception {
            runtime.install(PluginJar.answering("a", "1.0.0", "one"));
            runtime.install(PluginJar.answering("b", "1.0.0", "other"));

            restart("sallyport.safe.mode", "true");

            assertThat(runtime.admin.list())
                    .extracting(PluginStatus::state)
                    .containsExactly(PluginState.DISABLED, PluginState.DISABLED);
            assertThat(runtime.why("a"))
                    .contains("Sallyport runs in safe mode, in which no plugin is started", "plugin:enable a");
            assertThat(runtime.admin.enable("a").state()).isEqualTo(PluginState.ACTIVE);
            assertThat(runtime.host.call("a")).isEqualTo("one");
            assertThat(runtime.host.call("b")).isEqualTo("none");
            restart();
            assertThat(runtime.host.call("b")).isEqualTo("other");
        }

        @Test
        @DisplayName("is quarantined if what the registry says of it cannot be, and is not lost from the list")
        void damagedEntry() throws Exception {
            runtime.install(PluginJar.answering("a", "1.0.0", "one"));
            var registry = runtime.service(org.sallyport.spi.registry.RegistryStore.class);
            var entry = registry.get("a").orElseThrow();
            registry.compareAndSet(
                    "a",
                    entry.revision(),
                    entry.value().with("sha256", org.sallyport.api.document.Document.of("../x")));

            restart();

            assertThat(runtime.state("a")).isEqualTo(PluginState.QUARANTINED);
            assertThat(runtime.status("a").cause()).contains("[../x] is no SHA-256");
        }
    }

    @Test
    @DisplayName("is taken out of service by a fault report, with its cause, and comes back when it is enabled")
    void quarantine() throws Exception {
        runtime.install(PluginJar.answering("faulty", "1.0.0", "hello"));
        runtime.faults.report("faulty", "it was\nslow");
        assertThat(runtime.why("faulty")).contains("Its last failure: it was slow.");

        runtime.faults.quarantine("faulty", "it failed 5 times in a row");
        await("it is out", () -> runtime.state("faulty") == PluginState.QUARANTINED);

        assertThat(runtime.status("faulty").cause()).isEqualTo("it failed 5 times in a row");
        assertThat(runtime.host.call("faulty")).isEqualTo("none");
        await("its bundle is gone", () -> runtime.plugins().isEmpty());
        runtime.faults.quarantine("faulty", "again");
        runtime.faults.quarantine("nobody", "again");
        assertThat(runtime.admin.enable("faulty").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(runtime.host.call("faulty")).isEqualTo("hello");
        assertThat(runtime.audit)
                .filteredOn(line -> line.startsWith("plugin.quarantined"))
                .hasSize(1);
    }

    @Test
    @DisplayName("is not a file that is noted, which is listed and answers for itself")
    void note() {
        runtime.admin.note("deploy/x.txt", "it is no jar");

        assertThat(runtime.admin.list()).extracting(PluginStatus::id).containsExactly("x.txt");
        assertThat(runtime.why("x.txt"))
                .isEqualTo("Plugin [x.txt] from [deploy/x.txt] is not in service (BLOCKED): it is no jar.\n"
                        + "Replace the file by a plugin, or remove it.");
        runtime.admin.note("deploy/x.txt", "");
        assertThat(runtime.admin.list()).isEmpty();
        assertThat(runtime.admin.settle(Duration.ofSeconds(60))).isTrue();
    }

    @Test
    @DisplayName("is DEGRADED while one of its components waits, and whole when what it needs is there")
    void degraded() throws Exception {
        runtime.install(PluginJar.action("partly", "1.0.0", "", "return Document.of(\"works\");")
                .component("Other", "Runnable", """
                        @Reference(target = "(present=true)") Runnable needed;
                        public void run() {}
                        """)
                .build());
        assertThat(runtime.state("partly")).isEqualTo(PluginState.DEGRADED);
        assertThat(runtime.why("partly"))
                .contains(
                        "component [test.partly.Other] needs a service [java.lang.Runnable] with (present=true), which is"
                                + " not there");
        assertThat(runtime.host.call("partly")).isEqualTo("works");

        var properties = new java.util.Hashtable<String, Object>(Map.of("present", true, "sallyport.open", true));
        var needed = runtime.context.registerService(Runnable.class, () -> {}, properties);
        await("it is whole", () -> runtime.state("partly") == PluginState.ACTIVE);
        assertThat(runtime.status("partly").cause()).isEmpty();
        assertThat(runtime.status("partly").handlers()).hasSize(2);
        needed.unregister();
        await("it is not", () -> runtime.state("partly") == PluginState.DEGRADED);
        assertThat(runtime.status("partly").handlers()).hasSize(1);
    }

    @Test
    @DisplayName("offers what it registers later, also while its components are being made, until it takes that away")
    void registersLater() throws Exception {
        String later = """
                private static PluginAction other(String name) { return new PluginAction() {
                    public String name() { return name; }
                    public String description() { return name; }
                    public Document parameters() { return Document.object(Map.of()); }
                    public Document run(Document arguments, ActionCall call) { return Document.of(name); } }; }
                private BundleContext context;
                private ServiceRegistration<?> registration;
                @Activate void start(BundleContext context) {
                    this.context = context;
                    register("while-made");
                }
                private ServiceRegistration<?> register(String handler) {
                    return context.registerService(PluginAction.class, other(handler),
                            new Hashtable<>(Map.of("sallyport.handler", handler)));
                }
                """;
        runtime.install(PluginJar.action("later", "1.0.0", later, """
                if (registration == null) { registration = register("when-called"); }
                else { registration.unregister(); registration = null; }
                return Document.of("later");
                """).build());

        await("what it registered while it was made", () -> handlers("later").equals(Set.of("later", "while-made")));
        runtime.host.call("later");
        await(
                "what it registered when it was called",
                () -> handlers("later").equals(Set.of("later", "while-made", "when-called")));
        runtime.host.call("later");
        await("what is left", () -> handlers("later").equals(Set.of("later", "while-made")));
    }

    private Set<String> handlers(String plugin) {
        Set<String> handlers = new HashSet<>();
        runtime.host.set().contributions(org.sallyport.api.action.PluginAction.class).stream()
                .filter(one -> one.plugin().id().value().equals(plugin))
                .forEach(one -> handlers.add(one.handler()));
        return handlers;
    }

    @Test
    @DisplayName("shows its commands as verbs, which move to the next version and go with it")
    void commands() throws Exception {
        runtime.install(commanding("1.0.0", "say", "hello"));
        var arguments = new org.sallyport.spi.admin.Arguments(Map.of(), home);
        var verb = runtime.verbs().get("commander:say");
        assertThat(verb.run(arguments)).isEqualTo("hello from 1.0.0");

        runtime.install(commanding("2.0.0", "say", "hello", "more"));
        assertThat(verb.run(arguments)).isEqualTo("hello from 2.0.0");
        assertThat(runtime.verbs()).containsKeys("commander:say", "commander:hello", "commander:more");
        runtime.install(commanding("3.0.0", "more"));
        assertThat(runtime.verbs())
                .containsKey("commander:more")
                .doesNotContainKeys("commander:say", "commander:hello");
        runtime.admin.disable("commander");
        assertThat(runtime.verbs().keySet()).noneMatch(name -> name.startsWith("commander:"));
    }

    private static byte[] commanding(String version, String... names) {
        StringBuilder registrations = new StringBuilder();
        for (String name : names) {
            registrations.append("context.commands().register(command(\"" + name + "\"));\n");
        }
        return PluginJar.action(
                        "commander",
                        version,
                        """
                @Activate void start(@Reference PluginContext context) { }
                @Activate public Plugin(@Reference PluginContext context) { %s }
                private static PluginAction command(String name) { return new PluginAction() {
                    public String name() { return name; }
                    public String description() { return name; }
                    public Document parameters() { return Document.object(Map.of()); }
                    public Document run(Document arguments, ActionCall call) { return Document.of("hello from %s"); } }; }
                """.replace("@Activate void start(@Reference PluginContext context) { }\n", "")
                                .formatted(registrations, version),
                        "return Document.NULL;")
                .build();
    }

    @Test
    @DisplayName("is administered by the verbs plugin:*")
    void verbs() throws Exception {
        Path file = home.resolve("x.jar");
        java.nio.file.Files.write(file, PluginJar.answering("x", "1.0.0", "hello"));
        Path next = home.resolve("x2.jar");
        java.nio.file.Files.write(next, PluginJar.answering("x", "2.0.0", "hello again"));
        Map<String, org.sallyport.spi.admin.AdminVerb> verbs = runtime.verbs();
        assertThat(verbs)
                .containsOnlyKeys(
                        "plugin:search",
                        "plugin:find",
                        "plugin:resolve",
                        "plugin:states",
                        "plugin:list",
                        "plugin:info",
                        "plugin:why",
                        "plugin:install",
                        "plugin:update",
                        "plugin:uninstall",
                        "plugin:enable",
                        "plugin:disable",
                        "plugin:operations",
                        "plugin:history",
                        "plugin:rollback",
                        "plugin:keep",
                        "plugin:mark",
                        "type:list",
                        "type:update",
                        "type:reset",
                        "sallyport:restore",
                        "sallyport:keep",
                        "sallyport:bisect",
                        "sallyport:registry");

        assertThat(run(verbs.get("plugin:install"), "x.jar"))
                .isEqualTo(
                        "Change[id=x, version=1.0.0, state=ACTIVE, level=, origin=shell/x.jar, cause=, rewired=[], along=[]]");
        assertThat(run(verbs.get("plugin:update"), "x", "x2.jar")).contains("version=2.0.0");
        assertThat(run(verbs.get("plugin:list"))).startsWith("[Line[id=x, ").contains("origin=shell/x2.jar");
        assertThat(run(verbs.get("plugin:list"), "--type", "action")).startsWith("[Line[id=x, ");
        assertThat(run(verbs.get("plugin:list"), "--type", "security")).isEqualTo("[]");
        assertThat(run(verbs.get("plugin:search"), "tEs")).contains("id=x, version=2.0.0, state=ACTIVE");
        assertThat(run(verbs.get("plugin:find"), "x", "[1,2)")).contains("version=1.0.0, state=KEPT");
        assertThat(run(verbs.get("plugin:find"), "x")).contains("version=2.0.0, state=ACTIVE");
        assertThat(run(verbs.get("plugin:states"), "x")).contains("loads=2, errors=0, downloads=2");
        assertThat(run(verbs.get("plugin:info"), "x")).contains("name=Test", "state=ACTIVE", "displayScope=global");
        assertThat(run(verbs.get("plugin:why"), "x")).contains("is in service (ACTIVE)");
        assertThat(run(verbs.get("plugin:disable"), "x")).contains("state=DISABLED");
        assertThat(run(verbs.get("plugin:enable"), "x")).contains("state=ACTIVE");
        assertThat(run(verbs.get("plugin:uninstall"), "x")).contains("state=UNINSTALLED");
        assertThat(failure("not_found", () -> run(verbs.get("plugin:info"), "x")))
                .isEqualTo("There is no plugin [x]; none is there");
    }

    private String run(org.sallyport.spi.admin.AdminVerb verb, String... words) {
        return String.valueOf(verb.run(
                org.sallyport.spi.admin.ArgumentParser.parse("plugin:" + verb.name(), verb, List.of(words), home)));
    }

    @Test
    @DisplayName("that is gone leaves no class behind")
    void collectable() throws Exception {
        runtime.install(commanding("1.0.0", "say"));
        WeakReference<ClassLoader> old = classLoader("commander");
        runtime.install(commanding("2.0.0", "say"));
        WeakReference<ClassLoader> young = classLoader("commander");
        await("the replaced one is collected", () -> isCollected(old));

        runtime.admin.uninstall("commander");
        await("the removed one is collected", () -> isCollected(young));
    }

    private WeakReference<ClassLoader> classLoader(String plugin) {
        return new WeakReference<>(
                runtime.host.set().contributions(org.sallyport.api.action.PluginAction.class).stream()
                        .filter(one -> one.plugin().id().value().equals(plugin))
                        .findFirst()
                        .orElseThrow()
                        .service()
                        .getClass()
                        .getClassLoader());
    }

    private static boolean isCollected(WeakReference<ClassLoader> loader) {
        System.gc();
        return loader.get() == null;
    }
}
