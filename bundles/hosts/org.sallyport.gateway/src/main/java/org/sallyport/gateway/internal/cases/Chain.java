package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyEngine.StandIn;

/**
 * The chain of a case as the engine takes it. A handler that stands for several servers is one instance; one that stands
 * twice for the same gets the names {@code handler}, {@code handler~2}, …. So do scripts by their names: what stands for a
 * server takes the place of what stands for all.
 *
 * @param instances plugins, in order
 * @param standIns scripts, in order
 * @param types the plugin type under which an instance stands in the case, where one is said
 */
record Chain(List<InstanceConfig> instances, List<StandIn> standIns, Map<String, String> types) {
    /** Where a plugin stands that is for all servers. */
    static final String GLOBAL = "_global";

    private static final Placement OFF = new Placement(false, true, Optional.empty(), Document.EMPTY_OBJECT);

    /** Whether what stands there is a note or for use elsewhere in the file, and no part of the chain. */
    static boolean isNote(String server) {
        return server.startsWith("_") && !server.equals(GLOBAL);
    }

    /** @throws SettingsException if a platform key is wrong; the path begins with the instance */
    static Chain of(Document plugins, Wildcards wildcards) {
        Map<String, Map<String, Placement>> byInstance = new LinkedHashMap<>();
        List<Scripted> scripts = new ArrayList<>();
        Map<String, Set<String>> scripted = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        for (Document plugin : plugins.values()) {
            String server = plugin.get("server").text(GLOBAL);
            if (isNote(server)) {
                continue;
            }
            if (plugin.has("script")) {
                String name = plugin.get("name").text("script");
                int number = 1;
                while (scripted.getOrDefault(name(name, number), Set.of()).contains(server)) {
                    number++;
                }
                String instance = name(name, number);
                scripted.computeIfAbsent(instance, key -> new HashSet<>()).add(server);
                scripts.add(new Scripted(
                        instance,
                        server,
                        placement(instance, plugin, plugin.get("config")),
                        new Script(plugin.get("type").text(""), plugin.get("script"))));
            } else {
                String handler = plugin.get("handler").text("");
                int number = 1;
                while (byInstance.getOrDefault(name(handler, number), Map.of()).containsKey(server)) {
                    number++;
                }
                String instance = name(handler, number);
                plugin.get("type").text().ifPresent(type -> types.put(instance, type));
                Document settings = plugin.get("config").mapText(wildcards::inConfiguration);
                byInstance
                        .computeIfAbsent(instance, key -> new LinkedHashMap<>())
                        .put(server, placement(instance, plugin, settings));
            }
        }
        List<InstanceConfig> instances = new ArrayList<>();
        byInstance.forEach((instance, placements) -> instances.add(config(instance, placements)));
        List<StandIn> standIns = scripts.stream()
                .map(script -> script.standIn(scripted.get(script.instance())))
                .toList();
        return new Chain(instances, standIns, types);
    }

    /** A script and its only place. */
    private record Scripted(String instance, String server, Placement placement, Script script) {
        /** @param servers where scripts of that name stand */
        StandIn standIn(Set<String> servers) {
            Map<String, Placement> placements = new LinkedHashMap<>(Map.of(server, placement));
            if (server.equals(GLOBAL)) {
                servers.forEach(other -> placements.putIfAbsent(other, OFF));
            }
            return new StandIn(script.type(), config(instance, placements), script);
        }
    }

    /** @throws SettingsException if the engine refuses it, or a plugin is of another type than the one it stands under */
    PolicyEngine.Trial trial(PolicyEngine engine) {
        PolicyEngine.Trial trial = engine.trial(instances, standIns);
        try {
            instances.forEach(instance -> checkType(instance, trial));
            return trial;
        } catch (SettingsException e) {
            trial.close();
            throw e;
        }
    }

    private void checkType(InstanceConfig config, PolicyEngine.Trial trial) {
        String type = types.getOrDefault(config.instance(), "");
        String server = config.servers().keySet().stream().findFirst().orElse("");
        for (ChainEntry entry : trial.chain(server)) {
            if (entry.instance().equals(config.instance())
                    && !type.isEmpty()
                    && !entry.type().isEmpty()
                    && !entry.type().equals(type)) {
                throw new SettingsException(
                        config.instance(),
                        "it is a plugin of the type [" + entry.type() + "] and stands among those of [" + type + "]");
            }
        }
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
        if (own.has("priority") || !priority.isNull()) {
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
        if ((settings.has(key) || !value.isNull()) && value.kind() != Document.Kind.BOOLEAN) {
            throw new SettingsException(instance + "/" + key, key + " is true or false, not [" + value.toJson() + "]");
        }
        return value.asBoolean(true);
    }
}
