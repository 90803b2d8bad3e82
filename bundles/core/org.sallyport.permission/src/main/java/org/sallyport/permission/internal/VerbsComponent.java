package org.sallyport.permission.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.registry.PluginRegistry;

/** Registers the verbs of permissions. */
@Component(
        immediate = true,
        service = {})
public final class VerbsComponent {
    private final List<ServiceRegistration<AdminVerb>> registrations = new ArrayList<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable PluginAdmin admin;

    /** Registers them. */
    @Activate
    public VerbsComponent(
            BundleContext context, @Reference PermissionService service, @Reference PluginRegistry registry) {
        new PermissionVerbs(service, registry, () -> admin)
                .verbs()
                .forEach(verb -> registrations.add(context.registerService(AdminVerb.class, verb, null)));
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
