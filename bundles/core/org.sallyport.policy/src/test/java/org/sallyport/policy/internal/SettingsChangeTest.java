package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.Settings;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Plugin;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("A change of settings alone, while messages pass")
class SettingsChangeTest {
    private static final int CALLERS = 8;
    private static final int CHANGES = 300;

    private final Bench bench = new Bench();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    /** How often a member with these settings was closed. */
    private final Map<String, AtomicInteger> closed = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        callers.shutdownNow();
        bench.close();
    }

    private AtomicInteger closed(String settings) {
        return closed.computeIfAbsent(settings, key -> new AtomicInteger());
    }

    private void called(String settings) {
        if (closed(settings).get() > 0) {
            wrong.add("called with settings " + settings + " that are not in use any more");
        }
    }

    private static String number(Settings settings) {
        return String.valueOf(settings.document().get("n").asLong(-1));
    }

    /** A plugin's service: it is the same for all settings, and makes a member for each. */
    private final class First implements Security {
        @Override
        public Plugin configured(Settings settings) {
            String mine = number(settings);
            return new Security() {
                @Override
                public PolicyDecision decide(PolicyCall call) {
                    called(mine);
                    Thread.yield();
                    called(mine);
                    return PolicyDecision.allow(mine, "none");
                }

                @Override
                public void close() {
                    closed(mine).incrementAndGet();
                }
            };
        }

        @Override
        public PolicyDecision decide(PolicyCall call) {
            throw new IllegalStateException("The service itself is not called");
        }
    }

    private static final class Second implements Middleware {
        @Override
        public Plugin configured(Settings settings) {
            String mine = number(settings);
            return (Middleware) call -> Bench.saying(call, mine);
        }

        @Override
        public PolicyDecision decide(PolicyCall call) {
            throw new IllegalStateException("The service itself is not called");
        }
    }

    private static String entries(int n) {
        return "{'first':{'priority':1,'n':" + n + "},'second':{'priority':2,'n':" + n + "}}";
    }

    @Test
    @DisplayName(
            "reaches all its members in one step, loses no message, leaves the plugin as it is and ends each setting once")
    void underLoad() throws Exception {
        var plugin = FakePlugins.plugin("p").at("1.0.0");
        FakePlugins plugins =
                FakePlugins.none().and(plugin, "first", new First()).and(plugin, "second", new Second());
        Bench.await(bench.serve(plugins, entries(0)));
        var done = new AtomicBoolean();
        List<Future<Integer>> running = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            running.add(callers.submit(() -> {
                int last = 0;
                int passes = 0;
                while (!done.get()) {
                    last = check(bench.pass(), last);
                    passes++;
                }
                return passes;
            }));
        }

        for (int i = 1; i <= CHANGES; i++) {
            bench.engine.changed(Bench.configuration(entries(i)));
            // Who comes after the change has the new settings.
            assertThat(check(bench.pass(), i)).isEqualTo(i);
        }
        done.set(true);
        int passes = 0;
        for (Future<Integer> caller : running) {
            passes += caller.get(Bench.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Bench.await(bench.serve(FakePlugins.none(), "{}"));

        // Without an entry and not yet gone, it may have stood in the chain for a moment by autojoin.
        closed.remove("-1");

        assertThat(wrong).isEmpty();
        assertThat(passes).isGreaterThan(CALLERS);
        assertThat(closed)
                .hasSize(CHANGES + 1)
                .allSatisfy((settings, times) -> assertThat(times).as(settings).hasValue(1));
    }

    /** The settings that a message met, which must be one set and none older than before. */
    private int check(PolicyResult result, int last) {
        List<PolicyReport.Stage> stages = result.report().stages();
        if (!result.proceeds() || stages.size() != 2) {
            wrong.add("a message missed its plugins: " + result.reason());
            return last;
        }
        int met = Integer.parseInt(stages.get(0).reason());
        if (!stages.get(1).reason().equals("changed to " + met)) {
            wrong.add("a message met two settings: " + stages);
        } else if (met < last) {
            wrong.add("a message met settings " + met + " after " + last);
        } else if (!stages.get(0).version().equals("1.0.0")) {
            wrong.add("another version: " + stages);
        }
        return met;
    }
}
