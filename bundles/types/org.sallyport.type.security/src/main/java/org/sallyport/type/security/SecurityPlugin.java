package org.sallyport.type.security;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.config.Settings;

/**
 * A plugin that decides on messages. Register it as a service, for instance as a Declarative Services component.
 *
 * <p>The platform calls {@link #configure} once for each instance and scope that is configured, and the filter it
 * returns for each message.
 */
@ConsumerType
public interface SecurityPlugin {
    /**
     * Makes a filter for these settings. Also called to check settings that are never used, so it must leave no trace:
     * files and connections are opened at the first message.
     *
     * @throws org.sallyport.api.config.SettingsException if the settings make no sense
     */
    SecurityFilter configure(Settings settings);
}
