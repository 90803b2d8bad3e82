package org.sallyport.policy.internal;

import static org.sallyport.spi.plugin.PluginSettings.GLOBAL;
import static org.sallyport.spi.plugin.PluginSettings.INSTEAD;
import static org.sallyport.spi.plugin.PluginSettings.SERVERS;
import static org.sallyport.spi.plugin.PluginSettings.WAS;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.policy.internal.Handlers.Handler;
import org.sallyport.spi.plugin.PluginSettings;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;

/** Settings that go with a version of a plugin, in the form of {@link PluginSettings}. */
final class Carried {
    private Carried() {}

    /** What a handler works with at a place: what came back with its version, unless other settings are configured since. */
    static Placement placement(Handler<?> handler, String instance, Optional<String> server, Placement configured) {
        Document places = handler.revision().settings().get(instance);
        Document pair = server.map(name -> places.get(SERVERS).get(name)).orElseGet(() -> places.get(GLOBAL));
        return pair.get(WAS).isObject() && pair.get(INSTEAD).equals(configured.settings())
                ? configured.with(pair.get(WAS))
                : configured;
    }

    /** What members work with, of those of one version. */
    static Document inForce(Collection<Seat> seats, String pluginName) {
        Map<String, Places> instances = new LinkedHashMap<>();
        for (Seat seat : seats) {
            if (seat.origin.plugin().equals(pluginName)) {
                instances
                        .computeIfAbsent(seat.instance(), name -> new Places())
                        .put(seat.scope().server(), seat.origin.settings());
            }
        }
        return document(instances);
    }

    /** What entries say. */
    static Document configured(List<Entry> entries, Collection<String> wanted) {
        Map<String, Places> instances = new LinkedHashMap<>();
        for (Entry entry : entries) {
            InstanceConfig config = entry.config();
            if (wanted.contains(config.instance())) {
                Places places = instances.computeIfAbsent(config.instance(), name -> new Places());
                config.global().ifPresent(placement -> places.put("", placement.settings()));
                config.servers().forEach((server, placement) -> places.put(server, placement.settings()));
            }
        }
        return document(instances);
    }

    private static Document document(Map<String, Places> instances) {
        Map<String, Document> members = new LinkedHashMap<>();
        instances.forEach((instance, places) -> members.put(instance, places.document()));
        return Document.object(members);
    }

    private static final class Places {
        private final Map<String, Document> global = new LinkedHashMap<>();
        private final Map<String, Document> servers = new LinkedHashMap<>();

        /** @param server empty for all */
        void put(String server, Document settings) {
            if (server.isEmpty()) {
                global.put(GLOBAL, settings);
            } else {
                servers.put(server, settings);
            }
        }

        Document document() {
            Map<String, Document> members = new LinkedHashMap<>(global);
            if (!servers.isEmpty()) {
                members.put(SERVERS, Document.object(servers));
            }
            return Document.object(members);
        }
    }
}
