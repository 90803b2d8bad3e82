package org.sallyport.admission.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.registry.RegistryStore;

/**
 * The wanted state of all plugins, in the registry under their names. Other keys of the registry are not looked at.
 *
 * @param ahead told of each value before it is written; if it throws, nothing is written
 */
record DesiredState(RegistryStore store, BiConsumer<String, Document> ahead) {
    DesiredState(RegistryStore store) {
        this(store, (id, value) -> {});
    }

    /** What the registry holds of a plugin; {@link Document#NULL} if nothing. */
    Document raw(String id) {
        try {
            return store.get(id).map(RegistryStore.Entry::value).orElse(Document.NULL);
        } catch (IOException e) {
            throw failed("could not be read", e);
        }
    }

    Map<String, Desired> all() {
        try {
            Map<String, Desired> all = new TreeMap<>();
            store.all().forEach((key, entry) -> {
                if (Beside.isName(key)) {
                    all.put(key, Desired.of(entry.value()));
                }
            });
            return all;
        } catch (IOException e) {
            throw failed("could not be read", e);
        }
    }

    /** Tells of plugins of which something else is wanted, whoever wrote it, as {@link RegistryStore#watch} does. */
    RegistryStore.Watch watch(Consumer<Set<String>> changed) {
        return store.watch(keys -> {
            Set<String> ids = new TreeSet<>(keys);
            ids.removeIf(key -> !Beside.isName(key));
            changed.accept(ids);
        });
    }

    Optional<Desired> get(String id) {
        try {
            return store.get(id).map(entry -> Desired.of(entry.value()));
        } catch (IOException e) {
            throw failed("could not be read", e);
        }
    }

    void set(String id, Desired desired) {
        write(id, desired.toDocument());
    }

    void remove(String id) {
        write(id, Document.NULL);
    }

    /** One plugin's operations run one after the other, so the last word is the operation's: it only looks up the revision. */
    private void write(String id, Document value) {
        ahead.accept(id, value);
        try {
            Optional<Long> written;
            do {
                long revision = store.get(id).map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT);
                if (revision == RegistryStore.ABSENT && value.isNull()) {
                    return;
                }
                written = store.compareAndSet(id, revision, value);
            } while (written.isEmpty());
        } catch (IOException e) {
            throw failed("could not be written, so nothing was changed", e);
        }
    }

    private static PluginException failed(String what, IOException e) {
        return new PluginException("registry_failed", "The registry " + what + ": " + e.getMessage(), e);
    }
}
