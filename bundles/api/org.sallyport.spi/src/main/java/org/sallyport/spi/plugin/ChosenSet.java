package org.sallyport.spi.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A set for who chose a version of one plugin. Immutable. */
final class ChosenSet implements PluginSet {
    private final PluginSet base;
    private final String plugin;
    private final Optional<PluginRevision> chosen;

    ChosenSet(PluginSet base, String plugin, VersionChoice choice) {
        this.base = base;
        this.plugin = plugin;
        List<PluginRevision> own =
                base.revisions().stream().filter(one -> one.id().equals(plugin)).toList();
        this.chosen = choice.pick(own, one -> one.descriptor().version(), PluginRevision::stage);
    }

    @Override
    public long generation() {
        return base.generation();
    }

    @Override
    public List<PluginDescriptor> plugins() {
        List<PluginDescriptor> plugins = new ArrayList<>(base.plugins());
        plugins.removeIf(one -> one.id().value().equals(plugin));
        chosen.ifPresent(one -> plugins.add(one.descriptor()));
        plugins.sort(java.util.Comparator.comparing(PluginDescriptor::id));
        return List.copyOf(plugins);
    }

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        List<Contribution<T>> found = new ArrayList<>();
        List<Contribution<T>> others = base.contributions(contract);
        List<Contribution<T>> own = base.ofAllVersions(contract).stream()
                .filter(one -> chosen.isPresent()
                        && one.pluginName().equals(chosen.get().name()))
                .toList();
        // Where the plugin stands in the order by id, as in any set.
        others.stream().filter(one -> id(one).compareTo(plugin) < 0).forEach(found::add);
        found.addAll(own);
        others.stream().filter(one -> id(one).compareTo(plugin) > 0).forEach(found::add);
        return List.copyOf(found);
    }

    private static String id(Contribution<?> one) {
        return one.plugin().id().value();
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        Optional<PluginDescriptor> known = base.find(idOrAlias);
        boolean isChosen = idOrAlias.equals(plugin)
                || chosen.isPresent() && chosen.get().descriptor().aliases().contains(idOrAlias);
        if (known.isPresent() && !known.get().id().value().equals(plugin)) {
            return known;
        }
        return known.isPresent() || isChosen ? chosen.map(PluginRevision::descriptor) : known;
    }

    @Override
    public List<PluginRevision> revisions() {
        return base.revisions();
    }

    @Override
    public <T> List<Contribution<T>> ofAllVersions(Class<T> contract) {
        return base.ofAllVersions(contract);
    }
}
