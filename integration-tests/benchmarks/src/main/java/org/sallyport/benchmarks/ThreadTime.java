package org.sallyport.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Makes figures of a shared machine comparable: beside the time of each operation JMH reports {@code slowdown}, the time
 * that passed for each nanosecond of the processor that the thread got; the one divided by the other is CPU time.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class ThreadTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Nanoseconds of the processor; JMH divides the time that passed by it. */
    public long slowdown;

    private long before;

    @Setup(Level.Iteration)
    public void begin() {
        slowdown = 0;
        before = THREADS.getCurrentThreadCpuTime();
    }

    @TearDown(Level.Iteration)
    public void end() {
        slowdown = THREADS.getCurrentThreadCpuTime() - before;
    }
}
