package org.sallyport.spi.registry;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** All plugins that are known at one moment. Immutable; no method waits for anybody. */
@ProviderType
public interface RegistrySnapshot {
    /** Counts up with each change. */
    long generation();

    /** How many plugins there are. */
    int size();

    /** A plugin by its id. */
    Optional<KnownPlugin> plugin(String id);

    /**
     * The highest version of a plugin within a range, of whatever stage, or null: this look-up is on the path of calls and allocates
     * nothing.
     */
    @Nullable PluginVersion newest(PluginRange wanted);

    /** The versions of a plugin within a range, newest first. */
    List<PluginVersion> versions(PluginRange wanted);

    /** All versions that a query asks for, sorted by id, newest first. */
    List<PluginVersion> search(PluginQuery query);

    /**
     * Chooses for each plugin that is required the highest stable version that all its ranges allow, or a deprecated one if
     * there is no stable one; one of the stage beta only for a range of that version alone. What the chosen ones require
     * themselves is not looked at.
     */
    Resolution resolve(Collection<PluginRange> required);

    /**
     * What requirements led to.
     *
     * @param chosen the chosen version by plugin
     * @param missing requirements on plugins of which no version fits them all
     */
    record Resolution(Map<String, PluginVersion> chosen, List<PluginRange> missing) {}
}
