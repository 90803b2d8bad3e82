package org.sallyport.spi.plugin;

import org.osgi.annotation.versioning.ProviderType;

/** Where those who run plugins report what goes wrong with one. Returns at once; the work is done on another thread. */
@ProviderType
public interface PluginFaults {
    /**
     * Takes a plugin out of service.
     *
     * @param plugin its id
     * @param cause why, in one sentence
     */
    void quarantine(String plugin, String cause);

    /**
     * Remembers the last failure of a plugin that stays in service, for those who ask why.
     *
     * @param plugin its id
     * @param cause what happened, in one sentence without content of messages
     */
    void report(String plugin, String cause);
}
