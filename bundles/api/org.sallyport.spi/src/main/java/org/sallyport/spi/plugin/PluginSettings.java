package org.sallyport.spi.plugin;

import java.util.Collection;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.document.Document;

/**
 * Tells the settings that versions of plugins work with, so that a version that comes back has those that it had. Registered
 * as a service by the host that gives them out. Thread-safe; waits for no plugin.
 *
 * <p>Settings are an object by instance. Each value has, as far as it is configured, {@code global} with the handler's settings
 * for all servers, and {@code servers} with those for single servers by name.
 *
 * <p>{@link PluginRevision#settings} is such an object whose settings are replaced by pairs: {@code was} counts as long as the
 * configuration says {@code instead}; as soon as that was changed, the configuration counts.
 */
@ConsumerType
public interface PluginSettings {
    /** Key of an instance's settings for all servers. */
    String GLOBAL = "global";
    /** Key of its settings by server. */
    String SERVERS = "servers";
    /** Key of settings that count. */
    String WAS = "was";
    /** Key of the configured settings in whose place they count. */
    String INSTEAD = "instead";

    /** What the instances of a version in service work with. */
    Document inForce(String name);

    /** What is configured for instances; those that are not configured are left out. */
    Document configured(Collection<String> instances);
}
