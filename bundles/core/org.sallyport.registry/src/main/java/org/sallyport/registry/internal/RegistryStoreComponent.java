package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.registry.internal.sql.SqlRegistryStore;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.registry.RegistryStore;

/**
 * Offers the store that is configured, as soon as it is open: by the framework property {@value #PROPERTY}, or the file
 * {@value StoreSettings#FILE} of the home folder; without either it is files in {@code <home>/registry}, or memory if there
 * is no home folder. Registers it by itself, because a component that failed would not be tried again.
 */
@Component(
        immediate = true,
        service = {})
// What the resolver reads of other components by itself.
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.sallyport.spi.registry.RegistryStore\"")
public final class RegistryStoreComponent {
    /** The settings as JSON, instead of the file. */
    static final String PROPERTY = "sallyport.registry.store";

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final @Nullable String property;
    private final @Nullable Path home;
    private final boolean offline;
    private final AtomicReference<String> configured = new AtomicReference<>("");
    private final StoreOpening opening;
    private final ServiceRegistration<AdminVerb> verb;

    /** Opens the store, or begins to try. */
    @Activate
    public RegistryStoreComponent(BundleContext context) {
        property = context.getProperty(PROPERTY);
        String folder = context.getProperty("sallyport.home");
        home = folder == null ? null : Path.of(folder);
        offline = Boolean.parseBoolean(context.getProperty("sallyport.offline"));
        opening = new StoreOpening(
                this::open, store -> context.registerService(RegistryStore.class, store, null)::unregister, PAUSE);
        verb = context.registerService(AdminVerb.class, new StoreVerb(configured::get, opening::problem), null);
        opening.begin();
    }

    private RegistryStore open() throws IOException {
        configured.set("");
        if (home == null) {
            configured.set("memory");
            return new MemoryRegistryStore();
        }
        StoreSettings settings = property == null ? StoreSettings.in(home) : StoreSettings.read(property, home);
        configured.set(settings.shown());
        RegistryStore store = open(settings, home);
        try {
            if (offline && settings.copied().isPresent() && !StoreCopy.isSettled(store)) {
                store.close();
                return copyOf(settings.copied().get(), open(settings.copied().get(), home));
            } else if (offline) {
                return copyOf(settings, store);
            } else if (settings.copied().isPresent()) {
                StoreSettings source = settings.copied().get();
                StoreCopy.run(store, source.shown(), () -> open(source, home));
            }
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static RegistryStore open(StoreSettings settings, Path home) throws IOException {
        return switch (settings.kind()) {
            case FILE -> new FileRegistryStore(home.resolve("registry"));
            case MEMORY -> new MemoryRegistryStore();
            case SQL -> new SqlRegistryStore(settings.sql().orElseThrow());
        };
    }

    /** A command that runs once and changes nothing gets a copy of a database, as it does of files. */
    private static RegistryStore copyOf(StoreSettings settings, RegistryStore store) throws IOException {
        if (settings.kind() != StoreSettings.Kind.SQL) {
            return store;
        }
        try (store) {
            return new MemoryRegistryStore(store.all());
        }
    }

    @Deactivate
    void deactivate() {
        verb.unregister();
        opening.close();
    }
}
