package org.sallyport.registry.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;
import org.sallyport.spi.registry.RegistryStore.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a store with what another one holds, once: into a store that is empty, and not again after it is done. A copy that was
 * interrupted goes on at the next start; until it is done, nobody is given the store. The other store is not changed. Entries get
 * revisions of the store that they are in.
 */
final class StoreCopy {
    /** The entry that says how far a copy is. */
    static final String KEY = "copy/from";

    private static final Logger log = LoggerFactory.getLogger(StoreCopy.class);
    private static final String FROM = "from";
    private static final String DONE = "done";

    private StoreCopy() {}

    /** Opens the store that is copied. */
    interface Source {
        RegistryStore open() throws IOException;
    }

    /** Whether nothing is left to be copied into a store. */
    static boolean isSettled(RegistryStore into) throws IOException {
        Optional<Entry> mark = into.get(KEY);
        return mark.map(entry -> entry.value().get(DONE).asBoolean(false))
                .orElse(!into.all().isEmpty());
    }

    /**
     * Copies what has to be copied.
     *
     * @param name of the other store, for people
     * @throws IOException if it did not come to its end
     */
    static void run(RegistryStore into, String name, Source source) throws IOException {
        Optional<Entry> mark = into.get(KEY);
        if (isSettled(into)) {
            log.info(
                    "Nothing is copied from [{}]: {}",
                    name,
                    mark.isPresent() ? "that was done before" : "the store holds something already");
            return;
        }
        long revision = mark.isPresent() ? mark.get().revision() : set(into, RegistryStore.ABSENT, name, false);
        Map<String, Entry> entries;
        try (RegistryStore from = source.open()) {
            entries = from.all();
        }
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            // One that is there was copied before the copy was interrupted.
            if (!entry.getKey().equals(KEY) && into.get(entry.getKey()).isEmpty()) {
                into.compareAndSet(
                        entry.getKey(), RegistryStore.ABSENT, entry.getValue().value());
            }
        }
        set(into, revision, name, true);
        log.info("[{}] entries were copied from [{}]", entries.size(), name);
    }

    private static long set(RegistryStore into, long revision, String name, boolean done) throws IOException {
        Document value = Document.object(FROM, Document.of(name)).with(DONE, Document.of(done));
        return into.compareAndSet(KEY, revision, value)
                .orElseThrow(
                        () -> new IOException("Another Sallyport copies into the same store; wait until it is done"));
    }
}
