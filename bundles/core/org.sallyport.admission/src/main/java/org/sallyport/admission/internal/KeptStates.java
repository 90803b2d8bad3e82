package org.sallyport.admission.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of plugins that were switched off, in the registry under {@code state/ID}, until they come back. */
record KeptStates(RegistryStore store) {
    private static final Logger log = LoggerFactory.getLogger(KeptStates.class);

    /** Longest state that is kept, in characters of JSON. */
    static final int MAX = 4 << 20;

    private static final String PREFIX = "state/";

    void keep(String id, Handover.State state) {
        String json = state.content().toJson();
        if (json.length() > MAX) {
            log.warn(
                    "The state of plugin [{}] has [{}] characters; more than [{}] are not kept, so it begins without",
                    id,
                    json.length(),
                    MAX);
            return;
        }
        write(
                id,
                Document.object(java.util.Map.of(
                        "schemaVersion", Document.of(state.schemaVersion()), "content", state.content())));
    }

    /** Gives a revision what its plugin had when it was switched off, if it had anything. */
    void restore(Duration limit, Revision to) throws StartFailure {
        Optional<RegistryStore.Entry> entry = read(to.name);
        if (entry.isPresent()) {
            Document state = entry.get().value();
            Handover.restore(
                    limit,
                    to,
                    new Handover.State((int) state.get("schemaVersion").asLong(0), state.get("content")));
        }
    }

    void forget(String id) {
        if (read(id).isPresent()) {
            write(id, Document.NULL);
        }
    }

    /** Forgets the states of plugins that are not known any more. */
    void retain(Predicate<String> known) {
        try {
            store.all().keySet().stream()
                    .filter(key -> key.startsWith(PREFIX) && !known.test(key.substring(PREFIX.length())))
                    .forEach(key -> write(key.substring(PREFIX.length()), Document.NULL));
        } catch (IOException e) {
            log.warn("Kept states could not be looked after: {}", e.toString());
        }
    }

    private Optional<RegistryStore.Entry> read(String id) {
        try {
            return store.get(key(id));
        } catch (IOException e) {
            log.warn("The kept state of plugin [{}] could not be read, so it begins without: {}", id, e.toString());
            return Optional.empty();
        }
    }

    private void write(String id, Document value) {
        try {
            Optional<Long> written;
            do {
                long revision =
                        store.get(key(id)).map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT);
                if (revision == RegistryStore.ABSENT && value.isNull()) {
                    return;
                }
                written = store.compareAndSet(key(id), revision, value);
            } while (written.isEmpty());
        } catch (IOException e) {
            log.warn("The state of plugin [{}] could not be kept: {}", id, e.toString());
        }
    }

    private static String key(String id) {
        return PREFIX + id;
    }
}
