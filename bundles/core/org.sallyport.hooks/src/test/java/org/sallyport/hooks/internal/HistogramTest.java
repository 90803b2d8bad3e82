package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.spi.hook.HookAdmin.Times;

@DisplayName("A histogram")
class HistogramTest {
    private static final long LONGEST = 1L << 42;

    private static Times times(Histogram... histograms) {
        return Histogram.times(List.of(histograms));
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.record(Marks.owner(Marks.mine()), nanos);
    }

    private static void assertWithin(long shown, long[] sorted, double share) {
        long exact = sorted[(int) Math.ceil(share * sorted.length) - 1];
        assertThat(shown).isBetween(exact, exact + exact / 8);
    }

    @Test
    @DisplayName("without durations says zero")
    void empty() {
        assertThat(times(new Histogram())).isEqualTo(Times.NONE);
        assertThat(times()).isEqualTo(Times.NONE);
    }

    @Property
    @Label("puts each value in a bucket whose edge is at most 12.5 % above it")
    void resolution(@ForAll @LongRange(min = 0, max = LONGEST - 1) long value) {
        assertThat(Histogram.upperEdge(Histogram.bucket(value))).isBetween(value, value + value / 8);
    }

    @Property
    @Label("never shows less than the true percentile, and at most 12.5 % more, whatever the durations were")
    void percentiles(@ForAll @Size(min = 1, max = 400) List<@LongRange(min = 0, max = LONGEST - 1) Long> durations) {
        Histogram histogram = new Histogram();
        durations.forEach(nanos -> record(histogram, nanos));
        long[] sorted = durations.stream().mapToLong(Long::longValue).sorted().toArray();

        Times times = times(histogram);

        assertThat(times.count()).isEqualTo(sorted.length);
        assertWithin(times.p50Nanos(), sorted, 0.5);
        assertWithin(times.p95Nanos(), sorted, 0.95);
        assertWithin(times.p99Nanos(), sorted, 0.99);
        assertThat(times.maxNanos()).isEqualTo(sorted[sorted.length - 1]);
    }

    /** What handlers do: most are quick, few are slow by powers of ten. */
    @Test
    @DisplayName("gives back the quantiles of a known distribution, also when it is put into several to be summed")
    void known() {
        long[] values = new Random(2)
                .doubles(100_000)
                .mapToLong(share -> (long) (1_000 / Math.pow(1 - share, 1.5)))
                .toArray();
        Histogram[] parts = {new Histogram(), new Histogram(), new Histogram()};
        parts[1].spread();
        for (int i = 0; i < values.length; i++) {
            record(parts[i % 3], values[i]);
        }
        Arrays.sort(values);

        Times times = times(parts);

        assertThat(times.count()).isEqualTo(values.length);
        assertWithin(times.p50Nanos(), values, 0.5);
        assertWithin(times.p95Nanos(), values, 0.95);
        assertWithin(times.p99Nanos(), values, 0.99);
        assertThat(times.maxNanos()).isEqualTo(values[values.length - 1]);
    }

    @Test
    @DisplayName("takes the longest and negative durations without harm")
    void edges() {
        Histogram histogram = new Histogram();
        record(histogram, -5);
        record(histogram, Long.MAX_VALUE);

        assertThat(times(histogram).p50Nanos()).isZero();
        assertThat(times(histogram).p99Nanos()).isGreaterThanOrEqualTo(LONGEST - 1);
        assertThat(times(histogram).maxNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest(name = "spread: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("loses no duration under several threads, also while it is being spread")
    void threads(boolean spread) throws Exception {
        int threads = 4;
        int each = 200_000;
        Histogram histogram = new Histogram();
        Marks.positions(); // frees the numbers of threads that ended, so that these have some of their own
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(pool.submit(() -> {
                for (int n = 1; n <= each; n++) {
                    record(histogram, n);
                    if (spread && n == each / 2) {
                        histogram.spread();
                    }
                }
            }));
        }
        for (Future<?> one : running) {
            one.get(30, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(times(histogram).count()).isEqualTo((long) threads * each);
        assertThat(times(histogram).maxNanos()).isEqualTo(each);
    }
}
