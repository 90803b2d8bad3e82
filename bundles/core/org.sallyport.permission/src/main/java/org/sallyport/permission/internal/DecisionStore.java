package org.sallyport.permission.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.registry.RegistryStore;

/** Keeps decisions in the registry, an entry a plugin, beside what is wanted of it. Thread-safe. */
record DecisionStore(RegistryStore store) {
    /** No plugin's id begins so. */
    private static final String PREFIX = "permission/";

    /** Which plugin an entry of the registry is about; empty if it holds no decisions. */
    static Optional<String> plugin(String key) {
        return key.startsWith(PREFIX) ? Optional.of(key.substring(PREFIX.length())) : Optional.empty();
    }

    /** Whether anything was decided about a plugin; yes if that is not known. */
    boolean has(String plugin) {
        try {
            return store.get(PREFIX + plugin).isPresent();
        } catch (IOException e) {
            return true;
        }
    }

    Decisions read(String plugin) throws IOException {
        return store.get(PREFIX + plugin)
                .map(entry -> Decisions.of(entry.value()))
                .orElse(Decisions.NONE);
    }

    /**
     * Changes them; durable when it returns.
     *
     * @param change may be called several times, if others are faster; the same object for no change
     */
    Decisions change(String plugin, UnaryOperator<Decisions> change) {
        try {
            while (true) {
                Optional<RegistryStore.Entry> entry = store.get(PREFIX + plugin);
                Decisions before = entry.map(one -> Decisions.of(one.value())).orElse(Decisions.NONE);
                Decisions after = change.apply(before);
                Document value = after.toDocument();
                if (after == before
                        || store.compareAndSet(
                                        PREFIX + plugin,
                                        entry.map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT),
                                        value)
                                .isPresent()) {
                    return after;
                }
            }
        } catch (IOException e) {
            throw new PluginException(
                    "registry_failed",
                    "What was decided about plugin [" + plugin + "] could not be written, so nothing was changed: "
                            + e.getMessage(),
                    e);
        }
    }
}
