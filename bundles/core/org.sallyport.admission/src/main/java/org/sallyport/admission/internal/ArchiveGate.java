package org.sallyport.admission.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.archive.TypeReader;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.trust.ArchiveDescriber;

/** The gate {@code archive}: the bytes are an archive that can be read in one way only. */
@Component
public final class ArchiveGate implements AdmissionGate, ArchiveDescriber {
    static final String NEXT = "Build the archive again, for instance with the jar tool or Maven, and offer that";

    @Override
    public String name() {
        return "archive";
    }

    @Override
    public Verdict check(Candidate candidate) {
        try {
            of(candidate).contents();
            return Verdict.PASSED;
        } catch (ArchiveException e) {
            return Verdict.fail(e.getMessage(), NEXT);
        }
    }

    @Override
    public Candidate describe(byte[] archive, String origin) {
        CheckedCandidate.requireSize(archive, origin);
        CheckedCandidate candidate = new CheckedCandidate(archive, origin);
        if (isType(candidate)) {
            candidate = CheckedCandidate.ofType(archive, origin, false);
        }
        candidate.descriptor();
        return candidate;
    }

    private static boolean isType(CheckedCandidate candidate) {
        try {
            return TypeReader.claims(candidate.contents());
        } catch (ArchiveException e) {
            throw candidate.invalid(e);
        }
    }

    static CheckedCandidate of(Candidate candidate) {
        return candidate instanceof CheckedCandidate own
                ? own
                : new CheckedCandidate(candidate.archive(), candidate.origin());
    }
}
