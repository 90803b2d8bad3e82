package org.sallyport.spi.registry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.document.Document;

/**
 * Where the registry keeps what is wanted: entries by key, each with a revision that counts up. A write that returned
 * is durable. Thread-safe.
 */
@ConsumerType
public interface RegistryStore extends AutoCloseable {
    /** An entry's revision that stands for "there is none". */
    long ABSENT = 0;

    /** All entries. */
    Map<String, Entry> all() throws IOException;

    /** One entry. */
    Optional<Entry> get(String key) throws IOException;

    /**
     * Sets or removes an entry if its revision is still the one that is expected.
     *
     * @param expected the revision that was read, {@link #ABSENT} for a new one
     * @param value the new value; {@link Document#NULL} removes the entry
     * @return the new revision, or empty if somebody else was faster
     */
    Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * One entry.
     *
     * @param revision counts up from 1
     * @param value what is stored
     */
    record Entry(long revision, Document value) {}
}
