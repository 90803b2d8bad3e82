package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("A plugin that throws")
class FailuresTest {
    private Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static PolicyDecision endless(PolicyCall call) {
        return endless(call).withMetadata(Bench.REQUEST);
    }

    private static Middleware throwing(Throwable thrown) {
        return new Middleware() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return raise(thrown);
            }

            @SuppressWarnings("unchecked")
            private <T extends Throwable> PolicyDecision raise(Throwable t) throws T {
                throw (T) t;
            }
        };
    }

    /** Its own code throws. */
    private static final class Treacherous extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new LinkageError("even here");
        }
    }

    static Stream<Arguments> thrown() {
        return Stream.of(
                Arguments.of(throwing(new IllegalStateException("s3cret")), "java.lang.IllegalStateException"),
                Arguments.of(throwing(new java.io.IOException("s3cret")), "java.io.IOException"),
                Arguments.of((Middleware) FailuresTest::endless, "java.lang.StackOverflowError"),
                Arguments.of(throwing(new NoClassDefFoundError("s3cret")), "java.lang.NoClassDefFoundError"),
                Arguments.of(throwing(new OutOfMemoryError("s3cret")), "java.lang.OutOfMemoryError"),
                Arguments.of(throwing(new Treacherous()), Treacherous.class.getName()));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("thrown")
    @DisplayName("stops the message if it is critical, and tells the caller the class alone")
    void critical(Middleware plugin, String type) {
        bench.serve(FakePlugins.none().and("a", plugin).and("b", Bench.ALLOWS), "{'a':{'priority':1},'b':{}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(result.message()).isEmpty();
        assertThat(result.report().result()).isEmpty();
        assertThat(result.report().blockedAt()).contains("a");
        assertThat(result.report().stages()).singleElement().satisfies(stage -> {
            assertThat(stage.outcome()).isEqualTo(Outcome.ERROR);
            assertThat(stage.errorType()).isEqualTo(type);
        });
        assertThat(result.reason()).isEqualTo("Stopped because [a], which is critical, failed: [" + type + "]");
        assertThat(result.reasonCode()).isEqualTo("plugin_failed");
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("thrown")
    @DisplayName("is skipped if it is not critical, and the others go on with the message as it was")
    void optional(Middleware plugin, String type) {
        bench.serve(
                FakePlugins.none().and("a", plugin).and("b", Bench.ALLOWS),
                "{'a':{'priority':1,'critical':false},'b':{}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(result.message()).containsSame(Bench.REQUEST);
        assertThat(result.unchanged()).isTrue();
        assertThat(result.reason()).isEmpty();
        assertThat(result.report().stages())
                .extracting(PolicyReport.Stage::errorType)
                .containsExactly(type, "");
    }

    @Test
    @DisplayName("as a critical auditor stops the message, as another one it does not")
    void auditors() {
        Auditing fails = report -> {
            throw new NoClassDefFoundError();
        };
        bench.serve(FakePlugins.none().and("audit", fails), "{'audit':{'critical':false}}");
        assertThat(bench.pass().proceeds()).isTrue();

        bench.serve(FakePlugins.none().and("audit", fails), "{'audit':{}}");
        assertThat(bench.pass().reason())
                .isEqualTo("Stopped because [audit], which is critical, failed: [java.lang.NoClassDefFoundError]");
    }

    @Test
    @DisplayName("too often is suspended: not called, its messages stopped or passed by, until a probe goes well")
    void suspended() {
        bench.close();
        bench = new Bench(Bench.PATIENCE, new Breaker.Rule(4, 2, Duration.ofMillis(300), 1_000, Duration.ofHours(1)));
        boolean[] ill = {true};
        List<Boolean> calls = new ArrayList<>();
        Middleware sometimes = call -> {
            calls.add(ill[0]);
            if (ill[0]) {
                throw new IllegalStateException();
            }
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", sometimes), "{'a':{}}");
        // However long the pause was on a slow machine, in the end it is refused once.
        PolicyResult[] last = new PolicyResult[1];
        Bench.until("suspended", () -> {
            last[0] = bench.pass();
            return last[0].reasonCode().equals("plugin_suspended");
        });

        assertThat(last[0].reason())
                .isEqualTo("Stopped because [a], which is critical, failed: it is suspended for a while because it kept"
                        + " failing");
        assertThat(calls.size()).isGreaterThanOrEqualTo(2);
        ill[0] = false;
        Bench.until("a probe goes well", () -> bench.pass().proceeds());
        assertThat(bench.engine.statistics("").get(0).breaker()).isEqualTo("closed");
        assertThat(bench.quarantined).isEmpty();
    }

    @Test
    @DisplayName("and is suspended too often is quarantined and not called again, though the chain still names it")
    void tooOften() {
        bench.close();
        bench = new Bench(Bench.PATIENCE, new Breaker.Rule(2, 2, Duration.ofHours(1), 1, Duration.ofHours(1)));
        int[] calls = {0};
        Middleware fails = call -> {
            calls[0]++;
            throw new IllegalStateException();
        };
        bench.serve(FakePlugins.none().and("a", fails), "{'a~one':{},'a~two':{'critical':false}}");

        bench.pass();
        bench.pass();
        PolicyResult third = bench.pass();

        assertThat(bench.quarantined)
                .containsExactly("a: Instance [a~one] was suspended [1] times within [PT1H] because it kept failing,"
                        + " last with [java.lang.IllegalStateException]");
        assertThat(calls[0]).isEqualTo(2);
        assertThat(third.reasonCode()).isEqualTo("plugin_quarantined");
        assertThat(third.reason())
                .startsWith("Stopped because [a~one], which is critical, failed: Instance [a~one] was");
    }

    @Test
    @DisplayName("by being slow is suspended too, after its results were used")
    void slow() {
        bench.close();
        Breaker.Rule rule = new Breaker.Rule(2, 2, Duration.ofHours(1), 9, Duration.ofHours(1), Duration.ofNanos(1));
        bench = new Bench(Bench.PATIENCE, rule);
        bench.serve(FakePlugins.none().and("a", Bench.PASSES), "{'a':{}}");

        assertThat(bench.pass().proceeds()).isTrue();
        assertThat(bench.pass().proceeds()).isTrue();
        assertThat(bench.pass().reasonCode()).isEqualTo("plugin_suspended");

        assertThat(bench.engine.statistics("").get(0).errors()).isZero();
        assertThat(bench.engine.statistics("").get(0).breaker()).isEqualTo("open");
    }

    @Test
    @DisplayName("keeps its breaker over a swap that does not concern it")
    void keepsBreaker() {
        bench.close();
        bench = new Bench(Bench.PATIENCE, new Breaker.Rule(2, 2, Duration.ofHours(1), 9, Duration.ofHours(1)));
        Middleware fails = call -> {
            throw new IllegalStateException();
        };
        FakePlugins plugins = FakePlugins.none().and("a", fails);
        bench.serve(plugins, "{'a':{'critical':false}}");
        bench.pass();
        bench.pass();

        bench.serve(plugins.and("s", Bench.ALLOWS), "{'a':{'critical':false},'s':{}}");

        assertThat(bench.pass().report().stages().get(0).errorType()).isEqualTo("suspended");
        assertThat(bench.engine.statistics("").get(0).breaker()).isEqualTo("open");
    }

    @Test
    @DisplayName("begins anew in another version")
    void newVersion() {
        bench.close();
        bench = new Bench(Bench.PATIENCE, new Breaker.Rule(2, 2, Duration.ofHours(1), 1, Duration.ofHours(1)));
        Security fails = call -> {
            throw new IllegalStateException();
        };
        bench.serve(FakePlugins.none().and("a", fails), "{'a':{}}");
        bench.pass();
        bench.pass();
        assertThat(bench.quarantined).hasSize(1);

        bench.serve(FakePlugins.none().and(FakePlugins.plugin("a").at("1.0.1"), "a", Bench.ALLOWS), "{'a':{}}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
    }

    @Test
    @DisplayName("and was quarantined is not even configured, while the chain still names it")
    void notConfigured() {
        bench.close();
        bench = new Bench(Bench.PATIENCE, new Breaker.Rule(2, 2, Duration.ofHours(1), 1, Duration.ofHours(1)));
        List<String> configured = new ArrayList<>();
        Middleware fails = new Middleware() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                throw new IllegalStateException();
            }

            @Override
            public FakePlugins.Plugin configured(org.sallyport.api.config.Settings settings) {
                configured.add(settings.document().toJson());
                return this;
            }
        };
        bench.serve(FakePlugins.none().and("a", fails), "{'a':{'n':1}}");
        bench.pass();
        bench.pass();
        assertThat(bench.quarantined).hasSize(1);
        configured.clear();

        bench.engine.changed(Bench.configuration("{'a':{'n':2}}"));

        assertThat(configured).isEmpty();
        assertThat(bench.pass().reasonCode()).isEqualTo("plugin_refused");
        assertThat(bench.entry("", "a").why())
                .contains("failed on them with [quarantined]: Instance [a] was suspended");
    }

    @Test
    @DisplayName("stops its message when telling of it breaks the engine, though auditors had heard otherwise")
    void engineBreaks() {
        Engine own = new Engine(Bench.options(Bench.PATIENCE, Bench.PATIENT), new PluginFaults() {
            @Override
            public void quarantine(String plugin, String cause) {}

            @Override
            public void report(String plugin, String cause) {
                throw new AssertionError("a bug of the platform");
            }
        });
        try (own) {
            own.types(FakePlugins.TYPES);
            own.settings(Optional.of(FakePlugins.SETTINGS));
            own.changed(Bench.configuration("{'a':{'critical':false},'audit':{}}"));
            own.switchTo(FakePlugins.none()
                    .and("a", throwing(new IllegalStateException()))
                    .and("audit", (Auditing) report -> {}));

            PolicyResult result = Bench.await(own.pass(
                    own.begin(new Party("", "", "", "", false)), Bench.request(Bench.REQUEST), Optional.empty()));

            assertThat(result.proceeds()).isFalse();
            assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.reason()).isEqualTo("The policy engine broke down with [java.lang.AssertionError]");
        }
    }
}
