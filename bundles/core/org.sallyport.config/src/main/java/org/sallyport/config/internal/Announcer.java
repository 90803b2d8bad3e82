package org.sallyport.config.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sallyport.spi.config.Configuration.Listener;
import org.sallyport.spi.config.Configuration.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of snapshots, in their order, on one thread. A listener that comes later is told what holds then; one
 * that throws is told of the next snapshot all the same. Thread-safe.
 */
final class Announcer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private final Supplier<Snapshot> current;
    private final ExecutorService thread;

    /** The generation that each listener knows. */
    private final Map<Listener, Long> told = new ConcurrentHashMap<>();

    Announcer(Supplier<Snapshot> current) {
        this.current = current;
        this.thread = new ThreadPoolExecutor(
                0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> daemon(task, "sallyport-config-news"));
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    void add(Listener listener) {
        told.put(listener, 0L);
        thread.execute(() -> tell(listener, current.get()));
    }

    void remove(Listener listener) {
        told.remove(listener);
    }

    void announce(Snapshot snapshot) {
        thread.execute(() -> told.keySet().forEach(listener -> tell(listener, snapshot)));
    }

    private void tell(Listener listener, Snapshot snapshot) {
        Long known = told.get(listener);
        if (known == null || known >= snapshot.generation()) {
            return;
        }
        told.replace(listener, snapshot.generation());
        try {
            listener.changed(snapshot);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            log.error(
                    "Listener [{}] failed on configuration [{}]",
                    listener.getClass().getName(),
                    snapshot.generation(),
                    e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
