package org.sallyport.registry.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/** Keeps entries as long as the process lives: for one-shot commands and tests. Thread-safe, takes no lock. */
final class MemoryRegistryStore implements RegistryStore {
    private final AtomicReference<Snapshot> current = new AtomicReference<>(Snapshot.EMPTY);
    private volatile boolean closed;

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
                return Optional.of(after.get().counter());
            }
        }
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
    }
}
