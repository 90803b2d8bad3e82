package org.sallyport.type.auditing;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.config.Settings;

/**
 * A plugin that takes notice of what the others decided. Register it as a service, for instance as a Declarative
 * Services component.
 *
 * <p>The platform calls {@link #configure} once for each instance and scope that is configured, and the auditor it
 * returns for each message. Auditors have no priority: they come after all others, in the order of the configuration.
 */
@ConsumerType
public interface AuditingPlugin {
    /**
     * Makes an auditor for these settings. Also called to check settings that are never used, so it must leave no
     * trace: files are opened at the first message.
     *
     * @throws org.sallyport.api.config.SettingsException if the settings make no sense
     */
    Auditor configure(Settings settings);
}
