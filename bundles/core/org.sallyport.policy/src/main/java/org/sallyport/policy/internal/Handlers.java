package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.config.NearestName;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.VersionChoice;
import org.sallyport.spi.policy.PolicyType;

/** The handlers of policy plugins in one plugin set, and how configurations call them. Of one thread. */
final class Handlers {
    /**
     * A handler and the type that knows its contract.
     *
     * @param revision the version that brings it
     */
    record Handler<P>(PolicyType<P> type, Contribution<P> contribution, PluginRevision revision) {
        /** What the version is called that brings it. */
        String pluginName() {
            return contribution.pluginName();
        }

        /** Plugin and handler, whichever the version. */
        String key() {
            return plugin().id() + " " + type.name() + " " + name();
        }

        PluginDescriptor plugin() {
            return contribution.plugin();
        }

        String name() {
            return contribution.handler();
        }
    }

    /**
     * What a name stands for.
     *
     * @param handler empty if it stands for none
     * @param why why it stands for none, and what to do
     */
    record Found(Optional<Handler<?>> handler, String why) {}

    private final PluginSet set;
    private final List<PolicyType<?>> types;
    private final List<Handler<?>> all;
    private final Map<String, Map<VersionChoice, Handlers>> chosen = new HashMap<>();

    Handlers(PluginSet set, List<PolicyType<?>> types) {
        Map<String, PluginRevision> revisions = new HashMap<>();
        set.revisions().forEach(revision -> revisions.put(revision.name(), revision));
        List<Handler<?>> handlers = new ArrayList<>();
        types.forEach(type -> add(type, set, revisions, handlers));
        this.set = set;
        this.types = types;
        this.all = List.copyOf(handlers);
    }

    private static <P> void add(
            PolicyType<P> type, PluginSet set, Map<String, PluginRevision> revisions, List<Handler<?>> handlers) {
        for (Contribution<P> contribution : set.contributions(type.contract())) {
            PluginRevision revision = revisions.get(contribution.pluginName());
            if (revision != null) {
                handlers.add(new Handler<>(type, contribution, revision));
            }
        }
    }

    /**
     * The handler that a configuration calls by a name, in the version that it chooses: of the plugin with that id or alias,
     * or of the plugin whose main version has the only handler of that name.
     */
    Found find(String name, Optional<VersionChoice> choice) {
        Found main = find(name);
        if (choice.isEmpty()) {
            return main;
        }
        String plugin = main.handler()
                .map(handler -> handler.plugin().id().value())
                .or(() -> plugin(name))
                .orElse("");
        List<PluginRevision> there =
                set.revisions().stream().filter(one -> one.id().equals(plugin)).toList();
        if (there.isEmpty()) {
            return main;
        }
        Found found = chosen.computeIfAbsent(plugin, id -> new HashMap<>())
                .computeIfAbsent(choice.get(), key -> new Handlers(set.choosing(plugin, key), types))
                .find(name);
        return found.handler().isPresent()
                        || set.choosing(plugin, choice.get()).find(plugin).isPresent()
                ? found
                : none("No version of plugin [" + plugin + "] in [" + choice.get() + "] is in service; there are "
                        + there.stream().map(Handlers::version).toList());
    }

    /** By id or alias of any version. */
    private Optional<String> plugin(String name) {
        return set.find(name)
                .map(plugin -> plugin.id().value())
                .or(() -> set.revisions().stream()
                        .filter(one -> one.id().equals(name)
                                || one.descriptor().aliases().contains(name))
                        .map(PluginRevision::id)
                        .findFirst());
    }

    private static String version(PluginRevision one) {
        return one.descriptor().version()
                + (one.stage() == Stage.STABLE ? "" : " " + one.stage().name().toLowerCase(Locale.ROOT));
    }

    List<Handler<?>> all() {
        return all;
    }

    /**
     * The handler that a configuration calls by a name: of the plugin with that id or alias the handler of that name, the
     * one named like the plugin, or its only one; else the only handler of that name of any plugin. A plugin cannot take
     * another one's place by naming a handler like it.
     */
    Found find(String name) {
        Optional<PluginDescriptor> plugin = set.find(name);
        if (plugin.isPresent()) {
            String id = plugin.get().id().value();
            List<Handler<?>> own = of(id);
            for (String wanted : List.of(name, id)) {
                List<Handler<?>> named =
                        own.stream().filter(h -> h.name().equals(wanted)).toList();
                if (!named.isEmpty()) {
                    return only(named, name);
                }
            }
            return own.isEmpty()
                    ? none("Plugin [" + id + "] brings nothing for the policy chain; 'plugin:info " + id
                            + "' shows what it brings")
                    : only(own, name);
        }
        List<Handler<?>> named = all.stream().filter(h -> h.name().equals(name)).toList();
        return named.isEmpty()
                ? none("Handler [" + name + "] is not in service" + didYouMean(name) + "; install or enable its plugin"
                        + " ('plugin:list' shows their states), or remove the entry")
                : only(named, name);
    }

    private Found only(List<Handler<?>> candidates, String name) {
        if (candidates.size() == 1) {
            return new Found(Optional.of(candidates.get(0)), "");
        }
        List<String> names = candidates.stream()
                .map(h -> h.plugin().id() + " " + h.type().name() + " " + h.name())
                .toList();
        return none("[" + name + "] may stand for each of " + names + "; configure one of them by its handler's name,"
                + " which has to be unlike the others");
    }

    private static Found none(String why) {
        return new Found(Optional.empty(), why);
    }

    private List<Handler<?>> of(String plugin) {
        return all.stream().filter(h -> h.plugin().id().value().equals(plugin)).toList();
    }

    /** The names that a configuration may use, which are most like one that it used. */
    private String didYouMean(String name) {
        TreeSet<String> names = new TreeSet<>();
        for (Handler<?> handler : all) {
            names.add(handler.name());
            names.add(handler.plugin().id().value());
            names.addAll(handler.plugin().aliases());
        }
        return NearestName.of(name, names)
                .map(near -> "; did you mean [" + near + "]?")
                .orElse("");
    }
}
