package org.sallyport.sandbox.internal.budget;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What threads used so far. What this Java does not know is 0, always, and so is never too much. */
public class ThreadMeters {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean cpu = threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    private final boolean memory = countsMemory(threads);

    private static boolean countsMemory(ThreadMXBean threads) {
        try {
            return threads instanceof com.sun.management.ThreadMXBean hotSpot
                    && hotSpot.isThreadAllocatedMemorySupported()
                    && hotSpot.isThreadAllocatedMemoryEnabled();
        } catch (LinkageError e) {
            return false; // Only HotSpot has it.
        }
    }

    long cpuNanos(Thread thread) {
        return cpu ? Math.max(0, threads.getThreadCpuTime(thread.getId())) : 0;
    }

    long allocated(Thread thread) {
        return memory
                ? Math.max(0, ((com.sun.management.ThreadMXBean) threads).getThreadAllocatedBytes(thread.getId()))
                : 0;
    }

    /** Whether both are known. */
    public boolean complete() {
        return cpu && memory;
    }
}
