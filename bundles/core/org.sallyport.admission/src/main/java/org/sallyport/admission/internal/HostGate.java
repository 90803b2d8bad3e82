package org.sallyport.admission.internal;

import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.spi.admission.AdmissionGate;

/** The gate {@code host}: this host is new enough for the plugin. */
@Component
public final class HostGate implements AdmissionGate {
    private final Version host;

    /** Reads the host's version from the framework property {@code sallyport.version}. */
    @Activate
    public HostGate(BundleContext context) {
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
        return host.compareTo(least) >= 0
                ? Verdict.PASSED
                : Verdict.fail(
                        "it needs Sallyport [" + least + "] or newer; this is [" + host + "]",
                        "Update Sallyport, or install a version of the plugin that runs on [" + host + "]");
    }
}
