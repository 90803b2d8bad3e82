package org.sallyport.api.plugin;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;

/**
 * Key-value storage of one plugin in one scope. Both versions of a plugin share it during a swap, through atomic
 * operations. A method that returned has stored durably. Keys have 1 to {@value #MAX_KEY} characters; a value has at
 * most {@value #MAX_VALUE} characters of JSON.
 *
 * <p>Errors: {@link PluginException} with the code {@code storage_quota} or {@code storage_failed}; nothing was changed
 * then.
 */
@ProviderType
public interface Storage {
    /** Most characters of a key. */
    int MAX_KEY = 256;

    /** Most characters of a value's JSON text: 1 MiB. */
    int MAX_VALUE = 1 << 20;

    /** The value of a key. */
    Optional<Document> get(String key);

    /** Sets a key. */
    void put(String key, Document value);

    /** Removes a key; no error if there is none. */
    void remove(String key);

    /**
     * Changes one value atomically. {@code change} gets {@link Document#NULL} if there is none and may be called several
     * times; it runs on the caller's thread.
     *
     * @return the new value
     */
    Document update(String key, UnaryOperator<Document> change);

    /** The keys with a prefix, sorted; empty prefix for all. */
    List<String> keys(String prefix);
}
