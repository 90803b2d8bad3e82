package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Broken;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("A plugin that fails in the chain")
class FaultReportsTest {
    private static final Breaker.Rule PATIENT =
            new Breaker.Rule(64, 64, Duration.ofMinutes(1), 1_000, Duration.ofHours(1));

    /** What was reported, as {@code plugin: cause}, and what was quarantined, as {@code QUARANTINE plugin}. */
    private final List<String> told = new CopyOnWriteArrayList<>();

    private final PluginFaults faults = new PluginFaults() {
        @Override
        public void quarantine(String plugin, String cause) {
            told.add("QUARANTINE " + plugin);
        }

        @Override
        public void report(String plugin, String cause) {
            told.add(plugin + ": " + cause);
        }
    };

    private final CountDownLatch never = new CountDownLatch(1);
    private Engine engine = engine(PATIENT, Duration.ofSeconds(30), faults);

    private static Engine engine(Breaker.Rule rule, Duration deadline, PluginFaults faults) {
        Engine engine = new Engine(new Options(Set.of(Options.INTERNAL), deadline, 16, rule), faults);
        engine.types(FakePlugins.TYPES);
        engine.settings(Optional.of(FakePlugins.SETTINGS));
        return engine;
    }

    private void begin(Breaker.Rule rule, Duration deadline, PluginFaults listener) {
        engine.close();
        engine = engine(rule, deadline, listener);
    }

    @AfterEach
    void close() {
        never.countDown();
        engine.close();
    }

    /** Puts them into the chain in that order, critical but for those named. */
    private void configure(FakePlugins plugins, String... optional) {
        Map<String, Document> entries = new LinkedHashMap<>();
        for (var plugin : plugins.plugins()) {
            String id = plugin.id().value();
            entries.put(
                    id,
                    Document.object("critical", Document.of(!List.of(optional).contains(id))));
        }
        engine.switchTo(plugins);
        engine.changed(new Configuration.Snapshot(1, entries));
    }

    private PolicyResult pass() {
        Document message = Document.object("method", Document.of("m"))
                .with("id", Document.of(1))
                .with("params", Document.of("secret"));
        return engine.pass(
                        engine.begin(new Party("", "", "", "", false)),
                        new Inbound(Message.MCP, Message.REQUEST, "m", message, 99),
                        Optional.empty())
                .toCompletableFuture()
                .join();
    }

    private static PolicyDecision endless(PolicyCall call) {
        return endless(call).withMetadata(Document.EMPTY_OBJECT);
    }

    private static <T> T quoting(PolicyCall call) {
        throw new IllegalStateException(
                "cannot read " + call.message().document().get("params").text(""));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        (Middleware) call -> {
                            throw new IllegalStateException("boom\nbang");
                        },
                        "threw [java.lang.IllegalStateException]: boom bang"),
                Arguments.of((Middleware) FaultReportsTest::endless, "threw [java.lang.StackOverflowError]"),
                Arguments.of((Middleware) call -> null, "broke the contract of its type: it decided nothing (null)"),
                Arguments.of(
                        (Middleware) call -> {
                            throw new NoClassDefFoundError("test/Missing");
                        },
                        "threw [java.lang.NoClassDefFoundError]: test/Missing"),
                Arguments.of(
                        (Middleware) call -> PolicyDecision.block("no", "no"),
                        "broke the contract of its type: a [middleware] plugin may not [BLOCK]"));
    }

    @ParameterizedTest(name = "it {1}")
    @MethodSource("failures")
    @DisplayName("is reported with what happened, critical or not")
    void reported(Middleware plugin, String what) {
        configure(FakePlugins.none().and("a", plugin));
        assertThat(pass().report().outcome()).isEqualTo(Outcome.ERROR);
        configure(FakePlugins.none().and("b", plugin), "b");
        assertThat(pass().proceeds()).isTrue();

        assertThat(told).containsExactly("a: Instance [a] " + what, "b: Instance [b] " + what);
    }

    @Test
    @DisplayName("by hanging is reported with the deadline that it exceeded")
    void hanging() {
        Middleware hangs = call -> {
            never.await();
            return PolicyDecision.pass();
        };
        configure(FakePlugins.none().and("a", hangs).and("b", (Middleware) call -> PolicyDecision.pass()), "a");

        // Only now, as the time to be configured is the same.
        engine.options(new Options(Set.of(Options.INTERNAL), Duration.ofMillis(200), 16, PATIENT));

        pass();

        assertThat(told).containsExactly("a: Instance [a] exceeded its deadline: it did not answer within [PT0.2S]");
    }

    @Test
    @DisplayName("is reported without its words when another one cleared the message, before it or after it")
    void cleared() {
        Middleware fails = FaultReportsTest::quoting;
        Security blocks = call -> PolicyDecision.block("no", "no");
        Security redacts = call -> PolicyDecision.modify(
                call.message().document().with("params", Document.of("*")), "redacted", "redacted");

        configure(FakePlugins.none().and("a", fails).and("s", blocks), "a");
        assertThat(pass().report().outcome()).isEqualTo(Outcome.BLOCKED);
        configure(FakePlugins.none().and("s", redacts).and("b", fails), "b");
        assertThat(pass().report().outcome()).isEqualTo(Outcome.MODIFIED);

        assertThat(told)
                .containsExactly(
                        "a: Instance [a] threw [java.lang.IllegalStateException]",
                        "b: Instance [b] threw [java.lang.IllegalStateException]");
    }

    @Test
    @DisplayName("on being told what was decided is reported, also when the message did not wait for it")
    void observers() throws InterruptedException {
        Auditing fails = report -> {
            throw new IllegalStateException("disk full");
        };

        configure(FakePlugins.none().and("a", fails).and("b", fails), "b");
        pass();

        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30); told.size() < 2; Thread.sleep(5)) {
            assertThat(System.nanoTime()).as("%s", told).isLessThan(end);
        }
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "a: Instance [a] threw [java.lang.IllegalStateException]: disk full",
                        "b: Instance [b] threw [java.lang.IllegalStateException]: disk full");
    }

    @Test
    @DisplayName("again and again is reported once a second")
    void seldom() {
        configure(FakePlugins.none().and("a", (Middleware) FaultReportsTest::quoting), "a");
        long began = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            pass();
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);

        assertThat((long) told.size()).isBetween(1L, 1 + seconds);
    }

    @Test
    @DisplayName("until it is taken out of service is not reported any more, so that the cause of that stays")
    void condemned() {
        begin(new Breaker.Rule(2, 2, Duration.ofMinutes(1), 1, Duration.ofHours(1)), Duration.ofSeconds(30), faults);
        int[] calls = {0};
        configure(
                FakePlugins.none().and("a", (Middleware) call -> {
                    throw new IllegalStateException("number " + calls[0]++);
                }),
                "a");
        for (int i = 0; i < 10; i++) {
            pass();
        }

        assertThat(told)
                .containsExactly("a: Instance [a] threw [java.lang.IllegalStateException]: number 0", "QUARANTINE a");
    }

    @Test
    @DisplayName("when it is configured is reported without its words, which may quote a setting")
    void configured() {
        configure(FakePlugins.none().and("a", (Broken) call -> PolicyDecision.pass()));

        assertThat(told)
                .isNotEmpty()
                .containsOnly("a: Instance [a] threw [java.lang.IllegalStateException], when it was configured");
    }

    @Test
    @DisplayName("harms no message when nobody can be told")
    void nobodyListens() {
        begin(PATIENT, Duration.ofSeconds(30), new PluginFaults() {
            @Override
            public void quarantine(String plugin, String cause) {
                throw new IllegalStateException("gone");
            }

            @Override
            public void report(String plugin, String cause) {
                throw new NoClassDefFoundError("gone");
            }
        });
        configure(FakePlugins.none().and("a", (Middleware) FaultReportsTest::quoting), "a");

        assertThat(pass().proceeds()).isTrue();
    }

    @Test
    @DisplayName("cannot pass its exception off as a code of the engine")
    void unpackaged() throws ReflectiveOperationException {
        Throwable thrown =
                (Throwable) Class.forName("Unpackaged").getDeclaredConstructor().newInstance();

        assertThat(Failure.of(thrown).type()).isEqualTo("class Unpackaged");
    }
}
