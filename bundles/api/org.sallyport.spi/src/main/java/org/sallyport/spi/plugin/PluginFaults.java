package org.sallyport.spi.plugin;

import org.osgi.annotation.versioning.ProviderType;

/** Where those who run plugins report one that must not go on. Returns at once; the work is done on another thread. */
@ProviderType
public interface PluginFaults {
    /**
     * Takes a plugin out of service.
     *
     * @param plugin its id
     * @param cause why, in one sentence
     */
    void quarantine(String plugin, String cause);
}
