package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that run plugin code. An idle one takes the task; if none is idle one more is started up to the limit;
 * beyond it at most {@value #QUEUE} tasks wait. A thread that a plugin keeps is given up and no longer counts, so the
 * limit is on threads that work: those kept by plugins come on top, and {@link PluginWatch} bounds them.
 *
 * <p>{@link java.util.concurrent.ThreadPoolExecutor} prefers its queue to a new thread and cannot write a thread off.
 */
final class HostThreads implements AutoCloseable {
    /** Most tasks that wait for a thread. */
    static final int QUEUE = 1024;

    /** Why nothing runs any more. */
    static final String STOPPED = "The policy engine was stopped";

    private static final AtomicLong NAMES = new AtomicLong();

    private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    private final Set<HostThread> threads = ConcurrentHashMap.newKeySet();
    private final long idleNanos;
    private volatile int max;
    private volatile boolean closed;

    HostThreads(int max, Duration idle) {
        this.max = max;
        this.idleNanos = idle.toNanos();
    }

    /** Changes the limit; threads beyond a lower one end when they are idle. */
    void max(int threads) {
        max = threads;
    }

    /**
     * Runs a task soon.
     *
     * @throws RejectedExecutionException if the limit is reached and the queue is full, or after {@link #close()}
     */
    void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException(STOPPED);
        }
        if (queue.tryTransfer(task) || startFor(task)) {
            return;
        }
        if (queued.incrementAndGet() > QUEUE) {
            queued.decrementAndGet();
            throw new RejectedExecutionException("All [" + max + "] threads work and [" + QUEUE + "] tasks wait");
        }
        queue.put(new Waiting(task));
        // All threads may have gone idle and ended between the attempt to start one and the put.
        replace();
    }

    private boolean startFor(Runnable task) {
        int n = live.get();
        while (n < max) {
            if (live.compareAndSet(n, n + 1)) {
                return start(task);
            }
            n = live.get();
        }
        return false;
    }

    private boolean start(Runnable first) {
        HostThread thread = new HostThread(() -> work(first), "sallyport-policy-" + NAMES.incrementAndGet());
        threads.add(thread);
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError noThread) {
            threads.remove(thread);
            live.decrementAndGet();
            return false;
        }
    }

    private void replace() {
        if (!queue.isEmpty()) {
            startFor(() -> {});
        }
    }

    /** Writes off a thread that a plugin keeps, and starts another in its place if there is work. */
    void giveUp(HostThread thread) {
        if (thread.giveUp()) {
            threads.remove(thread);
            live.decrementAndGet();
            replace();
        }
    }

    /** Wakes the plugin that keeps a thread, in case it listens. */
    void interruptLater(HostThread thread) {
        // On a thread that may be lost: interrupting a thread can run code of the channel it is blocked in.
        if (closed) {
            new HostThread(thread::interrupt, "sallyport-policy-interrupter").start();
            return;
        }
        try {
            execute(thread::interrupt);
        } catch (RejectedExecutionException e) {
            // It stays as it is; nobody waits for it.
        }
    }

    private void work(Runnable first) {
        HostThread me = HostThread.current();
        Runnable task = first;
        try {
            while (task != null) {
                task.run();
                if (me.isGivenUp()) {
                    return;
                }
                me.tidy();
                task = live.get() > max ? null : queue.poll(idleNanos, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            // close() wants the thread to end.
        } finally {
            if (me.giveUp()) {
                threads.remove(me);
                live.decrementAndGet();
                if (!closed) {
                    replace();
                }
            }
        }
    }

    /** The threads that were not given up. */
    Iterable<HostThread> threads() {
        return threads;
    }

    /** The tasks that wait, for the watchdog. */
    Iterable<Runnable> waiting() {
        return queue;
    }

    /** The task behind an element of {@link #waiting()}. */
    static Runnable unwrap(Runnable waiting) {
        return waiting instanceof Waiting w ? w.task : waiting;
    }

    int live() {
        return live.get();
    }

    /** Takes no more tasks. */
    void stop() {
        closed = true;
    }

    boolean isStopped() {
        return closed;
    }

    /** Takes no more tasks; idle threads end, those in plugin code end when it lets go. */
    @Override
    public void close() {
        stop();
        threads.forEach(Thread::interrupt);
    }

    /** A task in the queue; counted, unlike one that is handed straight to an idle thread. */
    private final class Waiting implements Runnable {
        private final Runnable task;

        Waiting(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            queued.decrementAndGet();
            task.run();
        }
    }
}
