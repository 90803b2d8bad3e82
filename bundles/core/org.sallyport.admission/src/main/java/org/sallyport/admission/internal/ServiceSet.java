package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;

/** The plugins in service at one moment. */
record ServiceSet(long generation, List<PluginRevision> revisions, List<PluginDescriptor> plugins, List<Offered> held)
        implements PluginSet {
    static final ServiceSet EMPTY = new ServiceSet(0, List.of(), List.of(), List.of());

    static ServiceSet of(long generation, Collection<Published> published) {
        List<PluginRevision> revisions = published.stream()
                .map(Published::revision)
                .sorted(Comparator.comparing(
                                (PluginRevision one) -> one.descriptor().id())
                        .thenComparing(one -> !one.isMain())
                        .thenComparing(one -> one.descriptor().version(), Comparator.reverseOrder()))
                .toList();
        List<PluginDescriptor> plugins = revisions.stream()
                .filter(PluginRevision::isMain)
                .map(PluginRevision::descriptor)
                .toList();
        List<Offered> held = published.stream()
                .<Offered>flatMap(one -> one.contributions().stream())
                .sorted(Comparator.comparing((Offered one) -> one.plugin().id())
                        .thenComparing(Offered::handler)
                        .thenComparing(Offered::serviceId))
                .toList();
        return new ServiceSet(generation, revisions, plugins, held);
    }

    /** One plugin's part of a set. */
    record Published(PluginRevision revision, List<? extends Offered> contributions) {}

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        return find(contract, one -> !Beside.is(one.pluginName()));
    }

    @Override
    public <T> List<Contribution<T>> ofAllVersions(Class<T> contract) {
        return find(contract, one -> true);
    }

    @SuppressWarnings("unchecked") // Offered.is looked at the class.
    private <T> List<Contribution<T>> find(Class<T> contract, Predicate<Offered> which) {
        List<Contribution<T>> found = new ArrayList<>();
        for (Offered one : held) {
            if (which.test(one) && one.is(contract)) {
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
