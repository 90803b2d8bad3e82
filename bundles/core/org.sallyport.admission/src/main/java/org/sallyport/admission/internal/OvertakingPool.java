package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on as many tasks at a time as there are places, in the order in which they came. A task that keeps its place for
 * longer than its head start gives it to the next one and goes on beside it, so that some that hang do not keep the others
 * waiting; up to {@value #MOST} threads in all. Threads end when there is nothing to do. Thread-safe; no lock is held
 * while a task runs.
 */
final class OvertakingPool implements Executor {
    /** Most threads, also if that many tasks hang. */
    static final int MOST = 64;

    private static final Logger log = LoggerFactory.getLogger(OvertakingPool.class);

    private final int places;
    private final Duration headStart;
    private final ThreadFactory threads;

    // Guarded by this.
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private int taken;
    private int running;

    OvertakingPool(int places, Duration headStart, ThreadFactory threads) {
        this.places = places;
        this.headStart = headStart;
        this.threads = threads;
    }

    /** What one thread works on; guarded by the pool. */
    private static final class Place {
        private long task;
        private boolean given;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            queue.add(task);
        }
        fill();
    }

    private void fill() {
        while (true) {
            synchronized (this) {
                if (queue.isEmpty() || taken >= places || running >= MOST) {
                    return;
                }
                taken++;
                running++;
            }
            threads.newThread(this::work).start();
        }
    }

    private void work() {
        Place place = new Place();
        for (Runnable task = take(place); task != null; task = take(place)) {
            long number = place.task;
            CompletableFuture.delayedExecutor(headStart.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> overtake(place, number));
            try {
                task.run();
            } catch (RuntimeException | Error e) { // The thread serves all, so it outlives whatever one of them does.
                log.error("A task of admission ended unexpectedly", e);
            }
        }
        fill();
    }

    private synchronized @Nullable Runnable take(Place place) {
        place.task++;
        Runnable next = place.given ? null : queue.poll();
        if (next == null) {
            running--;
            taken -= place.given ? 0 : 1;
            place.given = true;
        }
        return next;
    }

    private void overtake(Place place, long task) {
        synchronized (this) {
            if (place.task != task || place.given) {
                return;
            }
            place.given = true;
            taken--;
        }
        fill();
    }
}
