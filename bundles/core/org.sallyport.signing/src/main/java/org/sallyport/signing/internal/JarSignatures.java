package org.sallyport.signing.internal;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.sallyport.signing.internal.format.Certificates;
import org.sallyport.signing.internal.format.JarSigners;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.keys.PublicKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** Signatures within the archive itself, by X.509 certificates. Thread-safe. */
final class JarSignatures {
    private final Rights rights;
    private final Clock clock;

    JarSignatures(Rights rights, Clock clock) {
        this.rights = rights;
        this.clock = clock;
    }

    /** What an archive is trusted for by a signer of all of it. */
    Trust check(TrustSet now, Candidate candidate) throws Refused, SignatureException, TrustException {
        Refused.Furthest furthest = new Refused.Furthest();
        for (CertPath path : JarSigners.of(candidate.archive())) {
            List<X509Certificate> chain = Certificates.of(path);
            try {
                return byChain(now, candidate, chain);
            } catch (Refused e) {
                furthest.take(e);
            }
        }
        throw furthest.or("nobody signed all of it", SignatureCheck.UNSIGNED_NEXT);
    }

    private Trust byChain(TrustSet now, Candidate candidate, List<X509Certificate> chain)
            throws Refused, TrustException {
        X509Certificate leaf = chain.get(0);
        for (Publisher publisher : now.publishers().values()) {
            for (TrustedKey key : publisher.keys().values()) {
                X509Certificate trusted = key.kind() == TrustedKey.Kind.X509 ? certificate(key) : null;
                if (trusted != null && Certificates.leadsTo(chain, trusted)) {
                    checkChain(now, candidate, chain, trusted, key);
                    return rights.entitled(now, candidate, publisher, key.id(), "jar");
                }
            }
        }
        throw new Refused(
                Refused.Stage.KEY,
                "it is signed by [" + leaf.getSubjectX500Principal().getName() + "], and no certificate of its chain is"
                        + " trusted here",
                "Compare the certificate with its owner by a way that you trust, then use 'key:trust'");
    }

    private void checkChain(
            TrustSet now, Candidate candidate, List<X509Certificate> chain, X509Certificate trusted, TrustedKey key)
            throws Refused, TrustException {
        Instant today = clock.instant();
        Instant end = chain.get(0).getNotAfter().toInstant();
        try {
            for (X509Certificate one : chain) {
                String id = TrustedKey.idOf(one.getEncoded());
                Revocation revocation = now.revoked().get(id);
                if (revocation != null) {
                    throw Rights.revoked(
                            "a certificate [" + id + "] of its signer", revocation, "Have it signed by another one");
                }
            }
            Revocation revocation = now.revoked().get(key.id());
            if (revocation != null) {
                throw Rights.revoked(
                        "the certificate [" + key.id() + "] of its signer",
                        revocation,
                        "Have it signed by another one");
            }
            // What was let in while its certificate was valid stays when that has expired.
            Certificates.check(chain, trusted, candidate.returning() && today.isAfter(end) ? end : today);
            if (!candidate.returning() && !key.isValid(today)) {
                throw new SignatureException(
                        "the certificate [" + key.id() + "] of its signer is trusted " + key.validity(),
                        "Have it signed by one that is trusted now");
            }
        } catch (SignatureException e) {
            throw new Refused(Refused.Stage.RIGHT, e);
        } catch (GeneralSecurityException e) {
            throw new TrustException("A certificate cannot be read: " + e.getMessage());
        }
    }

    private static X509Certificate certificate(TrustedKey key) throws TrustException {
        try {
            return PublicKeys.certificate(key.encoded());
        } catch (GeneralSecurityException e) {
            throw new TrustException("The certificate [" + key.id() + "] cannot be read: " + e.getMessage());
        }
    }
}
