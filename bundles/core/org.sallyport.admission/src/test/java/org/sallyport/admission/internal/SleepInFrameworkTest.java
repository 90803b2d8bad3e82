package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

@DisplayName("A plugin that only handles hooks, after a restart,")
class SleepInFrameworkTest {
    /** What plugins and tests share: by name, as plugins see no class of the tests. */
    private static final String BOARD = "sallyport.test.board";

    private static final HookCall CALL = () -> "greet";

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

    /** A handler of the hook greet that appends something; its constructor tells that it runs. */
    private static PluginJar greeter(String id, String version, String said, String inConstructor) {
        String name = PluginJar.of(id, version).symbolicName();
        return PluginJar.of(id, version).source("Greeter", """
                @Component
                @HandlesHook(name = "greet", priority = 7)
                public class Greeter implements FilterHandler<String> {
                    public Greeter() {
                        Map<String, Object> board = (Map<String, Object>) System.getProperties().get("%s");
                        board.merge("%s", 1, (a, b) -> (Integer) a + (Integer) b);
                        %s
                    }
                    public String filter(String value, HookCall call) { return value + "%s"; }
                }
                """.formatted(BOARD, name, inConstructor, said));
    }

    private static byte[] greeter(String id, String version, String said) {
        return greeter(id, version, said, "").build();
    }

    private int starts(String id) {
        return (Integer) board.getOrDefault(PluginJar.of(id, "1").symbolicName(), 0);
    }

    /** Passes a text through all handlers of the hook, as the hooks do. */
    @SuppressWarnings("unchecked")
    private String greet() throws Exception {
        String value = "";
        for (Contribution<FilterHandler<String>> handler : handlers()) {
            value = handler.service().filter(value, CALL);
        }
        return value;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private List<Contribution<FilterHandler<String>>> handlers() {
        return (List) runtime.host.set().contributions(FilterHandler.class);
    }

    @Test
    @DisplayName("sleeps: it has its place and is not installed; the first call starts it and goes through it")
    void sleeps() throws Exception {
        PluginStatus before = runtime.install(greeter("a", "1.0.0", "a"));
        assertThat(before.state()).isEqualTo(PluginState.ACTIVE);
        assertThat(starts("a")).isEqualTo(1);
        restart();

        PluginStatus asleep = runtime.status("a");
        assertThat(asleep.state()).isEqualTo(PluginState.ASLEEP);
        assertThat(asleep.version()).isEqualTo("1.0.0");
        assertThat(asleep.sha256()).isEqualTo(before.sha256());
        assertThat(asleep.cause()).isEmpty();
        assertThat(asleep.handlers()).isEqualTo(before.handlers()).containsExactly("FilterHandler a");
        assertThat(asleep.descriptor().orElseThrow().name()).isEqualTo("Test");
        assertThat(runtime.plugins()).isEmpty();
        assertThat(starts("a")).isEqualTo(1);
        assertThat(runtime.why("a")).contains("is in service (ASLEEP)", "started by its first call");
        assertThat(runtime.admin.inService().find("a")).isPresent();
        Contribution<?> handler = handlers().get(0);
        assertThat(handler.handler()).isEqualTo("a");
        assertThat(handler.properties())
                .containsEntry("sallyport.hook.name", "greet")
                .containsEntry("sallyport.hook.priority", 7);

        assertThat(greet()).isEqualTo("a");
        assertThat(starts("a")).isEqualTo(2);
        await("awake", () -> runtime.state("a") == PluginState.ACTIVE);
        assertThat(runtime.plugins()).hasSize(1);
        assertThat(handlers().get(0).service()).isNotInstanceOf(SleepingHandler.class);
        assertThat(greet()).isEqualTo("a");
        assertThat(starts("a")).isEqualTo(2);
    }

    @Test
    @DisplayName("is started once, by all that call it at the same moment, and together with the others of its hook")
    void together() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a"));
        runtime.install(greeter("b", "1.0.0", "b"));
        restart();
        CountDownLatch ready = new CountDownLatch(8);
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CompletableFuture<String> call = new CompletableFuture<>();
            calls.add(call);
            new Thread(() -> {
                        try {
                            var handlers = handlers();
                            ready.countDown();
                            ready.await();
                            String value = "";
                            for (var handler : handlers) {
                                value = handler.service().filter(value, CALL);
                            }
                            call.complete(value);
                        } catch (Throwable e) {
                            call.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        for (CompletableFuture<String> call : calls) {
            assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("ab");
        }
        assertThat(starts("a")).isEqualTo(2);
        assertThat(starts("b")).isEqualTo(2);
    }

    @Test
    @DisplayName("is started with the others of its hook by a call of one of them")
    void hookMates() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a"));
        runtime.install(greeter("b", "1.0.0", "b"));
        restart();

        handlers().get(0).service().filter("", CALL);

        await("both awake", () -> runtime.plugins().size() == 2 && runtime.state("b") == PluginState.ACTIVE);
    }

    static Stream<Arguments> busy() {
        String handles = "@Component @HandlesHook(name = \"greet\")";
        String filter = "public String filter(String value, HookCall call) { return value; }";
        return Stream.of(
                Arguments.of("asks to be eager", greeter("a", "1.0.0", "a", "").says("eager = true")),
                Arguments.of(
                        "offers a command",
                        greeter("a", "1.0.0", "a", "").source("Busy", handles + """
                                        public class Busy implements FilterHandler<String> {
                                            @Activate public Busy(@Reference PluginContext context) { context.commands(); }
                                        """ + filter + "}")),
                Arguments.of(
                        "has a component that is immediate",
                        greeter("a", "1.0.0", "a", "").source("Now", """
                                @Component(immediate = true, service = {})
                                public class Now {}
                                """)),
                Arguments.of(
                        "offers an action beside it",
                        greeter("a", "1.0.0", "a", "").component("Acts", "PluginAction", """
                                public String name() { return "call"; }
                                public String description() { return "is called by a test"; }
                                public Document parameters() { return Document.object(java.util.Map.of()); }
                                public Document run(Document arguments, ActionCall call) { return arguments; }
                                """)),
                Arguments.of(
                        "exports a package",
                        greeter("a", "1.0.0", "a", "").header("Export-Package", "test.a;version=1.0.0")),
                Arguments.of(
                        "has an activator",
                        greeter("a", "1.0.0", "a", "")
                                .header("Bundle-Activator", "test.a.Act")
                                .source("Act", """
                                public class Act implements BundleActivator {
                                    public void start(BundleContext context) {}
                                    public void stop(BundleContext context) {}
                                }
                                """)),
                Arguments.of(
                        "provides a capability",
                        greeter("a", "1.0.0", "a", "").header("Provide-Capability", "test.thing;a=b")));
    }

    @ParameterizedTest(name = "does not sleep if it {0}")
    @MethodSource("busy")
    void awake(String why, PluginJar plugin) throws Exception {
        assertThat(runtime.install(plugin.build()).state()).isEqualTo(PluginState.ACTIVE);
        restart();
        assertThat(runtime.state("a")).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    @DisplayName("sleeps again after it was started from an index that was lost, and is started at once without one")
    void lostIndex() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a"));
        runtime.close();
        Files.delete(home.resolve("store").resolve("plugins.index"));
        runtime = TestRuntime.start(home);
        assertThat(runtime.state("a")).isEqualTo(PluginState.ACTIVE);
        restart();
        assertThat(runtime.state("a")).isEqualTo(PluginState.ASLEEP);
        restart("sallyport.version", "1.0.1");
        assertThat(runtime.state("a")).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    @DisplayName("whose archive was changed meanwhile is quarantined by its first call, which goes on without it")
    void changedArchive() throws Exception {
        String sha256 = runtime.install(greeter("a", "1.0.0", "a")).sha256();
        runtime.close();
        Path archive =
                home.resolve("store/sha256").resolve(sha256.substring(0, 2)).resolve(sha256 + ".jar");
        Files.write(archive, greeter("a", "1.0.0", "evil"));
        runtime = TestRuntime.start(home);
        assertThat(runtime.state("a")).isEqualTo(PluginState.ASLEEP);

        assertThat(failure("asleep", this::greet)).contains("Plugin [a] could not be started by its first call");

        assertThat(runtime.state("a")).isEqualTo(PluginState.QUARANTINED);
        assertThat(runtime.status("a").cause()).contains("was changed");
        assertThat(runtime.plugins()).isEmpty();
        assertThat(starts("a")).isEqualTo(1);
        assertThat(greet()).isEmpty();
    }

    @Test
    @DisplayName("whose archive is missing is quarantined without a call, some time after the start")
    void missingArchive() throws Exception {
        String sha256 = runtime.install(greeter("a", "1.0.0", "a")).sha256();
        runtime.install(greeter("b", "1.0.0", "b"));
        runtime.close();
        Files.delete(
                home.resolve("store/sha256").resolve(sha256.substring(0, 2)).resolve(sha256 + ".jar"));
        runtime = TestRuntime.start(home);

        await("quarantined", () -> runtime.state("a") == PluginState.QUARANTINED);
        assertThat(runtime.status("a").cause()).contains("is missing from the store");
        assertThat(runtime.state("b")).isEqualTo(PluginState.ASLEEP);
    }

    @Test
    @DisplayName("that throws when it is woken is quarantined with its cause, and its caller goes on")
    void throwsWhenWoken() throws Exception {
        runtime.install(greeter(
                        "a",
                        "1.0.0",
                        "a",
                        "if ((Integer) board.get(\"test.a\") == 2) throw new IllegalStateException(\"second time\");")
                .build());
        restart();

        assertThat(failure("asleep", this::greet)).contains("plugin:why a");

        assertThat(runtime.state("a")).isEqualTo(PluginState.QUARANTINED);
        assertThat(runtime.status("a").cause()).contains("second time");
        await("called no more", () -> handlers().isEmpty());
        assertThat(runtime.admin.enable("a").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(greet()).isEqualTo("a");
    }

    @Test
    @DisplayName("that hangs when it is woken lets its caller go on, and is quarantined")
    void hangsWhenWoken() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a", """
                                if ((Integer) board.get("test.a") == 2)
                                    while (true) try { Thread.sleep(1_000_000); } catch (InterruptedException e) {}
                                """).build());
        restart("sallyport.limit.start.millis", "1000");

        failure("asleep", this::greet);

        await("quarantined", () -> runtime.state("a") == PluginState.QUARANTINED);
        assertThat(runtime.status("a").cause()).contains("did not end within 1 s");
        // Its state is told a moment before hosts get a set without it.
        await("called no more", () -> handlers().isEmpty());
    }

    @Test
    @DisplayName("is started by plugin:enable, left asleep by its own bytes, and disabled and removed in its sleep")
    void operations() throws Exception {
        byte[] archive = greeter("a", "1.0.0", "a");
        runtime.install(archive);
        restart();

        assertThat(runtime.install(archive).state()).isEqualTo(PluginState.ASLEEP);
        assertThat(runtime.admin.enable("a").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(starts("a")).isEqualTo(2);

        restart();
        assertThat(runtime.admin.disable("a").state()).isEqualTo(PluginState.DISABLED);
        assertThat(greet()).isEmpty();
        restart();
        assertThat(runtime.state("a")).isEqualTo(PluginState.DISABLED);
        assertThat(runtime.admin.enable("a").state()).isEqualTo(PluginState.ACTIVE);

        restart();
        assertThat(runtime.state("a")).isEqualTo(PluginState.ASLEEP);
        assertThat(runtime.admin.uninstall("a").state()).isEqualTo(PluginState.UNINSTALLED);
        assertThat(greet()).isEmpty();
        assertThat(starts("a")).isEqualTo(3);
        restart();
        assertThat(runtime.admin.list()).isEmpty();
    }

    @Test
    @DisplayName("is replaced in its sleep by another version, or keeps its place if that one does not start")
    void replaced() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a"));
        restart();

        byte[] broken = greeter("a", "1.1.0", "x", "if (true) throw new IllegalStateException(\"broken\");")
                .build();
        assertThat(failure("failed_start", () -> runtime.install(broken)))
                .contains("broken", "Version [1.0.0] serves on");
        assertThat(runtime.state("a")).isEqualTo(PluginState.ASLEEP);

        Contribution<FilterHandler<String>> inFlight = handlers().get(0);
        assertThat(runtime.install(greeter("a", "2.0.0", "A")).state()).isEqualTo(PluginState.ACTIVE);
        assertThat(greet()).isEqualTo("A");
        assertThat(inFlight.service().filter("", CALL)).isEqualTo("A");
    }

    @Test
    @DisplayName("stays out of service in safe mode")
    void safeMode() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a"));
        restart("sallyport.safe.mode", "true");
        assertThat(runtime.state("a")).isEqualTo(PluginState.DISABLED);
        assertThat(greet()).isEmpty();
    }

    @Test
    @DisplayName("is woken by a plugin that requires its bundle")
    void required() throws Exception {
        runtime.install(greeter("a", "1.0.0", "a"));
        runtime.install(greeter("b", "1.0.0", "b", "")
                .header("Require-Bundle", "test.a")
                .says("eager = true")
                .build());
        assertThat(runtime.state("b")).isEqualTo(PluginState.ACTIVE);
        restart();

        await("both awake", () -> runtime.state("b") == PluginState.ACTIVE);
        assertThat(runtime.state("a")).isEqualTo(PluginState.ACTIVE);
    }
}
