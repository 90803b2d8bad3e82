package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Deque;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run plugin code: as many work as there are processors, and more, up to a limit, as soon as a task has
 * waited for {@value Watchdog#TICK_MILLIS} ms, because then those that work are held up. Waking a thread costs more than
 * most passes, so a thread that is at work takes the next task too. With all threads at work at most {@value #QUEUE} tasks
 * wait. A thread that a plugin keeps is given up and no longer counts, so the limit is on threads that work: those kept
 * by plugins come on top, and {@link PluginWatch} bounds them.
 *
 * <p>Thread-safe. {@link java.util.concurrent.ThreadPoolExecutor} wakes a thread for each task and cannot write one off.
 */
final class HostThreads implements AutoCloseable {
    /** Most tasks that wait for a thread. */
    static final int QUEUE = 1024;

    /** Why nothing runs any more. */
    static final String STOPPED = "The policy engine was stopped";

    /** Threads that are woken at once. */
    static final int FEWEST = Math.max(2, Runtime.getRuntime().availableProcessors());

    private static final AtomicLong NAMES = new AtomicLong();
    private static final long PATIENCE = Duration.ofMillis(Watchdog.TICK_MILLIS).toNanos();

    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    /** Parked, the last one first: its stack is in the caches, and those that are needed never get to the end. */
    private final Deque<HostThread> idle = new ConcurrentLinkedDeque<>();

    private final Set<HostThread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final long idleNanos;
    private volatile int wanted = FEWEST;
    private volatile int max;
    private volatile boolean stopped;
    private volatile boolean closed;

    private record Waiting(Runnable task, long since) {}

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
        if (stopped) {
            throw new RejectedExecutionException(STOPPED);
        }
        if (queued.incrementAndGet() > QUEUE && !wake()) {
            queued.decrementAndGet();
            throw new RejectedExecutionException("All [" + max + "] threads work and [" + QUEUE + "] tasks wait");
        }
        queue.add(new Waiting(task, System.nanoTime()));
        // After the task can be seen: a thread that goes to rest counts itself out first and looks then.
        if (busy.get() < wanted) {
            wake();
        }
    }

    /** Puts one more thread to work; false if all are. */
    private boolean wake() {
        HostThread next = idle.pollFirst();
        if (next == null) {
            return start();
        }
        busy.incrementAndGet();
        next.called = true;
        LockSupport.unpark(next);
        return true;
    }

    private boolean start() {
        int n = live.get();
        while (n < max) {
            if (live.compareAndSet(n, n + 1)) {
                busy.incrementAndGet();
                HostThread thread = new HostThread(this::work, "sallyport-policy-" + NAMES.incrementAndGet());
                threads.add(thread);
                try {
                    thread.start();
                    return true;
                } catch (OutOfMemoryError noThread) {
                    gone(thread);
                    return false;
                }
            }
            n = live.get();
        }
        return false;
    }

    private void gone(HostThread thread) {
        threads.remove(thread);
        live.decrementAndGet();
        busy.decrementAndGet();
    }

    /**
     * Puts more threads to work if tasks have waited too long, and remembers that so many are needed, for a while. Called
     * by the watchdog from time to time.
     */
    void relieve(long now) {
        Waiting first = queue.peek();
        if (first == null || now - first.since < PATIENCE) {
            wanted = Math.max(FEWEST, wanted - 1);
            return;
        }
        int more = queued.get();
        while (more > 0 && wake()) {
            more--;
        }
        wanted = Math.max(wanted, Math.min(busy.get(), max));
    }

    /** Writes off a thread that a plugin keeps, and puts another in its place if there is work. */
    void giveUp(HostThread thread) {
        if (thread.giveUp()) {
            gone(thread);
            replace();
        }
    }

    private void replace() {
        if (!queue.isEmpty()) {
            wake();
        }
    }

    /** Wakes the plugin that keeps a thread, in case it listens. */
    void interruptLater(HostThread thread) {
        // On a thread that may be lost: interrupting a thread can run code of the channel it is blocked in.
        if (stopped) {
            new HostThread(thread::interrupt, "sallyport-policy-interrupter").start();
            return;
        }
        try {
            execute(thread::interrupt);
        } catch (RejectedExecutionException e) {
            // It stays as it is; nobody waits for it.
        }
    }

    private void work() {
        HostThread me = HostThread.current();
        try {
            for (Runnable task = next(me); task != null; task = next(me)) {
                task.run();
                if (me.isGivenUp()) {
                    return;
                }
                me.tidy();
            }
        } finally {
            if (me.giveUp()) {
                gone(me);
                if (!closed) {
                    replace();
                }
            }
        }
    }

    /** The next task; {@code null} if this thread is to end. */
    private @Nullable Runnable next(HostThread me) {
        while (live.get() <= max && !closed) {
            Waiting first = queue.poll();
            if (first != null) {
                queued.decrementAndGet();
                return first.task;
            }
            if (!rest(me)) {
                return null;
            }
        }
        return null;
    }

    /** Waits until there is work; false if there was none for long. */
    private boolean rest(HostThread me) {
        me.called = false;
        idle.addFirst(me);
        busy.decrementAndGet();
        if (!queue.isEmpty() && idle.remove(me)) {
            busy.incrementAndGet();
            return true;
        }
        long end = System.nanoTime() + idleNanos;
        while (!me.called) {
            long left = end - System.nanoTime();
            if ((left <= 0 || closed) && idle.remove(me)) {
                busy.incrementAndGet();
                return false;
            }
            // One that was taken from the idle ones meanwhile is called the next moment.
            LockSupport.parkNanos(this, Math.max(1, left));
            Thread.interrupted();
        }
        return true;
    }

    /** The threads that were not given up. */
    Iterable<HostThread> threads() {
        return threads;
    }

    /** The tasks that wait, the oldest first, for the watchdog. */
    Iterable<Runnable> waiting() {
        return () -> {
            Iterator<Waiting> all = queue.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public Runnable next() {
                    return all.next().task;
                }
            };
        };
    }

    int live() {
        return live.get();
    }

    /** Takes no more tasks. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Takes no more tasks; idle threads end, those in plugin code end when it lets go. */
    @Override
    public void close() {
        stop();
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
