package org.sallyport.deploy.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on files in the order in which they were given, one after the other as long as each is quick: the next begins
 * when the one before it is done or has taken its head start. Work on one file never overlaps, and of what waits for one
 * file only the newest is done. The threads are daemons. Thread-safe; no lock is held during the work.
 */
final class StaggeredPool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StaggeredPool.class);

    /** Files that are worked on at a time, so also archives in memory. */
    static final int THREADS = 4;

    /** Longest wait of {@link #close()} for work that runs. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private record Work(String file, Runnable task) {}

    private final Duration headStart;
    private final List<Thread> threads = new ArrayList<>();

    // Guarded by this.
    private final Map<String, Work> queue = new LinkedHashMap<>();
    private final Set<String> running = new HashSet<>();
    private @Nullable Work last;
    private long lastBegan;
    private boolean closed;

    /** @param headStart how long the next one waits for one that is not done */
    StaggeredPool(Duration headStart) {
        this.headStart = headStart;
        for (int i = 1; i <= THREADS; i++) {
            Thread thread = new Thread(this::run, "sallyport-deploy-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Replaces what waits for the same file, in its place. */
    synchronized void submit(String file, Runnable task) {
        if (!closed) {
            queue.put(file, new Work(file, task));
            notifyAll();
        }
    }

    private void run() {
        try {
            for (Work work = take(); work != null; work = take()) {
                try {
                    work.task().run();
                } catch (RuntimeException | Error e) {
                    // Error: the thread serves all files, so it outlives whatever one of them does.
                    log.error("The work on plugin file [{}] ended unexpectedly", work.file(), e);
                } finally {
                    done(work);
                }
            }
        } catch (InterruptedException e) {
            // Nobody here interrupts it; whoever does wants it to end.
        }
    }

    private synchronized @Nullable Work take() throws InterruptedException {
        while (!closed) {
            long wait = last == null ? 0 : lastBegan + headStart.toNanos() - System.nanoTime();
            if (queue.keySet().stream().allMatch(running::contains)) {
                wait();
            } else if (wait > 0) {
                // Rounded up, as a wait of zero has no end.
                wait(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
            } else {
                return begin();
            }
        }
        return null;
    }

    private Work begin() {
        Iterator<Work> waiting = queue.values().iterator();
        Work work = waiting.next();
        while (running.contains(work.file())) {
            work = waiting.next();
        }
        waiting.remove();
        running.add(work.file());
        last = work;
        lastBegan = System.nanoTime();
        return work;
    }

    private synchronized void done(Work work) {
        running.remove(work.file());
        if (last == work) {
            last = null;
        }
        notifyAll();
    }

    /** Drops what waits; what runs is not interrupted, as it may be in the middle of an installation. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            queue.clear();
            notifyAll();
        }
        long end = System.nanoTime() + CLOSING.toNanos();
        try {
            for (Thread thread : threads) {
                if (thread != Thread.currentThread()) {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
