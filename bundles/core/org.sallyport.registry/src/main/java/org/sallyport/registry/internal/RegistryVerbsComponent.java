package org.sallyport.registry.internal;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.registry.PluginRegistry;

/** Offers the verbs as services. */
@Component(
        immediate = true,
        service = {})
public final class RegistryVerbsComponent {
    private final List<ServiceRegistration<AdminVerb>> registrations;

    /** Registers the verbs. */
    @Activate
    public RegistryVerbsComponent(BundleContext context, @Reference PluginRegistry registry) {
        registrations = RegistryVerbs.of(registry).stream()
                .map(verb -> context.registerService(AdminVerb.class, verb, null))
                .toList();
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
