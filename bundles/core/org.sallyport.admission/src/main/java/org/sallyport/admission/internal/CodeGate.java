package org.sallyport.admission.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.archive.Code;
import org.sallyport.spi.admission.AdmissionGate;

/** The gate {@code code}: no class of the bundle names a method that ends the process, or needs a newer Java. */
@Component
public final class CodeGate implements AdmissionGate {
    @Override
    public String name() {
        return "code";
    }

    @Override
    public Verdict check(Candidate candidate) {
        try {
            Code.check(ArchiveGate.of(candidate).contents(), Runtime.version().feature());
            return Verdict.PASSED;
        } catch (ArchiveException e) {
            return Verdict.fail(
                    e.getMessage(),
                    "Throw an exception where the plugin cannot go on, build it for this Java, and install that");
        }
    }
}
