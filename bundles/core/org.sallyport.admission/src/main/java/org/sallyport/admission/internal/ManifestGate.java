package org.sallyport.admission.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.spi.admission.AdmissionGate;

/** The gate {@code manifest}: the bundle describes a plugin and asks for nothing that no plugin gets. */
@Component
public final class ManifestGate implements AdmissionGate {
    @Override
    public String name() {
        return "manifest";
    }

    @Override
    public Verdict check(Candidate candidate) {
        try {
            CheckedCandidate own = ArchiveGate.of(candidate);
            own.described();
            own.schemas();
            return Verdict.PASSED;
        } catch (ArchiveException e) {
            return Verdict.fail(e.getMessage(), "Mend the plugin's manifest and build it again");
        }
    }
}
