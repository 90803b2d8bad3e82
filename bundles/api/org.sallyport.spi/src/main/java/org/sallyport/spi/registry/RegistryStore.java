package org.sallyport.spi.registry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.document.Document;

/**
 * Where the registry keeps what is wanted: entries by key, each with a revision that counts up. A write that returned
 * is durable. Thread-safe.
 *
 * <p>Several processes may write to one store, if it is a database. A reader sees each write of its own store object at
 * once, and what others wrote after a second at most; in any case after a {@link #compareAndSet} that came too late. So
 * "read, change, write, and again from the start if somebody was faster" loses nothing and comes to an end.
 *
 * <p>Bounds: a key has 1 to {@value #MAX_KEY} characters, of which none is U+0000 or half a surrogate pair; the JSON text of
 * a value has at most {@value #MAX_VALUE} characters. Everything throws {@link IOException} after {@link #close()}.
 */
@ConsumerType
public interface RegistryStore extends AutoCloseable {
    /** An entry's revision that stands for "there is none". */
    long ABSENT = 0;

    /** Most characters of a key. */
    int MAX_KEY = 512;

    /** Most characters of a value's JSON text. */
    int MAX_VALUE = 8 << 20;

    /** All entries at one moment; later writes do not change the map. */
    Map<String, Entry> all() throws IOException;

    /** One entry. */
    Optional<Entry> get(String key) throws IOException;

    /**
     * Sets or removes an entry if its revision is still the one that is expected.
     *
     * @param expected the revision that was read, {@link #ABSENT} for a new one
     * @param value the new value; {@link Document#NULL} removes the entry
     * @return the new revision, or empty if somebody else was faster
     * @throws IOException if nothing was written; or, and then it says so, if that is not known
     * @throws IllegalArgumentException if key or value are beyond the bounds
     */
    Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException;

    /**
     * Tells of changes from now on, whoever made them. Who needs everything begins to watch and reads {@link #all()}
     * then.
     *
     * @return ends it; no call begins after that
     */
    Watch watch(Watcher watcher);

    /** Also ends all watching. */
    @Override
    void close() throws IOException;

    /** Told of changes, on a thread of the store, one call after the other, with no lock held. */
    @ConsumerType
    interface Watcher {
        /**
         * Entries were set or removed. Each change is told of at least once; several may be told of at once, or again. So
         * what it says is "look": the store is read to see what is now, which is at least as new as what was told of.
         * May take its time; what it throws is logged.
         */
        void changed(Set<String> keys);
    }

    /** Somebody watches. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * One entry.
     *
     * @param revision counts up from 1
     * @param value what is stored
     */
    record Entry(long revision, Document value) {}
}
