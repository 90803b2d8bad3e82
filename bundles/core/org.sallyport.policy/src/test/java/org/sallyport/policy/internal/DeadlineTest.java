package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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

@DisplayName("A plugin that hangs")
class DeadlineTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    private final Bench bench = new Bench();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void close() {
        letGo.countDown();
        bench.close();
    }

    /** Hangs when it is called, and then blocks. Counts how often it was closed, and whether a call ran then. */
    private final class Hanging implements Security {
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private volatile boolean closedUnderCall;
        private volatile PolicyCall call;

        @Override
        public PolicyDecision decide(PolicyCall asked) {
            call = asked;
            inside.incrementAndGet();
            Bench.hang(letGo);
            inside.decrementAndGet();
            return PolicyDecision.block("too late", "too_late");
        }

        @Override
        public void close() {
            closedUnderCall |= inside.get() > 0;
            closed.incrementAndGet();
        }
    }

    @Test
    @DisplayName("stops the message at the deadline if it is critical; nobody after it is asked")
    void critical() {
        int[] asked = {0};
        Middleware later = call -> {
            asked[0]++;
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", new Hanging()).and("b", later), "{'a':{'priority':1},'b':{}}");
        bench.deadline(SHORT);

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(result.reason()).isEqualTo("Stopped because [a], which is critical, failed: [timeout]");
        assertThat(result.reasonCode()).isEqualTo("plugin_timeout");
        assertThat(result.report().reason()).isEqualTo("[a] it did not answer within [PT0.5S]");
        assertThat(result.report().stages()).singleElement().satisfies(stage -> {
            assertThat(stage.errorType()).isEqualTo("timeout");
            assertThat(stage.outcome()).isEqualTo(Outcome.ERROR);
        });
        assertThat(asked[0]).isZero();
    }

    @Test
    @DisplayName("is passed by if it is not critical, and the others have time of their own")
    void optional() {
        bench.serve(
                FakePlugins.none()
                        .and("a", new Hanging())
                        .and("b", new Hanging())
                        .and("c", Bench.ALLOWS),
                "{'a':{'priority':1,'critical':false},'b':{'priority':2,'critical':false},'c':{'priority':3}}");
        bench.deadline(SHORT);

        PolicyResult result = bench.pass();

        assertThat(result.unchanged()).isTrue();
        assertThat(result.report().stages())
                .extracting(PolicyReport.Stage::errorType)
                .containsExactly("timeout", "timeout", "");
    }

    @Test
    @DisplayName("is told by its call that nobody waits any more, and what it says then changes nothing")
    void late() {
        Hanging hanging = new Hanging();
        bench.serve(FakePlugins.none().and("a", hanging), "{'a':{'critical':false}}");
        bench.deadline(SHORT);

        PolicyResult result = bench.pass();
        assertThat(hanging.call.cancelled()).isTrue();
        assertThat(hanging.call.remaining()).isZero();
        letGo.countDown();
        Bench.until("it let go", () -> bench.engine.statistics("").get(0).threadsKept() == 0);

        assertThat(result.proceeds()).isTrue();
        assertThat(result.report().outcome()).isNotEqualTo(Outcome.BLOCKED);
        assertThat(result.report().stages())
                .extracting(PolicyReport.Stage::reasonCode)
                .containsExactly("plugin_timeout");
        assertThat(bench.engine.statistics("").get(0).calls()).isEqualTo(1);
        assertThat(bench.engine.statistics("").get(0).errors()).isEqualTo(1);
    }

    @Test
    @DisplayName("is closed once, after the call that hung came back; until then the switch is not over")
    void closedAfterwards() {
        Hanging hanging = new Hanging();
        bench.serve(FakePlugins.none().and("a", hanging), "{'a':{'critical':false}}");
        bench.deadline(SHORT);
        bench.pass();

        CompletableFuture<Void> gone = bench.serve(FakePlugins.none(), "{}");
        bench.pass();
        assertThat(gone).isNotDone();
        assertThat(hanging.closed).hasValue(0);
        letGo.countDown();
        Bench.await(gone);

        assertThat(hanging.closed).hasValue(1);
        assertThat(hanging.closedUnderCall).isFalse();
    }

    @Test
    @DisplayName("with four threads at a time is quarantined, and the threads that it keeps do not grow in number")
    void capped() {
        Hanging hanging = new Hanging();
        bench.serve(FakePlugins.none().and("a", hanging), "{'a':{'critical':false}}");
        bench.deadline(SHORT);

        for (int i = 0; i < 3; i++) {
            assertThat(bench.pass().proceeds()).isTrue();
        }
        assertThat(bench.quarantined).isEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(bench.pass().proceeds()).isTrue();
        }

        assertThat(hanging.inside).hasValue(PluginWatch.MAX_STUCK);
        assertThat(bench.engine.statistics("").get(0).threadsKept()).isEqualTo(4);
        assertThat(bench.quarantined)
                .containsExactly("a: Instance [a] keeps [4] threads beyond their deadline; at most [3] are tolerated");
        assertThat(bench.pass().report().stages().get(0).errorType()).isEqualTo("quarantined");
    }

    @Test
    @DisplayName("leaves the time it took to nobody: who comes after a slow one that used all is not blamed")
    void noTimeLeft() {
        Middleware slow = call -> {
            while (!call.remaining().isZero() && !call.cancelled()) {
                Thread.onSpinWait();
            }
            return PolicyDecision.pass();
        };
        AtomicInteger asked = new AtomicInteger();
        Middleware next = call -> {
            asked.incrementAndGet();
            return PolicyDecision.pass();
        };
        bench.serve(
                FakePlugins.none().and("a", slow).and("b", next).and("c", Bench.ALLOWS),
                "{'a':{'priority':1,'critical':false},'b':{'priority':2,'critical':false},'c':{'priority':3}}");
        bench.deadline(SHORT);

        // It depends on the watchdog who of the two is charged, but never both, and the last has time in any case.
        PolicyResult result = bench.pass();

        List<String> errors = result.report().stages().stream()
                .map(PolicyReport.Stage::errorType)
                .toList();
        assertThat(errors).isIn(List.of("timeout", "", ""), List.of("", "timeout", ""));
        assertThat(bench.engine.statistics("").get(1).errors()).isZero();
        assertThat(asked).hasValue(errors.get(1).isEmpty() ? 1 : 0);
    }

    @Test
    @DisplayName("as a critical auditor stops the message; the next one hears of it")
    void auditor() {
        Auditing hangs = report -> Bench.hang(letGo);
        PolicyReport[] heard = new PolicyReport[1];
        Auditing listens = report -> heard[0] = report;
        bench.serve(FakePlugins.none().and("hangs", hangs).and("listens", listens), "{'hangs':{},'listens':{}}");
        bench.deadline(SHORT);

        PolicyResult result = bench.pass();

        assertThat(result.proceeds()).isFalse();
        assertThat(result.report().blockedAt()).contains("hangs");
        assertThat(result.reasonCode()).isEqualTo("plugin_timeout");
        assertThat(heard[0].outcome()).isEqualTo(Outcome.ERROR);
    }

    @Test
    @DisplayName("as another auditor holds up no message, hears of none meanwhile, and of all that waited after")
    void otherAuditor() {
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        Auditing slow = report -> {
            if (heard.incrementAndGet() == 1) {
                Bench.hang(first);
            }
        };
        bench.serve(FakePlugins.none().and("audit", slow), "{'audit':{'critical':false}}");

        for (int i = 0; i < 50; i++) {
            assertThat(bench.pass().proceeds()).isTrue();
        }
        assertThat(heard).hasValueLessThanOrEqualTo(1);
        first.countDown();
        Bench.until("all were delivered", () -> heard.get() == 50);

        assertThat(bench.engine.statistics("").get(0).dropped()).isZero();
    }

    @Test
    @DisplayName("when it is configured is refused at the deadline, all its instances at once")
    void configured() {
        AtomicInteger configured = new AtomicInteger();
        Security hangs = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public FakePlugins.Plugin configured(org.sallyport.api.config.Settings settings) {
                configured.incrementAndGet();
                Bench.hang(letGo);
                return this;
            }
        };
        bench.deadline(SHORT);
        bench.engine.switchTo(FakePlugins.none().and("a", hangs));
        configured.set(0);
        bench.engine.changed(Bench.configuration("{'a~one':{},'a~two':{},'a~three':{}}"));

        assertThat(configured).hasValue(1);
        assertThat(bench.entry("", "a~one").why())
                .isEqualTo("its settings were refused: the plugin failed on them with [timeout]: it did not answer in"
                        + " time; it is critical, so its messages are stopped");
        assertThat(bench.entry("", "a~three").why()).contains("another instance of it did not answer in time");
        assertThat(bench.pass().reasonCode()).isEqualTo("plugin_refused");
    }

    @Test
    @DisplayName("at closing delays the switch by its limit, and does not stop it")
    void closing() {
        Security hangs = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public void close() {
                Bench.hang(letGo);
            }
        };
        bench.serve(FakePlugins.none().and("a", hangs), "{}");
        bench.pass();

        Bench.await(bench.serve(FakePlugins.none(), "{}"));

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.NO_SECURITY);
    }

    @Test
    @DisplayName("too often costs no message, though whoever takes faults is just being updated")
    void faultsGone() {
        Engine own = new Engine(Bench.options(SHORT, Bench.PATIENT), new PluginFaults() {
            @Override
            public void quarantine(String plugin, String cause) {
                throw new NoClassDefFoundError("gone");
            }

            @Override
            public void report(String plugin, String cause) {}
        });
        try (own) {
            own.types(FakePlugins.TYPES);
            own.settings(Optional.of(FakePlugins.SETTINGS));
            own.changed(Bench.configuration("{'a':{'critical':false}}"));
            own.switchTo(FakePlugins.none().and("a", new Hanging()));

            for (int i = 0; i < PluginWatch.MAX_STUCK + 1; i++) {
                assertThat(Bench.await(own.pass(
                                        own.begin(new Party("", "", "", "", false)),
                                        Bench.request(Bench.REQUEST),
                                        Optional.empty()))
                                .proceeds())
                        .isTrue();
            }
            letGo.countDown();
        }
    }

    @Test
    @DisplayName("when it is configured gets what it made too late closed at once")
    void configuredLate() {
        AtomicInteger closed = new AtomicInteger();
        Security hangs = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public FakePlugins.Plugin configured(org.sallyport.api.config.Settings settings) {
                Bench.hang(letGo);
                return this;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        bench.deadline(SHORT);
        bench.engine.switchTo(FakePlugins.none().and("a", hangs));
        assertThat(closed).hasValue(0);

        letGo.countDown();

        Bench.until("closed", () -> closed.get() == 1);
    }

    @Test
    @DisplayName("when the engine is stopped holds up no message; that stops, and those after it are stopped, too")
    void engineStops() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Security hangs = call -> {
            inside.countDown();
            Bench.hang(letGo);
            return PolicyDecision.allow();
        };
        bench.serve(FakePlugins.none().and("a", hangs), "{'a':{'critical':false}}");
        CompletableFuture<PolicyResult> passing = bench.passing();
        Bench.await(inside);

        // Its deadline is as long as a test waits.
        bench.engine.close();
        PolicyResult stopped = passing.get(Bench.PATIENCE.toSeconds() / 2, TimeUnit.SECONDS);
        PolicyResult after = bench.pass();

        assertThat(stopped.proceeds()).isFalse();
        assertThat(stopped.reason()).isEqualTo("The policy engine was stopped");
        assertThat(stopped.reasonCode()).isEqualTo("overloaded");
        assertThat(after.report().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(after.reason()).isEqualTo("The policy engine was stopped");
        assertThat(bench.reports).isEmpty();
    }
}
