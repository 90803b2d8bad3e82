package org.sallyport.registry.internal;

import org.junit.jupiter.api.DisplayName;
import org.sallyport.spi.registry.RegistryStore;

@DisplayName("A registry store in memory")
class MemoryRegistryStoreTest extends RegistryStoreContract {
    @Override
    protected RegistryStore create() {
        return new MemoryRegistryStore();
    }

    @Override
    protected RegistryStore reopened() {
        return store;
    }
}
