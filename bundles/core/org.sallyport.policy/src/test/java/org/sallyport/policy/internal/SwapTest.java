package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Plugin;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;
import org.sallyport.spi.policy.PolicyType;

@DisplayName("Replacing plugins while messages pass")
class SwapTest {
    private static final int CALLERS = 8;
    private static final int SWAPS = 300;

    private final Bench bench = new Bench();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        callers.shutdownNow();
        bench.close();
    }

    /** One version of a plugin with two handlers, so that a mixed chain would show. */
    private static final class Version {
        private final int number;
        private final ConcurrentLinkedQueue<String> wrong;
        private final AtomicInteger closed = new AtomicInteger();
        private final AtomicInteger made = new AtomicInteger();
        private volatile boolean stopped;

        Version(int number, ConcurrentLinkedQueue<String> wrong) {
            this.number = number;
            this.wrong = wrong;
        }

        private void called() {
            if (closed.get() > 0 || stopped) {
                wrong.add("version " + number + " was called after it was closed");
            }
        }

        private void ended() {
            if (closed.get() > 0 || stopped) {
                wrong.add("version " + number + " was closed under a call");
            }
        }

        FakePlugins plugins() {
            var plugin = FakePlugins.plugin("p").at("1.0." + number);
            return FakePlugins.none()
                    .and(plugin, "first", new First(this))
                    .and(plugin, "second", new Second(this))
                    .and(plugin, "third", new Third(this));
        }
    }

    private record First(Version version) implements Security {
        @Override
        public Plugin configured(org.sallyport.api.config.Settings settings) {
            version.made.incrementAndGet();
            return this;
        }

        @Override
        public PolicyDecision decide(PolicyCall call) {
            version.called();
            Thread.yield();
            version.ended();
            return PolicyDecision.allow("v" + version.number, "none");
        }

        @Override
        public void close() {
            version.closed.incrementAndGet();
        }
    }

    private record Second(Version version) implements Middleware {
        @Override
        public PolicyDecision decide(PolicyCall call) {
            version.called();
            PolicyDecision said = Bench.saying(call, "v" + version.number);
            version.ended();
            return said;
        }
    }

    private record Third(Version version) implements Auditing {
        @Override
        public void observe(PolicyReport report) {
            version.called();
            report.stages();
            version.ended();
        }
    }

    @Test
    @DisplayName("gives each message one version whole, calls none that was closed, and closes each exactly once")
    void underLoad() throws Exception {
        var wrong = new ConcurrentLinkedQueue<String>();
        List<Version> versions = new ArrayList<>();
        versions.add(new Version(0, wrong));
        String entries = "{'first':{'priority':1},'second':{'priority':2},'third':{'critical':false}}";
        Bench.await(bench.serve(versions.get(0).plugins(), entries));
        var done = new AtomicBoolean();
        var passes = new AtomicLong();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            running.add(callers.submit(() -> {
                while (!done.get()) {
                    check(bench.pass(), wrong);
                    passes.incrementAndGet();
                }
            }));
        }

        for (int i = 1; i <= SWAPS; i++) {
            Version next = new Version(i, wrong);
            versions.add(next);
            Version old = versions.get(i - 1);
            CompletableFuture<Void> drained =
                    bench.engine.switchTo(next.plugins()).toCompletableFuture();
            if (i % 3 == 0) {
                Bench.await(drained);
                if (old.closed.get() != 1) {
                    wrong.add("version " + old.number + " was drained and closed " + old.closed + " times");
                }
                old.stopped = true;
            }
        }
        done.set(true);
        for (Future<?> caller : running) {
            caller.get(Bench.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Bench.await(bench.serve(FakePlugins.none(), "{}"));

        assertThat(wrong).isEmpty();
        assertThat(passes.get()).isGreaterThan(CALLERS);
        assertThat(versions).allSatisfy(version -> {
            assertThat(version.made).hasValue(1);
            assertThat(version.closed).hasValue(1);
        });
    }

    private static void check(PolicyResult result, ConcurrentLinkedQueue<String> wrong) {
        List<PolicyReport.Stage> stages = result.report().stages();
        if (!result.proceeds() || stages.size() != 2) {
            wrong.add("a message missed its plugins: " + result.reason());
        } else if (!stages.get(0).version().equals(stages.get(1).version())
                || !stages.get(1).reason().equals("changed to " + stages.get(0).reason())) {
            wrong.add("a message saw two versions: " + stages);
        }
    }

    @Test
    @DisplayName("lets a message that came before finish on the old version, while a later one has the new one")
    void oldAndNew() {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Security old = call -> {
            inside.countDown();
            go.await();
            return PolicyDecision.allow("old", "none");
        };
        Security fresh = call -> PolicyDecision.allow("new", "none");
        bench.serve(FakePlugins.none().and("s", old), "{'s':{}}");
        CompletableFuture<PolicyResult> before = bench.passing();
        Bench.await(inside);

        CompletableFuture<Void> drained = bench.engine
                .switchTo(FakePlugins.none().and(FakePlugins.plugin("s").at("2.0.0"), "s", fresh))
                .toCompletableFuture();
        CompletableFuture<Void> drainedToo =
                bench.engine.switchTo(FakePlugins.none().and("t", fresh)).toCompletableFuture();
        bench.engine.changed(Bench.configuration("{}"));
        assertThat(bench.pass().report().reason()).isEqualTo("[t] new");
        assertThat(before).isNotDone();
        assertThat(drained).isNotDone();
        // It waits for the set before the one it replaced as well.
        assertThat(drainedToo).isNotDone();
        go.countDown();

        assertThat(Bench.await(before).report().reason()).isEqualTo("[s] old");
        Bench.await(drained);
        Bench.await(drainedToo);
    }

    @Test
    @DisplayName("keeps a member that both have open, though the message on the old chain ends last")
    void keptMember() {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var closed = new AtomicInteger();
        Security stays = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) throws Exception {
                inside.countDown();
                go.await();
                return PolicyDecision.allow("closed " + closed, "none");
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        FakePlugins plugins = FakePlugins.none().and("s", stays);
        bench.serve(plugins, "{'s':{}}");
        CompletableFuture<PolicyResult> before = bench.passing();
        Bench.await(inside);

        bench.engine.switchTo(plugins.and("t", Bench.ALLOWS));
        CompletableFuture<Void> gone = bench.serve(FakePlugins.none(), "{}");
        assertThat(closed).hasValue(0);
        go.countDown();

        assertThat(Bench.await(before).report().reason()).isEqualTo("[s] closed 0");
        Bench.await(gone);
        assertThat(closed).hasValue(1);
    }

    @Test
    @DisplayName("is possible from within a plugin, whose message then finishes on its own chain")
    void fromWithin() {
        Security swaps = call -> {
            bench.engine.switchTo(FakePlugins.none());
            return PolicyDecision.allow("a", "none");
        };
        bench.serve(
                FakePlugins.none().and("a", swaps).and("b", (Security) call -> PolicyDecision.allow("b", "none")),
                "{}");

        assertThat(bench.pass().report().reason()).isEqualTo("[a] a | [b] b");
        assertThat(bench.engine.isEmpty("")).isTrue();
        Bench.await(bench.engine.switchTo(FakePlugins.none()));
    }

    @Test
    @DisplayName("counts every call of a member exactly, whoever makes it")
    void counts() throws Exception {
        AtomicInteger errors = new AtomicInteger();
        Middleware fails = call -> {
            if (call.exchange().id().hashCode() % 3 == 0) {
                errors.incrementAndGet();
                throw new IllegalStateException();
            }
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", fails), "{'a':{'critical':false}}");
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            running.add(callers.submit(() -> {
                for (int n = 0; n < 500; n++) {
                    Bench.await(bench.engine.pass(bench.begin(""), Bench.request(Bench.REQUEST), Optional.empty()));
                }
            }));
        }
        for (Future<?> caller : running) {
            caller.get(Bench.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        ChainStatistics statistics = bench.engine.statistics("").get(0);
        assertThat(statistics.calls()).isEqualTo(CALLERS * 500L);
        assertThat(statistics.errors()).isEqualTo(errors.get()).isPositive();
        assertThat(statistics.p50Micros()).isPositive().isLessThanOrEqualTo(statistics.p95Micros());
        assertThat(statistics.p95Micros()).isLessThanOrEqualTo(statistics.p99Micros());
        assertThat(statistics.p99Micros()).isLessThanOrEqualTo(statistics.maxMicros());
    }

    @Test
    @DisplayName("is not over while the chain before stays in service because the next one could not be compiled")
    void notCompiled() {
        PolicyType<Security> broken = new PolicyType<>() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public Class<Security> contract() {
                throw new IllegalStateException("a bug of the platform");
            }

            @Override
            public Rules rules() {
                return new Rules(java.util.Set.of(), false, false, false, false);
            }

            @Override
            public Member configure(Security plugin, org.sallyport.api.config.Settings settings) {
                return new Member() {};
            }
        };
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS), "{}");
        bench.engine.types(List.of(broken));

        CompletableFuture<Void> gone = bench.engine.switchTo(FakePlugins.none()).toCompletableFuture();
        assertThat(bench.pass().report().securityEvaluated()).isTrue();
        assertThat(gone).isNotDone();
        bench.engine.types(FakePlugins.TYPES);

        Bench.await(gone);
        assertThat(bench.engine.isEmpty("")).isTrue();
    }
}
