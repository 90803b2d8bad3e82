package org.sallyport.sandbox.internal.budget;

import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the threads that work for confined plugins, every {@value #TICK_MILLIS} ms while there is a confined plugin, and ends calls
 * that are over their budget: it marks the call, and raises the flags that woven code polls. A call begins for it when it sees it for
 * the first time, so the clock is not read when one begins, and short calls cost nothing here. Thread-safe.
 */
public final class Watchdog implements AutoCloseable {
    /** How often it looks. A budget is exceeded by up to two looks. */
    static final long TICK_MILLIS = 10;

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final ThreadMeters meters;
    private final LongSupplier clock;
    private final BiConsumer<Entrance, String> told;
    private final Set<Flag> flags = new CopyOnWriteArraySet<>();
    private volatile boolean raised;
    private volatile boolean closed;
    private @Nullable Thread thread;

    /** What woven code of one plugin polls. */
    @FunctionalInterface
    public interface Flag {
        void set(boolean stop);
    }

    /**
     * @param told is told of each call that is ended, on the thread of the call or of the watchdog; must not block
     */
    public Watchdog(ThreadMeters meters, BiConsumer<Entrance, String> told) {
        this(meters, System::nanoTime, told);
    }

    Watchdog(ThreadMeters meters, LongSupplier clock, BiConsumer<Entrance, String> told) {
        this.meters = meters;
        this.clock = clock;
        this.told = told;
    }

    /** From now on the flag is raised when a call is to be ended, and there is a thread that looks. */
    public synchronized void add(Flag flag) {
        flags.add(flag);
        flag.set(raised);
        if (thread == null && !closed) {
            thread = new Thread(this::run, "sallyport-budget");
            thread.setDaemon(true);
            // It has to come in time when threads of plugins want all processors.
            thread.setPriority(Thread.MAX_PRIORITY);
            thread.start();
        }
    }

    /** The plugin is gone. */
    public void remove(Flag flag) {
        flags.remove(flag);
    }

    private void run() {
        while (true) {
            synchronized (this) {
                if (closed || flags.isEmpty()) {
                    thread = null;
                    return;
                }
            }
            try {
                look();
            } catch (RuntimeException | LinkageError e) {
                log.error("The budgets of confined plugins could not be looked at, and will be again", e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
        }
    }

    /** One look at all threads. */
    void look() {
        boolean over = false;
        long now = clock.getAsLong();
        for (Iterator<WeakReference<WorkingThread>> all = WorkingThread.ALL.iterator(); all.hasNext(); ) {
            WorkingThread one = all.next().get();
            if (one == null || !one.thread.isAlive()) {
                all.remove();
            } else {
                for (Call call = one.call; call != null; call = call.outer) {
                    if (call.entrance != null && call.entrance.isOf(this)) {
                        judge(one, call, now);
                        if (!call.over.isEmpty()) {
                            over = true;
                            one.interrupt(call);
                        }
                    }
                }
            }
        }
        if (!over && raised) {
            raise(false);
        }
    }

    private void judge(WorkingThread thread, Call call, long now) {
        if (!call.seen) {
            call.seen = true;
            call.since = now;
            call.cpu = meters.cpuNanos(thread.thread);
            call.allocated = meters.allocated(thread.thread);
            return;
        }
        Limits limits = call.entrance.limits();
        if (!call.over.isEmpty()) {
            return;
        }
        if (now - call.since > TimeUnit.MILLISECONDS.toNanos(limits.wallMillis())) {
            over(thread, call, "took longer than [" + limits.wallMillis() + "] ms");
        } else if (meters.cpuNanos(thread.thread) - call.cpu > TimeUnit.MILLISECONDS.toNanos(limits.cpuMillis())) {
            over(thread, call, "used the processor for more than [" + limits.cpuMillis() + "] ms");
        } else if (meters.allocated(thread.thread) - call.allocated > limits.allocated()) {
            over(thread, call, allocated(limits));
        }
    }

    static String allocated(Limits limits) {
        return "allocated more than [" + limits.allocated() + "] bytes";
    }

    /** Has a call end at its next poll. */
    void over(WorkingThread thread, Call call, String why) {
        Entrance entrance = call.entrance;
        synchronized (call) {
            if (entrance == null || !call.over.isEmpty()) {
                return;
            }
            call.over = "A call of plugin [" + entrance.plugin() + "] " + why + ", and was ended";
        }
        raise(true);
        told.accept(entrance, "A call of it " + why + ", and was ended");
    }

    private synchronized void raise(boolean stop) {
        if (!stop && anyOver()) {
            return;
        }
        raised = stop;
        flags.forEach(flag -> flag.set(stop));
    }

    private static boolean anyOver() {
        for (WeakReference<WorkingThread> reference : WorkingThread.ALL) {
            WorkingThread one = reference.get();
            if (one != null && one.thread.isAlive() && one.over() != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
