package org.sallyport.registry.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/** Keeps entries as long as the process lives: for one-shot commands and tests. Thread-safe, takes no lock. */
final class MemoryRegistryStore implements RegistryStore {
    private final AtomicReference<Snapshot> current;
    private final Watchers watchers = new Watchers();
    private volatile boolean closed;

    MemoryRegistryStore() {
        this(Map.of());
    }

    /** @param entries what it holds at first */
    MemoryRegistryStore(Map<String, Entry> entries) {
        long counter =
                entries.values().stream().mapToLong(Entry::revision).max().orElse(0);
        current = new AtomicReference<>(new Snapshot(counter, entries));
    }

    @Override
    public Map<String, Entry> all() throws IOException {
        return open().entries();
    }

    @Override
    public Optional<Entry> get(String key) throws IOException {
        return Optional.ofNullable(open().entries().get(key));
    }

    @Override
    public Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
        while (true) {
            Snapshot before = open();
            Optional<Snapshot> after = before.with(key, expected, value);
            if (after.isEmpty()) {
                return Optional.empty();
            } else if (current.compareAndSet(before, after.get())) {
                watchers.changed(Set.of(key));
                return Optional.of(after.get().counter());
            }
        }
    }

    @Override
    public Watch watch(Watcher watcher) {
        return watchers.add(watcher);
    }

    private Snapshot open() throws IOException {
        if (closed) {
            throw new IOException("The registry is closed");
        }
        return current.get();
    }

    @Override
    public void close() {
        closed = true;
        watchers.close();
    }
}
