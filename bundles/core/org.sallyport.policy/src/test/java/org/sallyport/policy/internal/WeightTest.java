package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("A large message")
class WeightTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    /** Has a minute for what others have a tenth of a second for. */
    private static final long LARGE = 600 * Weight.UNIT;

    private final CountDownLatch letGo = new CountDownLatch(1);
    private Bench bench = new Bench();

    @AfterEach
    void close() {
        letGo.countDown();
        bench.close();
    }

    private PolicyResult pass(long bytes) {
        Inbound message = new Inbound(Message.MCP, Message.REQUEST, "m", Bench.json("{'id':1,'method':'m'}"), bytes);
        return bench.engine
                .pass(bench.begin("s"), message, Optional.empty())
                .toCompletableFuture()
                .join();
    }

    private static void rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @DisplayName("weighs 1 for each MiB that is begun, and never nothing")
    @CsvSource({"0, 1", "1, 1", "1048576, 1", "1048577, 2", "2097152, 2", "52428800, 50", "1073741824, 1024"})
    void weighs(long bytes, long weight) {
        assertThat(Weight.of(bytes)).isEqualTo(weight);
    }

    @Test
    @DisplayName("has ten minutes at most, unless every message has more")
    void longest() {
        Duration two = Duration.ofSeconds(2);
        assertThat(Weight.time(two, 300 * Weight.UNIT)).isEqualTo(Weight.LONGEST);
        assertThat(Weight.time(two, 299 * Weight.UNIT)).isEqualTo(Duration.ofSeconds(598));
        assertThat(Weight.time(two, 301 * Weight.UNIT)).isEqualTo(Weight.LONGEST);
        assertThat(Weight.time(Duration.ofMinutes(11), Weight.UNIT + 1)).isEqualTo(Duration.ofMinutes(11));
    }

    @Test
    @DisplayName("has more time than a small one, for which the same member is too slow")
    void hasMoreTime() {
        Middleware reads = call -> {
            rest(3 * SHORT.toMillis());
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", reads), "{'a':{}}");
        bench.deadline(SHORT);

        assertThat(pass(Weight.UNIT).reasonCode()).isEqualTo("plugin_timeout");
        assertThat(pass(LARGE).proceeds()).isTrue();
    }

    @Test
    @DisplayName("of which many come at once costs no member its place")
    void keepsItsPlace() throws Exception {
        CountDownLatch all = new CountDownLatch(PluginWatch.MAX_STUCK);
        Middleware reads = call -> {
            all.countDown();
            Bench.hang(letGo);
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", reads), "{'a':{}}");
        bench.deadline(SHORT);
        Inbound message = new Inbound(Message.MCP, Message.REQUEST, "m", Bench.json("{'id':1,'method':'m'}"), LARGE);
        var passes = IntStream.range(0, PluginWatch.MAX_STUCK)
                .mapToObj(i -> bench.engine
                        .pass(bench.begin("s"), message, Optional.empty())
                        .toCompletableFuture())
                .toList();
        all.await();
        rest(2 * SHORT.toMillis());
        letGo.countDown();

        assertThat(passes).allMatch(pass -> pass.join().proceeds());
        assertThat(bench.quarantined).isEmpty();
    }

    @Test
    @DisplayName("may take longer before its member counts as slow")
    void slow() {
        bench.close();
        Duration limit = Duration.ofMillis(1);
        bench = new Bench(Bench.PATIENCE, new Breaker.Rule(2, 2, Duration.ofHours(1), 9, Duration.ofHours(1), limit));
        Middleware reads = call -> {
            rest(2);
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", reads), "{'a':{}}");

        for (long bytes : List.of(1L << 40, 1L << 40, 1L, 1L)) {
            assertThat(pass(bytes).proceeds()).isTrue();
        }
        assertThat(pass(1L).reasonCode()).isEqualTo("plugin_suspended");
    }
}
