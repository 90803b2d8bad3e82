package org.sallyport.launcher.internal.guard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The operations of {@link GuardBenchmark} by the CPU time of their thread, the least of some batches: what a machine can say that
 * others use at the same time. Run it with {@code java -cp benchmarks.jar org.sallyport.launcher.internal.guard.GuardCost}.
 */
public final class GuardCost {
    private static final int BATCHES = 25;
    private static final int CALLS = 10_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static Object sink;

    private GuardCost() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("thread,operation,ns");
        for (String thread : List.of("bare", "host", "plugin", "walk")) {
            GuardBenchmark benchmark = new GuardBenchmark();
            benchmark.thread = thread;
            long begin = THREADS.getCurrentThreadCpuTime();
            benchmark.arm();
            if (thread.equals("host")) {
                System.out.println(thread + ",arm," + (THREADS.getCurrentThreadCpuTime() - begin));
            }
            Map<String, Callable<Object>> operations = new LinkedHashMap<>();
            operations.put("exists", benchmark::exists);
            operations.put("existsBelowFrames", benchmark::existsBelowFrames);
            operations.put("openAndClose", benchmark::openAndClose);
            operations.put("property", benchmark::property);
            operations.put("unguarded", benchmark::unguarded);
            operations.put("enterAndExit", benchmark::enterAndExit);
            for (Map.Entry<String, Callable<Object>> operation : operations.entrySet()) {
                benchmark.enter();
                long least = Long.MAX_VALUE;
                for (int i = 0; i < BATCHES; i++) {
                    least = Math.min(least, batch(operation.getValue()));
                }
                benchmark.exit();
                System.out.println(thread + "," + operation.getKey() + "," + least / CALLS);
            }
        }
        System.exit(sink == null ? 1 : 0);
    }

    private static long batch(Callable<Object> operation) throws Exception {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < CALLS; i++) {
            sink = operation.call();
        }
        return THREADS.getCurrentThreadCpuTime() - begin;
    }
}
