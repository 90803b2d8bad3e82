package org.sallyport.testkit;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Storage;

/** Storage that is gone with the test, with the bounds of the real one for a key and a value. Thread-safe. */
final class MemoryStorage implements Storage {
    private final ConcurrentSkipListMap<String, Document> values = new ConcurrentSkipListMap<>();

    @Override
    public Optional<Document> get(String key) {
        return Optional.ofNullable(values.get(check(key)));
    }

    @Override
    public void put(String key, Document value) {
        update(key, before -> value);
    }

    @Override
    public void remove(String key) {
        values.remove(check(key));
    }

    @Override
    public Document update(String key, UnaryOperator<Document> change) {
        Document after = values.compute(check(key), (same, before) -> {
            Document value = change.apply(before == null ? Document.NULL : before);
            if (value.toJson().length() > MAX_VALUE) {
                throw new PluginException("storage_quota", "The value of [" + key + "] is too large");
            }
            return value.isNull() ? null : value;
        });
        return after == null ? Document.NULL : after;
    }

    @Override
    public List<String> keys(String prefix) {
        return values.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private static String check(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new PluginException(
                    "storage_failed",
                    "A storage key has 1 to [" + MAX_KEY + "] characters, not [" + key.length() + "]");
        }
        return key;
    }
}
