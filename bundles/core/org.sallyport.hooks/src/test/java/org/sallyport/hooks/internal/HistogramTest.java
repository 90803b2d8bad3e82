package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A histogram")
class HistogramTest {
    @Test
    @DisplayName("without durations says zero")
    void empty() {
        assertThat(new Histogram().percentile(0.99)).isZero();
        assertThat(new Histogram().max()).isZero();
    }

    @Test
    @DisplayName("puts each value in a bucket whose edge is at most 12.5 % above it")
    void resolution() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong() >>> 22 + random.nextInt(42);
            long edge = Histogram.upperEdge(Histogram.bucket(value));

            assertThat(edge).isBetween(value, value + value / 8);
        }
    }

    @Test
    @DisplayName("is never less than the true percentile, and at most 12.5 % more")
    void percentiles() {
        Random random = new Random(2);
        long[] values = random.longs(10_000, 0, 1L << 30).toArray();
        Histogram histogram = new Histogram();
        Arrays.stream(values).forEach(histogram::record);
        Arrays.sort(values);

        for (double share : new double[] {0.5, 0.95, 0.99, 1}) {
            long exact = values[(int) Math.ceil(share * values.length) - 1];
            assertThat(histogram.percentile(share)).isBetween(exact, exact + exact / 8);
        }
        assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
    }

    @Test
    @DisplayName("takes the longest and negative durations without harm")
    void edges() {
        Histogram histogram = new Histogram();
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);

        assertThat(histogram.percentile(0.5)).isZero();
        assertThat(histogram.max()).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.percentile(1)).isGreaterThanOrEqualTo((1L << 42) - 1);
    }
}
