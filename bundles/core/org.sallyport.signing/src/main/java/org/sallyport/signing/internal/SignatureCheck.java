package org.sallyport.signing.internal;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.signing.internal.format.JarSigners;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.keys.OwnKeys;
import org.sallyport.signing.internal.keys.PublicKeys;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustFile;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.trust.DetachedForm;
import org.sallyport.spi.trust.TrustLevels.Trust;

/**
 * Decides whether an archive is signed by somebody who may, and what it is trusted for. One good signature is enough; if
 * there is none, the reason is that of the one that came furthest. Changes nothing. Thread-safe.
 */
final class SignatureCheck {
    /** What to do about an archive that nobody signed. */
    static final String UNSIGNED_NEXT =
            "Sign it with 'plugin:sign FILE' and keep the envelope beside the file, or ask its author for a signed"
                    + " build";

    private final TrustFile trust;
    private final EvidenceStore evidence;
    private final EnvelopeSignatures envelopes;
    private final OpenPgpSignatures detached;
    private final JarSignatures jars;

    /**
     * @param development whether keys of this home count as trusted, shared secrets too
     * @param detached reads signatures of OpenPGP, if something here does
     */
    SignatureCheck(
            TrustFile trust,
            OwnKeys own,
            Ledger ledger,
            EvidenceStore evidence,
            boolean development,
            Clock clock,
            Supplier<Optional<DetachedForm>> detached) {
        this.trust = trust;
        this.evidence = evidence;
        Rights rights = new Rights(ledger);
        this.envelopes = new EnvelopeSignatures(own, rights, development, clock);
        this.detached = new OpenPgpSignatures(detached, rights, clock);
        this.jars = new JarSignatures(rights, clock);
    }

    /**
     * That it may pass.
     *
     * @param trust what it is trusted for
     * @param signature the one that counts; {@code null} if it lies in the archive
     */
    record Passed(Trust trust, byte @Nullable [] signature) {}

    /**
     * Checks an archive that was read and described before.
     *
     * @throws SignatureException if it may not pass
     * @throws TrustException if that cannot be known
     */
    Passed check(Candidate candidate) throws SignatureException, TrustException {
        TrustSet now = trust.get();
        Revocation digest = now.revoked().get(candidate.sha256());
        if (digest != null) {
            throw Rights.revoked("this very archive", digest, "Install another version");
        }
        Refused.Furthest furthest = new Refused.Furthest();
        for (byte[] one : signatures(candidate.sha256())) {
            try {
                return new Passed(byFile(now, candidate, one), one);
            } catch (Refused e) {
                furthest.take(e);
            }
        }
        try {
            if (JarSigners.claims(candidate.archive())) {
                return new Passed(jars.check(now, candidate), null);
            }
        } catch (Refused e) {
            furthest.take(e);
        } catch (SignatureException e) {
            furthest.take(new Refused(Refused.Stage.FORM, e));
        }
        throw furthest.or("it is not signed", UNSIGNED_NEXT).why();
    }

    private List<byte[]> signatures(String sha256) throws TrustException {
        try {
            return evidence.of(sha256);
        } catch (IOException e) {
            throw new TrustException("What it was signed with before cannot be read: " + e.getMessage());
        }
    }

    private Trust byFile(TrustSet now, Candidate candidate, byte[] file)
            throws Refused, TrustException, SignatureException {
        return PublicKeys.isOpenPgp(file)
                ? detached.check(now, candidate, file)
                : envelopes.check(now, candidate, file);
    }
}
