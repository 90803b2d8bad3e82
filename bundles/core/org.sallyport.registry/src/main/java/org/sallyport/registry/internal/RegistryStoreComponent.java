package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/**
 * The store in use: files in {@code <home>/registry}, or memory if there is no home folder. Immediate, because a memory store that went with its last user would lose what it holds.
 */
@Component(service = RegistryStore.class, immediate = true, property = "sallyport.store=default")
public final class RegistryStoreComponent implements RegistryStore {
    private final RegistryStore store;

    /** Opens the store. */
    @Activate
    public RegistryStoreComponent(BundleContext context) throws IOException {
        String home = context.getProperty("sallyport.home");
        store = home == null
                ? new MemoryRegistryStore()
                : new FileRegistryStore(Path.of(home).resolve("registry"));
    }

    @Override
    public Map<String, Entry> all() throws IOException {
        return store.all();
    }

    @Override
    public Optional<Entry> get(String key) throws IOException {
        return store.get(key);
    }

    @Override
    public Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
        return store.compareAndSet(key, expected, value);
    }

    @Deactivate
    @Override
    public void close() throws IOException {
        store.close();
    }
}
