package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A histogram")
class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    @DisplayName("without durations says zero")
    void empty() {
        assertThat(histogram.summary()).isEqualTo(new Histogram.Summary(0, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("knows the quantiles of 1 to 100,000 within 12.5 %, and the longest exactly")
    void known() {
        LongStream.rangeClosed(1, 100_000).forEach(histogram::record);
        Histogram.Summary summary = histogram.summary();

        assertThat(summary.count()).isEqualTo(100_000);
        assertThat(summary.p50()).isBetween(50_000L, 56_250L);
        assertThat(summary.p95()).isBetween(95_000L, 100_000L);
        assertThat(summary.p99()).isBetween(99_000L, 100_000L);
        assertThat(summary.max()).isEqualTo(100_000);
    }

    @Test
    @DisplayName("takes the longest and negative durations without harm")
    void edges() {
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);
        histogram.record(Long.MAX_VALUE);

        assertThat(histogram.summary().count()).isEqualTo(3);
        assertThat(histogram.summary().max()).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.summary().p50()).isGreaterThanOrEqualTo(1L << 40);
    }

    @Test
    @DisplayName("counts exactly what eight threads record at once")
    void threads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int own = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    histogram.record(own * 20_000L + i);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(histogram.summary().count()).isEqualTo(160_000);
        assertThat(histogram.summary().max()).isEqualTo(159_999);
    }

    @Test
    @DisplayName("knows the shortest durations exactly")
    void shortest() {
        LongStream.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1_000).forEach(histogram::record);

        assertThat(histogram.summary().p50()).isEqualTo(1);
    }
}
