package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.policy.internal.Entries.Finding;
import org.sallyport.policy.internal.Handlers.Handler;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.policy.InstanceConfig.Placement;

/** What can be said against a placement without calling the plugin. */
final class Checks {
    private Checks() {}

    /**
     * What is wrong; empty if nothing, or if the placement is switched off.
     *
     * @param server empty for what holds for all servers
     */
    static List<Finding> check(
            Handler<?> handler, Optional<String> server, Placement placement, Optional<SettingsFactory> factory) {
        List<Finding> findings = new ArrayList<>();
        if (!placement.enabled()) {
            return findings;
        }
        String path = server.map(Entries::serverPath).orElse("");
        if (placement.priority().isPresent() && !handler.type().rules().ordered()) {
            String type = handler.type().name();
            findings.add(
                    new Finding(
                            path + "/priority",
                            type
                                    + " plugins have no priority: they come after all others, in order of configuration; remove it"));
        }
        if (placement.shadow() && handler.type().rules().observes()) {
            findings.add(new Finding(
                    path + "/shadow",
                    handler.type().name()
                            + " plugins change nothing anyway; remove [shadow], or switch it off with [enabled]"));
        }
        scope(handler.plugin(), server, path).ifPresent(findings::add);
        if (factory.isEmpty()) {
            findings.add(new Finding(path, "The settings cannot be checked: the configuration service is not there"));
            return findings;
        }
        try {
            for (SettingsException wrong :
                    factory.get().check(handler.contribution().settingsSchema(), placement.settings())) {
                findings.add(new Finding(path + wrong.path(), String.valueOf(wrong.getMessage())));
            }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            // A schema comes with its plugin; a bad one must not keep the others from their places.
            findings.add(new Finding(
                    path,
                    "They could not be checked against the plugin's schema, which failed with ["
                            + e.getClass().getName() + "]"));
        }
        return findings;
    }

    private static Optional<Finding> scope(PluginDescriptor plugin, Optional<String> server, String path) {
        if (plugin.displayScope() == DisplayScope.GLOBAL) {
            return Optional.empty();
        }
        if (server.isEmpty()) {
            return Optional.of(new Finding(
                    path,
                    "Plugin [" + plugin.id()
                            + "] is server-aware and may not stand for all servers: put its settings under"
                            + " \"servers\": {\"NAME\": {…}}"));
        }
        if (plugin.displayScope() == DisplayScope.SERVER_SPECIFIC
                && !plugin.compatibleServers().contains(server.get())) {
            return Optional.of(new Finding(
                    path,
                    "Plugin [" + plugin.id() + "] does not work with server [" + server.get() + "], only with "
                            + plugin.compatibleServers().stream().sorted().toList()));
        }
        return Optional.empty();
    }
}
