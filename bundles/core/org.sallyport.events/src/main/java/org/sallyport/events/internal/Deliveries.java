package org.sallyport.events.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.event.Events.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to subscribers, one at a time to each, on a few threads.
 *
 * <p>{@value #THREADS} threads work. One that has been with one event for more than a second counts as hanging and is
 * replaced, up to {@value #MAX_THREADS} threads in all; when its listener comes back, it ends if there are enough others.
 * A plugin can hold {@value #MAX_RUNNING} threads at most, so it takes many that hang before deliveries stop.
 * Thread-safe; no lock is held while a listener runs.
 */
final class Deliveries implements AutoCloseable {
    /** Threads that work. */
    static final int THREADS = 4;

    /** Most threads, those that hang included. */
    static final int MAX_THREADS = 64;

    /** Most deliveries of one plugin at one time. */
    static final int MAX_RUNNING = 2;

    /** How long a delivery may take before its thread is replaced, in nanoseconds. */
    static final long HANGING = TimeUnit.SECONDS.toNanos(1);

    /** Most events that one subscriber gets before it is another one's turn. */
    private static final int TURN = 64;

    private static final long QUIET = TimeUnit.MINUTES.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

    private final LongSupplier nanos;

    // Guarded by this.
    private final Deque<Subscription> ready = new ArrayDeque<>();
    private final Set<Subscription> known = new HashSet<>();
    private final List<Subscription> held = new ArrayList<>();
    private final Map<Thread, Work> workers = new HashMap<>();
    private boolean guarded;
    private long nextReport;
    private boolean closed;

    Deliveries(LongSupplier nanos) {
        this.nanos = nanos;
        nextReport = nanos.getAsLong();
    }

    /** What a thread is about. */
    private static final class Work {
        @Nullable Subscription subscription;

        long since;
        boolean hanging;
    }

    /** Sees to it that what waits for a subscriber is delivered. Never waits itself. */
    synchronized void deliver(Subscription subscription) {
        // A subscription is known from now until a thread found it empty, so no two threads serve it.
        if (closed || !known.add(subscription)) {
            return;
        }
        ready.addLast(subscription);
        staff();
        notifyAll();
    }

    /** Interrupts what still runs for an owner that is gone. */
    synchronized void interrupt(Owner owner) {
        workers.forEach((thread, work) -> {
            if (work.subscription != null && work.subscription.owner == owner) {
                thread.interrupt();
            }
        });
    }

    /** How many threads there are. */
    synchronized int threads() {
        return workers.size();
    }

    /** Starts threads until enough of them do not hang. */
    private void staff() {
        long now = nanos.getAsLong();
        int working = 0;
        int idle = 0;
        for (Work work : workers.values()) {
            if (!work.hanging && work.subscription != null && now - work.since > HANGING) {
                work.hanging = true;
                report(work.subscription);
            }
            working += work.hanging ? 0 : 1;
            idle += work.subscription == null ? 1 : 0;
        }
        while (idle < ready.size() && working < THREADS && workers.size() < MAX_THREADS && start(this::work, true)) {
            working++;
            idle++;
        }
        guarded = guarded || start(this::watch, false);
    }

    private boolean start(Runnable work, boolean worker) {
        Thread thread = new Thread(work, worker ? "sallyport-events" : "sallyport-events-guard");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // No thread to be had. Who publishes must not fail for that; the threads that are there go on.
            log.error("No thread could be started to deliver events", e);
            return false;
        }
        if (worker) {
            workers.put(thread, new Work());
        }
        return true;
    }

    private void report(Subscription subscription) {
        log.warn(
                "A listener of [{}] for [{}] has been with one event for more than a second; the others go on",
                subscription.owner.name,
                subscription.pattern);
    }

    /** Looks after threads that hang when nobody publishes. */
    private void watch() {
        try {
            synchronized (this) {
                while (!closed) {
                    staff();
                    wait(ready.isEmpty() ? 0 : 500);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        Thread self = Thread.currentThread();
        try {
            Subscription subscription = take(self);
            while (subscription != null) {
                serve(self, subscription);
                subscription = done(self, subscription) ? take(self) : null;
            }
        } finally {
            synchronized (this) {
                workers.remove(self);
            }
        }
    }

    private synchronized @Nullable Subscription take(Thread self) {
        while (!closed) {
            Subscription next = ready.pollFirst();
            if (next == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // Meant for a delivery that ended meanwhile.
                    continue;
                }
            } else if (next.owner.running >= next.owner.maxRunning) {
                held.add(next);
            } else {
                next.owner.running++;
                Work work = workers.get(self);
                work.subscription = next;
                work.since = nanos.getAsLong();
                return next;
            }
        }
        return null;
    }

    /** Returns whether the thread is still wanted. */
    private synchronized boolean done(Thread self, Subscription subscription) {
        Work work = workers.get(self);
        work.subscription = null;
        work.hanging = false;
        subscription.owner.running--;
        known.remove(subscription);
        if (!subscription.isEmpty()) {
            deliver(subscription);
        }
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).owner == subscription.owner) {
                ready.addLast(held.remove(i));
                break;
            }
        }
        notifyAll();
        return workers.values().stream().filter(other -> !other.hanging).count() <= THREADS;
    }

    private void serve(Thread self, Subscription subscription) {
        Event event = subscription.next();
        for (int i = 0; event != null; i++) {
            synchronized (this) {
                workers.get(self).since = nanos.getAsLong();
            }
            try {
                subscription.listener.accept(event);
            } catch (Throwable e) { // whatever a listener throws is its own failure
                failed(subscription, e);
            }
            // A leftover interruption must not reach the next subscriber.
            Thread.interrupted();
            event = i < TURN && !subscription.isClosed() ? subscription.next() : null;
        }
    }

    private void failed(Subscription subscription, Throwable failure) {
        subscription.owner.failures.getAndIncrement();
        try {
            boolean loud;
            synchronized (this) {
                long now = nanos.getAsLong();
                loud = now - nextReport >= 0;
                nextReport = loud ? now + QUIET : nextReport;
            }
            if (loud) {
                log.warn(
                        "A listener of [{}] for [{}] failed; it is kept, and its failures are counted",
                        subscription.owner.name,
                        subscription.pattern,
                        failure);
            }
        } catch (Throwable e) {
            // The exception is a plugin's too, and printing it may fail as well.
            return;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ready.clear();
        held.clear();
        workers.keySet().forEach(Thread::interrupt);
        notifyAll();
    }
}
