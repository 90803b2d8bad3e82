package org.sallyport.registry.internal;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;
import org.sallyport.spi.registry.RegistryStore.Entry;

/**
 * All entries at one moment. Immutable.
 *
 * @param counter the highest revision that was ever given; each change takes the next one, so that an entry that was
 *     removed and made again never has a revision that somebody still remembers
 * @param entries by key, sorted
 */
public record Snapshot(long counter, Map<String, Entry> entries) {
    public static final Snapshot EMPTY = new Snapshot(0, Map.of());

    /** Keeps the entries as they are now. */
    public Snapshot {
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /** The snapshot after a change, or empty if the entry has another revision than expected. */
    Optional<Snapshot> with(String key, long expected, Document value) {
        check(key, value);
        Entry now = entries.get(key);
        if ((now == null ? 0 : now.revision()) != expected) {
            return Optional.empty();
        }
        return Optional.of(after(counter + 1, key, value));
    }

    /** The snapshot after a change that got a revision above all others; {@link Document#NULL} removes the entry. */
    Snapshot after(long revision, String key, Document value) {
        Map<String, Entry> next = new TreeMap<>(entries);
        apply(next, revision, key, value);
        return new Snapshot(revision, next);
    }

    /** The same to entries that nobody else sees yet. */
    static void apply(Map<String, Entry> entries, long revision, String key, Document value) {
        if (value.isNull()) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(revision, value));
        }
    }

    /**
     * Checks a change against the bounds of {@link RegistryStore}.
     *
     * @return the value as JSON text
     * @throws IllegalArgumentException if it is beyond them
     */
    public static String check(String key, Document value) {
        if (key.isEmpty()
                || key.length() > RegistryStore.MAX_KEY
                || key.codePoints()
                        .anyMatch(c -> c == 0 || Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("Registry key [" + key + "] is not valid: use 1 to "
                    + RegistryStore.MAX_KEY + " characters, without U+0000 and halves of surrogate pairs");
        }
        String json = value.toJson();
        if (json.length() > RegistryStore.MAX_VALUE) {
            throw new IllegalArgumentException("The value of registry key [" + key + "] has [" + json.length()
                    + "] characters as JSON; at most [" + RegistryStore.MAX_VALUE + "] are kept");
        }
        return json;
    }
}
