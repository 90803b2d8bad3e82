package org.sallyport.policy.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginSet;

/** The set before the first one came, and after the last. */
enum NoPlugins implements PluginSet {
    INSTANCE;

    @Override
    public long generation() {
        return 0;
    }

    @Override
    public List<PluginDescriptor> plugins() {
        return List.of();
    }

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        return List.of();
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        return Optional.empty();
    }
}
