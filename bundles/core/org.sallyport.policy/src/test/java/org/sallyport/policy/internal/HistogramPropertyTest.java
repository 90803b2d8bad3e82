package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

@Label("A quantile of a histogram")
class HistogramPropertyTest {
    @Property(tries = 300)
    @Label("is never below the true one, and at most an eighth above")
    void quantiles(@ForAll @NotEmpty @Size(max = 200) List<@LongRange(min = 0, max = (1L << 40) - 1) Long> values) {
        Histogram own = new Histogram();
        values.forEach(own::record);
        List<Long> sorted = values.stream().sorted().toList();

        Histogram.Summary summary = own.summary();

        assertQuantile(summary.p50(), sorted, 50);
        assertQuantile(summary.p95(), sorted, 95);
        assertQuantile(summary.p99(), sorted, 99);
        assertThat(summary.max()).isEqualTo(sorted.get(sorted.size() - 1));
    }

    private static void assertQuantile(long said, List<Long> sorted, int percent) {
        long exact = sorted.get((sorted.size() * percent + 99) / 100 - 1);
        assertThat(said).isBetween(exact, exact + exact / 8);
    }
}
