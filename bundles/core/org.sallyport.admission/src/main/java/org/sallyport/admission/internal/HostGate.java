package org.sallyport.admission.internal;

import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.admission.internal.archive.Wires;
import org.sallyport.spi.admission.AdmissionGate;

/**
 * The gate {@code host}: this host is new enough for the plugin, and the plugin does not offer others what is the host's: packages that the
 * framework or the application exports, or a bundle of the platform that is built on the API, as plugin types are. Other plugins would get
 * classes that no host knows.
 */
@Component
public final class HostGate implements AdmissionGate {
    private static final String API = "org.sallyport.";

    private final BundleContext context;
    private final Version host;

    /** Reads the host's version from the framework property {@code sallyport.version}. */
    @Activate
    public HostGate(BundleContext context) {
        this.context = context;
        String version = context.getProperty("sallyport.version");
        host = version == null ? Version.emptyVersion : Version.parseVersion(version.replace("-SNAPSHOT", ""));
    }

    @Override
    public String name() {
        return "host";
    }

    @Override
    public Verdict check(Candidate candidate) {
        Version least = candidate.descriptor().minHostVersion();
        if (host.compareTo(least) < 0) {
            return Verdict.fail(
                    "it needs Sallyport [" + least + "] or newer; this is [" + host + "]",
                    "Update Sallyport, or install a version of the plugin that runs on [" + host + "]");
        }
        Set<String> offers = Wires.of(candidate.descriptor()).offers();
        return offers.isEmpty() ? Verdict.PASSED : exports(offers);
    }

    private Verdict exports(Set<String> offers) {
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null && isThePlatforms(bundle, revision)) {
                for (BundleCapability exported : revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
                    Object name = exported.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE);
                    if (offers.contains(String.valueOf(name))) {
                        return Verdict.fail(
                                "it exports the package [" + name + "], which the platform's bundle ["
                                        + bundle.getSymbolicName() + "] gives",
                                "Leave [" + name + "] out of Export-Package; plugins import it");
                    }
                }
            }
        }
        return Verdict.PASSED;
    }

    private static boolean isThePlatforms(Bundle bundle, BundleRevision revision) {
        return bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID
                || !bundle.getLocation().startsWith(Wall.LOCATION)
                        && revision.getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                                .anyMatch(HostGate::isOfTheApi);
    }

    private static boolean isOfTheApi(BundleRequirement imported) {
        return imported.getDirectives()
                .getOrDefault("filter", "")
                .contains("(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + API);
    }
}
