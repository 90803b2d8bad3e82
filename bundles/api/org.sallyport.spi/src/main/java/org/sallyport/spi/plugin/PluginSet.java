package org.sallyport.spi.plugin;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The plugins that are in service at one moment, and what they contribute. An immutable snapshot: at most one version
 * of a plugin is in it.
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
}
