package org.sallyport.type.middleware;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.config.Settings;

/**
 * A plugin that transforms messages or answers requests. Register it as a service, for instance as a Declarative
 * Services component.
 *
 * <p>The platform calls {@link #configure} once for each instance and scope that is configured, and the middleware it
 * returns for each message.
 */
@ConsumerType
public interface MiddlewarePlugin {
    /**
     * Makes a middleware for these settings. Also called to check settings that are never used, so it must leave no
     * trace.
     *
     * @throws org.sallyport.api.config.SettingsException if the settings make no sense
     */
    Middleware configure(Settings settings);
}
