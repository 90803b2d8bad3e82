package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;
import org.sallyport.spi.policy.PolicyEngine.StandIn;
import org.sallyport.spi.policy.PolicyEngine.Trial;
import org.sallyport.spi.policy.PolicyType.Member;

@DisplayName("A trial chain")
class TrialTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static InstanceConfig instance(String name, int priority, String settings) {
        return new InstanceConfig(
                name, Optional.of(new Placement(true, true, Optional.of(priority), Bench.json(settings))), Map.of());
    }

    private static PolicyResult pass(Bench bench, Trial trial) {
        return Bench.await(trial.pass(bench.begin(""), Bench.request(Bench.REQUEST), Optional.empty()));
    }

    private static StandIn standIn(String name, int priority, List<String> happened) {
        return new StandIn("security", instance(name, priority, "{}"), new Member() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                happened.add(name + " decides");
                return PolicyDecision.allow();
            }

            @Override
            public void close() {
                happened.add(name + " closes");
            }
        });
    }

    @Test
    @DisplayName("has the plugins in service with its own settings, and stand-ins, and none that join by themselves")
    void own() {
        List<String> happened = Collections.synchronizedList(new ArrayList<>());
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS).and("m", Bench.PASSES), "{}");

        try (Trial trial =
                bench.engine.trial(List.of(instance("m", 20, "{}")), List.of(standIn("guard", 10, happened)))) {
            assertThat(trial.chain(""))
                    .extracting(ChainEntry::instance, ChainEntry::place, ChainEntry::why)
                    .containsExactly(tuple("guard", 1, "a stand-in"), tuple("m", 2, "configured for all servers"));
            assertThat(pass(bench, trial).report().outcome()).isEqualTo(Outcome.ALLOWED);
            assertThat(bench.places("")).containsExactly("m", "s");
        }

        assertThat(happened).containsExactly("guard decides", "guard closes");
    }

    @Test
    @DisplayName("has members of its own, which are closed with it, once; those in service go on")
    void members() {
        AtomicInteger closed = new AtomicInteger();
        Security counts = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        bench.serve(FakePlugins.none().and("s", counts), "{}");

        Trial trial = bench.engine.trial(List.of(instance("s", 1, "{}")), List.of());
        pass(bench, trial);
        trial.close();
        trial.close();

        assertThat(closed).hasValue(1);
        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThatThrownBy(() -> pass(bench, trial)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("keeps its plugins from being stopped until it is closed")
    void holdsPlugins() {
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS), "{}");
        Trial trial = bench.engine.trial(List.of(instance("s", 1, "{}")), List.of());

        CompletableFuture<Void> gone = bench.serve(FakePlugins.none(), "{}");
        assertThat(gone).isNotDone();
        assertThat(pass(bench, trial).report().outcome()).isEqualTo(Outcome.ALLOWED);
        trial.close();

        Bench.await(gone);
    }

    @Test
    @DisplayName("is refused with the instance and the setting that is wrong, and then holds nothing")
    void refused() {
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS), "{}");

        assertThatThrownBy(() -> bench.engine.trial(List.of(instance("s", 1, "{'wrong':1}")), List.of()))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.path()).isEqualTo("s/wrong"))
                .hasMessage("[wrong] is no setting");
        assertThatThrownBy(() -> bench.engine.trial(List.of(instance("t", 1, "{}")), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("Handler [t] is not in service; did you mean [s]?");
        assertThatThrownBy(() -> bench.engine.trial(List.of(instance("s", 101, "{}")), List.of()))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.path()).isEqualTo("s/priority"));
        Member nobody = new Member() {};
        assertThatThrownBy(() ->
                        bench.engine.trial(List.of(), List.of(new StandIn("unheard", instance("x", 1, "{}"), nobody))))
                .hasMessage("There is no plugin type [unheard]");

        Bench.await(bench.serve(FakePlugins.none(), "{}"));
    }

    @Test
    @DisplayName("puts a stand-in in its place for single servers, and leaves out one that is switched off")
    void standInsByServer() {
        Member blocks = new Member() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.block("no", "no");
            }
        };
        Placement on = new Placement(true, true, Optional.empty(), Bench.json("{}"));
        Placement off = new Placement(false, true, Optional.empty(), Bench.json("{}"));
        InstanceConfig config = new InstanceConfig("guard", Optional.of(on), Map.of("files", off));

        try (Trial trial = bench.engine.trial(List.of(), List.of(new StandIn("security", config, blocks)))) {
            assertThat(pass(bench, trial).proceeds()).isFalse();
            assertThat(Bench.await(trial.pass(bench.begin("files"), Bench.request(Bench.REQUEST), Optional.empty()))
                            .proceeds())
                    .isTrue();
            assertThat(trial.chain("files")).extracting(ChainEntry::state).containsExactly("disabled");
        }
    }

    @Test
    @DisplayName("of a stand-in that hangs quarantines no plugin")
    void hangingStandIn() {
        Member hangs = new Member() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                bench.hang();
                return PolicyDecision.allow();
            }
        };
        bench.deadline(java.time.Duration.ofMillis(50));
        Trial trial =
                bench.engine.trial(List.of(), List.of(new StandIn("security", instance("guard", 1, "{}"), hangs)));
        for (int i = 0; i < 6; i++) {
            assertThat(pass(bench, trial).proceeds()).isFalse();
        }

        assertThat(pass(bench, trial).reasonCode()).isEqualTo("plugin_quarantined");
        assertThat(bench.quarantined).isEmpty();
        assertThat(bench.reports).isEmpty();
    }

    @Test
    @DisplayName("of middleware passes messages of a chain that is empty")
    void beside() {
        bench.serve(
                FakePlugins.none().and("m", (Middleware) call -> Bench.saying(call, "x")), "{'m':{'enabled':false}}");

        try (Trial trial = bench.engine.trial(List.of(instance("m", 1, "{}")), List.of())) {
            assertThat(pass(bench, trial).report().outcome()).isEqualTo(Outcome.MODIFIED);
            assertThat(bench.pass().unchanged()).isTrue();
        }
    }

    @Test
    @DisplayName("that breaks off gives back what it holds, so that plugins can be replaced after it")
    void breaksOff() {
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS), "{}");
        List<InstanceConfig> broken = Collections.singletonList(null);

        assertThatThrownBy(() -> bench.engine.trial(broken, List.of())).isInstanceOf(NullPointerException.class);

        Bench.await(bench.serve(FakePlugins.none(), "{}"));
    }

    @Test
    @DisplayName("that was closed while a plugin hung in it keeps this plugin from being stopped under the call")
    void closedWhileHanging() {
        CountDownLatch letGo = new CountDownLatch(1);
        Security hangs = call -> {
            Bench.hang(letGo);
            return PolicyDecision.allow();
        };
        bench.serve(FakePlugins.none().and("s", hangs), "{'s':{'enabled':false}}");
        bench.deadline(Duration.ofMillis(50));
        Trial trial = bench.engine.trial(List.of(instance("s", 1, "{}")), List.of());
        assertThat(pass(bench, trial).reasonCode()).isEqualTo("plugin_timeout");
        trial.close();

        // Nothing but the trial uses it.
        CompletableFuture<Void> gone = bench.engine.switchTo(FakePlugins.none()).toCompletableFuture();
        assertThat(gone).isNotDone();
        letGo.countDown();

        Bench.await(gone);
    }
}
