package org.sallyport.registry.internal;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore.Entry;

/**
 * All entries at one moment. Immutable.
 *
 * @param counter the highest revision that was ever given; each change takes the next one, so that an entry that was
 *     removed and made again never has a revision that somebody still remembers
 * @param entries by key, sorted
 */
record Snapshot(long counter, Map<String, Entry> entries) {
    /** Most characters of a key. */
    static final int MAX_KEY = 512;

    static final Snapshot EMPTY = new Snapshot(0, Map.of());

    Snapshot {
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /** The snapshot after a change, or empty if the entry has another revision than expected. */
    Optional<Snapshot> with(String key, long expected, Document value) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new IllegalArgumentException(
                    "Registry key [" + key + "] is not valid: use 1 to " + MAX_KEY + " characters");
        }
        Entry now = entries.get(key);
        if ((now == null ? 0 : now.revision()) != expected) {
            return Optional.empty();
        }
        Map<String, Entry> next = new TreeMap<>(entries);
        if (value.isNull()) {
            next.remove(key);
        } else {
            next.put(key, new Entry(counter + 1, value));
        }
        return Optional.of(new Snapshot(counter + 1, next));
    }
}
