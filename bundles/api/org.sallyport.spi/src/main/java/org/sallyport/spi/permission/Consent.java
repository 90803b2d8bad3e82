package org.sallyport.spi.permission;

import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.spi.plugin.PluginDescriptor;

/** Takes down what operators agree to. A service; thread-safe. */
@ProviderType
public interface Consent {
    /**
     * The operator agrees to all that a version asks for. Durable and in the audit when it returns.
     *
     * @param how by which way, for the audit
     * @throws org.sallyport.api.plugin.PluginException if it could not be written, and then it does not count
     */
    void toAll(PluginDescriptor version, String how);
}
