package org.sallyport.registry.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.sallyport.spi.registry.RegistryStore.Watch;
import org.sallyport.spi.registry.RegistryStore.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who watch a store. They are told on one thread, which is there only while there is something to tell; who is slow
 * is told of more at a time. Thread-safe; nobody who writes waits for a watcher.
 */
public final class Watchers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchers.class);

    private final List<Watching> all = new CopyOnWriteArrayList<>();
    private final ExecutorService thread =
            new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread made = new Thread(task, "sallyport-registry-watch");
                made.setDaemon(true);
                return made;
            });

    /** See {@link org.sallyport.spi.registry.RegistryStore#watch}. */
    public Watch add(Watcher watcher) {
        Watching watching = new Watching(watcher);
        all.add(watching);
        return watching;
    }

    /** Entries changed, and can be read. */
    public void changed(Set<String> keys) {
        if (!keys.isEmpty()) {
            all.forEach(one -> one.add(keys));
        }
    }

    @Override
    public void close() {
        all.forEach(Watching::close);
        thread.shutdown();
    }

    private final class Watching implements Watch {
        private final Watcher watcher;
        private Set<String> untold = new LinkedHashSet<>();
        private volatile boolean closed;

        Watching(Watcher watcher) {
            this.watcher = watcher;
        }

        synchronized void add(Set<String> keys) {
            boolean waits = !untold.isEmpty();
            untold.addAll(keys);
            if (!waits && !closed) {
                thread.execute(this::tell);
            }
        }

        private synchronized Set<String> take() {
            Set<String> keys = untold;
            untold = new LinkedHashSet<>();
            return keys;
        }

        private void tell() {
            Set<String> keys = take();
            if (closed) {
                return;
            }
            try {
                watcher.changed(Set.copyOf(keys));
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                log.error(
                        "Watcher [{}] failed on changes of {}",
                        watcher.getClass().getName(),
                        keys,
                        e);
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            all.remove(this);
        }
    }
}
