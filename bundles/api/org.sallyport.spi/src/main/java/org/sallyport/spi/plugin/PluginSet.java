package org.sallyport.spi.plugin;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The plugins that are in service at one moment, and what they contribute. An immutable snapshot. Who asks for nothing else
 * sees the main version of each plugin and no other one; versions that stand beside it are for those who
 * {@linkplain #choosing choose} them.
 */
@ProviderType
public interface PluginSet {
    /** Counts up with each change. */
    long generation();

    /** The plugins, sorted by id. */
    List<PluginDescriptor> plugins();

    /**
     * All services of that contract that plugins in service brought, sorted by plugin id, then handler.
     *
     * @param contract a type exported by a plugin type's bundle or by the API
     */
    <T> List<Contribution<T>> contributions(Class<T> contract);

    /** The plugin of that id or, failing that, the one that has it among its aliases. */
    Optional<PluginDescriptor> find(String idOrAlias);

    /** All versions in service, the main one of each plugin before those beside it; sorted by id. */
    default List<PluginRevision> revisions() {
        return plugins().stream()
                .map(plugin -> new PluginRevision(
                        plugin.id().value(), plugin, plugin.stage(), org.sallyport.api.document.Document.EMPTY_OBJECT))
                .toList();
    }

    /** The same as {@link #contributions}, of all versions in service. */
    default <T> List<Contribution<T>> ofAllVersions(Class<T> contract) {
        return contributions(contract);
    }

    /**
     * This set for who chooses a version of a plugin: the chosen one in place of the main one, or none if none will do.
     *
     * @param plugin the plugin's id
     */
    default PluginSet choosing(String plugin, VersionChoice choice) {
        return new ChosenSet(this, plugin, choice);
    }
}
