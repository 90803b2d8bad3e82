package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.StandIn;

/**
 * The chain of a case as the engine takes it. A handler that stands for several servers is one instance; one that stands
 * twice for the same gets the names {@code handler}, {@code handler~2}, ….
 *
 * @param instances plugins, in order
 * @param standIns scripts, in order
 */
record Chain(List<InstanceConfig> instances, List<StandIn> standIns) {
    /** Where a plugin stands that is for all servers. */
    static final String GLOBAL = "_global";

    /** @throws SettingsException if a platform key is wrong; the path begins with the instance */
    static Chain of(Document plugins, Wildcards wildcards) {
        Map<String, Map<String, Placement>> byInstance = new LinkedHashMap<>();
        List<StandIn> standIns = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        for (Document plugin : plugins.values()) {
            String server = plugin.get("server").text(GLOBAL);
            if (plugin.has("script")) {
                String name = plugin.get("name").text("script");
                int count = names.merge(name, 1, Integer::sum);
                String instance = count == 1 ? name : name + "~" + count;
                Placement placement = placement(instance, plugin, plugin.get("config"));
                standIns.add(new StandIn(
                        plugin.get("type").text(""),
                        config(instance, Map.of(server, placement)),
                        new Script(plugin.get("type").text(""), plugin.get("script"))));
            } else {
                String handler = plugin.get("handler").text("");
                int number = 1;
                while (byInstance.getOrDefault(name(handler, number), Map.of()).containsKey(server)) {
                    number++;
                }
                String instance = name(handler, number);
                Document settings = plugin.get("config").mapText(wildcards::inConfiguration);
                byInstance
                        .computeIfAbsent(instance, key -> new LinkedHashMap<>())
                        .put(server, placement(instance, plugin, settings));
            }
        }
        List<InstanceConfig> instances = new ArrayList<>();
        byInstance.forEach((instance, placements) -> instances.add(config(instance, placements)));
        return new Chain(instances, standIns);
    }

    PolicyEngine.Trial trial(PolicyEngine engine) {
        return engine.trial(instances, standIns);
    }

    private static String name(String handler, int number) {
        return number == 1 ? handler : handler + "~" + number;
    }

    private static InstanceConfig config(String instance, Map<String, Placement> placements) {
        Map<String, Placement> servers = new LinkedHashMap<>(placements);
        Optional<Placement> global = Optional.ofNullable(servers.remove(GLOBAL));
        return new InstanceConfig(instance, global, servers);
    }

    private static Placement placement(String instance, Document plugin, Document settings) {
        Document own = settings.isObject() ? settings : Document.EMPTY_OBJECT;
        boolean enabled = flag(instance, "enabled", plugin, own);
        boolean critical = flag(instance, "critical", plugin, own);
        Document priority = own.has("priority") ? own.get("priority") : plugin.get("priority");
        Optional<Integer> place = Optional.empty();
        if (!priority.isNull()) {
            long value = priority.asLong(-1);
            if (value < 0 || value > 100) {
                throw new SettingsException(
                        instance + "/priority", "priority must be an integer 0-100, not [" + priority.toJson() + "]");
            }
            place = Optional.of((int) value);
        }
        return new Placement(
                enabled,
                critical,
                place,
                own.without("enabled").without("critical").without("priority"));
    }

    private static boolean flag(String instance, String key, Document plugin, Document settings) {
        Document value = settings.has(key) ? settings.get(key) : plugin.get(key);
        if (!value.isNull() && value.kind() != Document.Kind.BOOLEAN) {
            throw new SettingsException(instance + "/" + key, key + " is true or false, not [" + value.toJson() + "]");
        }
        return value.asBoolean(true);
    }
}
