package org.sallyport.permission.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.spi.permission.PermissionRequests.Asked;

/**
 * What versions ask for, as the gate read it. What waits for consent is kept apart: it may have the number of one that
 * runs. Thread-safe; bounded.
 */
final class Asking {
    /** Most versions of either kind; beyond, all are forgotten, and the gate reads them again at their next start. */
    static final int MAX = 100_000;

    private final Map<VersionKey, List<Asked>> passed = new ConcurrentHashMap<>();
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    /** A version that waits for consent. */
    record Waiting(VersionKey key, List<Asked> asked) {}

    void passed(VersionKey key, List<Asked> asked) {
        put(passed, key, asked);
        waiting.computeIfPresent(key.plugin(), (plugin, one) -> one.key().equals(key) ? null : one);
    }

    void waits(VersionKey key, List<Asked> asked) {
        put(waiting, key.plugin(), new Waiting(key, asked));
    }

    private static <K, V> void put(Map<K, V> map, K key, V value) {
        if (map.size() >= MAX) {
            map.clear();
        }
        map.put(key, value);
    }

    /** Of one that may run; empty if it is not known. */
    Optional<List<Asked>> of(VersionKey key) {
        return Optional.ofNullable(passed.get(key));
    }

    /** The version of a plugin that waits, if one does. */
    Optional<Waiting> waiting(String plugin) {
        return Optional.ofNullable(waiting.get(plugin));
    }
}
