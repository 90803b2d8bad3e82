package org.sallyport.admission.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/** A registry that can fail, and in which others can be faster. */
final class MapStore implements RegistryStore {
    private final Map<String, Entry> entries = new TreeMap<>();
    private long counter;
    boolean broken;
    int faster;

    @Override
    public synchronized Map<String, Entry> all() throws IOException {
        check();
        return Map.copyOf(entries);
    }

    @Override
    public synchronized Optional<Entry> get(String key) throws IOException {
        check();
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public synchronized Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
        check();
        long is = Optional.ofNullable(entries.get(key)).map(Entry::revision).orElse(ABSENT);
        if (faster-- > 0 || is != expected) {
            return Optional.empty();
        } else if (value.isNull()) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(++counter, value));
        }
        return Optional.of(++counter);
    }

    private void check() throws IOException {
        if (broken) {
            throw new IOException("the disk is gone");
        }
    }

    @Override
    public Watch watch(Watcher watcher) {
        return () -> {};
    }

    @Override
    public void close() {}
}
