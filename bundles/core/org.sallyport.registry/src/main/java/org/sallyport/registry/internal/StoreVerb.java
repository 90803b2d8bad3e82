package org.sallyport.registry.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** The verb {@code sallyport:registry}. */
record StoreVerb(Supplier<String> store, Supplier<Optional<String>> problem) implements AdminVerb {
    /**
     * How the registry is.
     *
     * @param store which store; empty if its settings cannot be read
     * @param problem why it is not open; empty if it is
     */
    record Registry(String store, boolean open, String problem) {}

    @Override
    public String scope() {
        return "sallyport";
    }

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public String summary() {
        return "show where the registry is kept, and whether it is open";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Object run(Arguments arguments) {
        Optional<String> why = problem.get();
        return new Registry(store.get(), why.isEmpty(), why.orElse(""));
    }
}
