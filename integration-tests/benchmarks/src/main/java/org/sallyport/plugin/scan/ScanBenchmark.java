package org.sallyport.plugin.scan;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.IterationParams;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.testkit.TestCall;
import org.sallyport.type.security.SecurityFilter;

/**
 * What content scanning costs: reading a message, running it through the three content plugins one after the other as the
 * chain does, and both. {@code cpu} in the figures is megabytes (10⁶ bytes of JSON) for each second of processor time,
 * summed over the threads; the time of an operation is wall time.
 *
 * <p>Before a measurement the plugins see every input once: a gateway does not know what comes next either, and code that
 * was compiled for one kind of text alone would look faster than it is. {@code -p input=all} stands for nothing; name
 * inputs with {@code -p input=prose,log}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class ScanBenchmark {
    private static final int WARM_SIZE = 20_000;
    private static final List<String> CLEAN = List.of("prose", "records", "records-text", "log", "source", "foreign");

    @Param({"prose", "records", "records-text", "log", "source"})
    public String input;

    @Param("1000000")
    public int size;

    /** {@code all}, or the bundle of one. */
    @Param("all")
    public String plugins;

    private SecurityFilter[] filters;
    private byte[] json;
    private TestCall call;

    @Setup
    public void prepare() throws Exception {
        filters = Plugins.filters(plugins);
        for (int round = 0; round < 5; round++) {
            for (String other : Inputs.names()) {
                decide(response(Inputs.message(other, WARM_SIZE)));
            }
        }
        json = Inputs.message(input, size).toJson().getBytes(StandardCharsets.UTF_8);
        call = response(Json.read(json));
        if (CLEAN.contains(input) && decide(call) != call) {
            throw new IllegalStateException("A filter found something in [" + input + "], which holds nothing");
        }
    }

    /** Processor time, which other work on the machine disturbs less than wall time. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cpu {
        /** Megabytes a second of processor time. */
        public double cpu;

        private long calls;
        private long start;

        @Setup(Level.Iteration)
        public void start() {
            calls = 0;
            start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        @TearDown(Level.Iteration)
        public void stop(ScanBenchmark benchmark, IterationParams iterations) {
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            // What a counter counts is added up over the iterations; this is a mean.
            cpu = 1e3 * calls * benchmark.json.length / nanos / iterations.getCount();
        }
    }

    @Benchmark
    public Document parse(Cpu cpu) throws JsonException {
        cpu.calls++;
        return Json.read(json);
    }

    @Benchmark
    public Object filters(Cpu cpu) throws Exception {
        cpu.calls++;
        return decide(call);
    }

    @Benchmark
    public Object allIn(Cpu cpu) throws Exception {
        cpu.calls++;
        return decide(response(Json.read(json)));
    }

    /** The document that comes out, or the decision that stopped it. */
    private static TestCall response(Document message) {
        return TestCall.of(Message.RESPONSE, message);
    }

    private Object decide(TestCall first) throws Exception {
        TestCall here = first;
        for (SecurityFilter filter : filters) {
            PolicyDecision decision = filter.decide(here);
            if (decision.kind() == PolicyDecision.Kind.BLOCK) {
                return decision;
            }
            here = decision.message().map(ScanBenchmark::response).orElse(here);
        }
        return here;
    }
}
