package org.sallyport.signing.internal;

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
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.ArchiveDescriber;

/** Registers the verbs of keys and signatures, and takes out of service what rests on something that was revoked. */
@Component(
        immediate = true,
        service = {})
public final class VerbsComponent {
    private final SigningComponent signing;
    private final List<ServiceRegistration<AdminVerb>> registrations = new ArrayList<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable PluginAdmin admin;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable PluginFaults faults;

    /** Registers them. */
    @Activate
    public VerbsComponent(
            BundleContext context,
            @Reference SigningComponent signing,
            @Reference ArchiveDescriber describer,
            @Reference LifecycleAudit audit) {
        this.signing = signing;
        List<AdminVerb> verbs = new ArrayList<>(new PluginSigning(signing, describer).verbs());
        verbs.addAll(new KeyAdmin(signing, this::revoked).verbs());
        verbs.forEach(verb ->
                registrations.add(context.registerService(AdminVerb.class, new AuditedVerb(verb, audit), null)));
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
    }

    private void revoked(String what, String reason) {
        PluginAdmin plugins = admin;
        PluginFaults reports = faults;
        if (plugins != null && reports != null) {
            for (PluginStatus plugin : plugins.list()) {
                if (signing.restsOn(plugin, what)) {
                    reports.quarantine(
                            plugin.id(),
                            "what it rests on, [" + what + "], was revoked" + (reason.isEmpty() ? "" : ": " + reason));
                }
            }
        }
    }
}
