package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginSet;

/** The plugins in service at one moment. */
record ServiceSet(long generation, List<PluginDescriptor> plugins, List<Offered> held) implements PluginSet {
    static final ServiceSet EMPTY = new ServiceSet(0, List.of(), List.of());

    static ServiceSet of(long generation, Collection<Published> published) {
        List<PluginDescriptor> plugins = published.stream()
                .map(Published::descriptor)
                .sorted(Comparator.comparing(PluginDescriptor::id))
                .toList();
        List<Offered> held = published.stream()
                .<Offered>flatMap(one -> one.contributions().stream())
                .sorted(Comparator.comparing((Offered one) -> one.plugin().id())
                        .thenComparing(Offered::handler)
                        .thenComparing(Offered::serviceId))
                .toList();
        return new ServiceSet(generation, plugins, held);
    }

    /** One plugin's part of a set. */
    record Published(PluginDescriptor descriptor, List<? extends Offered> contributions) {}

    @Override
    @SuppressWarnings("unchecked") // Offered.is looked at the class.
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        List<Contribution<T>> found = new ArrayList<>();
        for (Offered one : held) {
            if (one.is(contract)) {
                found.add((Contribution<T>) (Contribution<?>) one);
            }
        }
        return List.copyOf(found);
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        return plugins.stream()
                .filter(plugin -> plugin.id().value().equals(idOrAlias))
                .findFirst()
                .or(() -> plugins.stream()
                        .filter(plugin -> plugin.aliases().contains(idOrAlias))
                        .findFirst());
    }
}
