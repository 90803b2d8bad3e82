package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.testkit.TestDescriptor;

/** A set of plugins in service, as admission would give it. */
record Plugins(long generation, List<Brought> brought) implements PluginSet {
    Plugins {
        brought = List.copyOf(brought);
    }

    static Plugins none() {
        return new Plugins(0, List.of());
    }

    static Plugins of(Brought... brought) {
        return new Plugins(1, List.of(brought));
    }

    Plugins and(Brought one) {
        List<Brought> more = new ArrayList<>(brought);
        more.add(one);
        return new Plugins(generation + 1, more);
    }

    /** With a version of a plugin beside its main one, which is 2.0.0. */
    Plugins beside(String id, String version, Object service) {
        return and(handler(id + "@" + version, service));
    }

    Plugins without(String name) {
        return new Plugins(
                generation + 1,
                brought.stream().filter(one -> !one.id().equals(name)).toList());
    }

    /** A handler of plugin {@code id} for the hook {@code h}, with the defaults of the annotation. */
    static Brought handler(String id, Object service) {
        return new Brought(id, id, Map.of("sallyport.hook.name", "h"), service);
    }

    record Brought(String id, String handler, Map<String, Object> properties, Object service) {
        Brought with(String key, Object value) {
            Map<String, Object> more = new HashMap<>(properties);
            more.put("sallyport.hook." + key, value);
            return new Brought(id, handler, more, service);
        }

        Brought named(String handler) {
            return new Brought(id, handler, properties, service);
        }
    }

    @Override
    public List<PluginDescriptor> plugins() {
        return brought.stream()
                .map(Brought::id)
                .filter(id -> id.indexOf('@') < 0)
                .distinct()
                .sorted()
                .map(id -> (PluginDescriptor) Descriptor.of(id))
                .toList();
    }

    @Override
    public List<PluginRevision> revisions() {
        return brought.stream()
                .map(Brought::id)
                .distinct()
                .sorted()
                .map(id -> new PluginRevision(id, Descriptor.of(id), Stage.STABLE, Document.EMPTY_OBJECT))
                .toList();
    }

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        return ofAllVersions(contract).stream()
                .filter(one -> one.pluginName().indexOf('@') < 0)
                .toList();
    }

    @Override
    public <T> List<Contribution<T>> ofAllVersions(Class<T> contract) {
        return brought.stream()
                .filter(one -> contract.isInstance(one.service()))
                .sorted(Comparator.comparing(Brought::id).thenComparing(Brought::handler))
                .map(one -> (Contribution<T>) new One<>(
                        Descriptor.of(one.id()),
                        one.id(),
                        one.handler(),
                        one.properties(),
                        contract.cast(one.service())))
                .toList();
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        return plugins().stream()
                .filter(at -> at.id().value().equals(idOrAlias))
                .findFirst();
    }

    private record One<T>(
            PluginDescriptor plugin, String pluginName, String handler, Map<String, Object> properties, T service)
            implements Contribution<T> {
        @Override
        public String settingsSchema() {
            return "{}";
        }
    }

    private record Descriptor(PluginId id, Version version) implements TestDescriptor {
        static Descriptor of(String name) {
            int at = name.indexOf('@');
            return at < 0
                    ? new Descriptor(new PluginId(name), new Version(2, 0, 0))
                    : new Descriptor(new PluginId(name.substring(0, at)), new Version(name.substring(at + 1)));
        }
    }
}
