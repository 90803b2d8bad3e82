package org.sallyport.admission.internal;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * One service of a plugin that admission holds.
 *
 * @param reference the service
 * @param objects gave the service and takes it back
 * @param pluginName what the version is called that brings it
 * @param contracts the names it is registered under
 */
record Held(
        ServiceReference<?> reference,
        ServiceObjects<Object> objects,
        String pluginName,
        Set<String> contracts,
        PluginDescriptor plugin,
        String handler,
        Map<String, Object> properties,
        Object service,
        String settingsSchema)
        implements Offered {
    @Override
    public boolean is(Class<?> contract) {
        // By name and by class: a plugin may have wired itself to another copy of the contract.
        return contracts.contains(contract.getName()) && contract.isInstance(service);
    }

    @Override
    public long serviceId() {
        return (Long) properties.get(Constants.SERVICE_ID);
    }

    @Override
    public String label() {
        return contracts.stream()
                .map(contract -> contract.substring(contract.lastIndexOf('.') + 1) + " " + handler)
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    void giveBack() {
        try {
            objects.ungetService(service);
        } catch (RuntimeException e) {
            // Unregistered in the meantime, which gave it back.
        }
    }
}
