package org.sallyport.hooks.internal;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to keep a time: beside the clock, which is the price of statistics. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class StatisticsBenchmark {
    private final Histogram histogram = new Histogram();
    private final Histogram spread = new Histogram();

    @Setup
    public void spread() {
        spread.spread();
    }

    @State(Scope.Thread)
    public static class Spread {
        final int owner = Marks.owner(Marks.mine());
        long next = 1;

        /** Times between 0 and 1 ms, each another one, cheaply. */
        long nanos() {
            next = next * 6364136223846793005L + 1442695040888963407L;
            return next >>> 44;
        }
    }

    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    @Benchmark
    public void record(Spread spread) {
        histogram.record(spread.owner, spread.nanos());
    }

    @Benchmark
    @Threads(2)
    public void recordByTwo(Spread spread) {
        histogram.record(spread.owner, spread.nanos());
    }

    @Benchmark
    @Threads(2)
    public void recordByTwoSpread(Spread spread) {
        this.spread.record(spread.owner, spread.nanos());
    }
}
