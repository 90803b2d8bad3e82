package org.sallyport.spi.registry;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.spi.plugin.PluginStatus;

/**
 * What is known of plugins, for look-up: each of their versions, what they say of themselves, what is wanted and what
 * is. Admission tells it; everybody may read it, without waiting. Thread-safe.
 */
@ProviderType
public interface PluginRegistry {
    /** What is known now. Reads one field. */
    RegistrySnapshot snapshot();

    /**
     * Replaces what is known of a plugin; visible to all when it returns. History and statistics are carried on from
     * the status. What a version is not told to say of itself is kept from before, if the bytes are the same.
     *
     * @param versions the versions whose bytes are here, in any order; of two with the same number the first counts
     */
    void tell(PluginStatus status, List<PluginVersion> versions);

    /** Forgets a plugin; nothing if it is not known. */
    void forget(String id);
}
