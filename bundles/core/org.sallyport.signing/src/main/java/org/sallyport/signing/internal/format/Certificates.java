package org.sallyport.signing.internal.format;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whether a chain of certificates leads to one that is trusted (RFC 5280, section 6), and is meant for code. */
public final class Certificates {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int CERTIFICATE_SIGNATURE = 5;
    private static final int MIN_RSA = 2048;
    private static final int MIN_EC = 256;
    private static final String NEW = "Sign it with another certificate";

    private Certificates() {}

    /** The certificates of a path. */
    public static List<X509Certificate> of(CertPath path) {
        List<X509Certificate> all = new ArrayList<>();
        for (Certificate one : path.getCertificates()) {
            all.add((X509Certificate) one);
        }
        return all;
    }

    /** Whether a path ends in a trusted certificate, or in one that it issued; nothing else is looked at. */
    public static boolean leadsTo(List<X509Certificate> chain, X509Certificate trusted) {
        X509Certificate last = chain.get(chain.size() - 1);
        return chain.contains(trusted)
                || last.getIssuerX500Principal().equals(trusted.getSubjectX500Principal()) && isSignedBy(last, trusted);
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Checks a chain that leads to a trusted certificate.
     *
     * @param at the moment at which all have to be valid
     * @throws SignatureException with a sentence of its own for each reason
     */
    public static void check(List<X509Certificate> chain, X509Certificate trusted, Instant at)
            throws SignatureException {
        X509Certificate leaf = chain.get(0);
        for (X509Certificate one : chain) {
            strong(one);
        }
        strong(trusted);
        usage(leaf);
        int end = chain.indexOf(trusted);
        try {
            if (end == 0) {
                leaf.checkValidity(Date.from(at));
                return;
            }
            CertPath path =
                    CertificateFactory.getInstance("X.509").generateCertPath(end < 0 ? chain : chain.subList(0, end));
            issues(trusted, path.getCertificates().size() - 1);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(trusted, null)));
            // Revocation is the trust file's: a host need not reach anybody to start a plugin.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            trusted.checkValidity(Date.from(at));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (java.security.cert.CertificateExpiredException e) {
            throw expired(at);
        } catch (java.security.cert.CertificateNotYetValidException e) {
            throw early(at);
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.EXPIRED) {
                throw expired(at);
            } else if (e.getReason() == BasicReason.NOT_YET_VALID) {
                throw early(at);
            } else if (e.getReason() == PKIXReason.PATH_TOO_LONG) {
                throw tooLong();
            }
            throw new SignatureException("the chain of its certificates does not hold: " + e.getMessage(), NEW);
        } catch (GeneralSecurityException e) {
            throw new SignatureException("its certificates cannot be checked: " + e.getMessage(), NEW);
        }
    }

    /** What Java does not ask of the certificate at which a chain ends. */
    private static void issues(X509Certificate trusted, int between) throws SignatureException {
        boolean[] usage = trusted.getKeyUsage();
        if (trusted.getBasicConstraints() < 0 || usage != null && !usage[CERTIFICATE_SIGNATURE]) {
            throw new SignatureException(
                    "the certificate [" + trusted.getSubjectX500Principal().getName()
                            + "] that is trusted is not meant to issue others",
                    NEW);
        } else if (trusted.getBasicConstraints() < between) {
            throw tooLong();
        }
    }

    private static SignatureException tooLong() {
        return new SignatureException("the chain of its certificates is longer than one of them allows", NEW);
    }

    private static SignatureException expired(Instant at) {
        return new SignatureException(
                "a certificate of its signer has expired at [" + at + "]", "Have it signed anew by a valid one");
    }

    private static SignatureException early(Instant at) {
        return new SignatureException(
                "a certificate of its signer is not yet valid at [" + at + "]",
                "Look at this machine's clock, or have it signed by one that is valid");
    }

    private static void usage(X509Certificate leaf) throws SignatureException {
        try {
            List<String> extended = leaf.getExtendedKeyUsage();
            boolean[] usage = leaf.getKeyUsage();
            if (extended == null || !extended.contains(CODE_SIGNING) || usage != null && !usage[DIGITAL_SIGNATURE]) {
                throw new SignatureException(
                        "its signer's certificate ["
                                + leaf.getSubjectX500Principal().getName() + "] is not meant for code signing",
                        "Have it signed by one whose extended key usage is codeSigning");
            }
        } catch (java.security.cert.CertificateParsingException e) {
            throw new SignatureException("its signer's certificate cannot be read: " + e.getMessage(), NEW);
        }
    }

    private static void strong(X509Certificate certificate) throws SignatureException {
        PublicKey key = certificate.getPublicKey();
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        boolean weak = key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA
                || key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() < MIN_EC
                || key.getAlgorithm().equals("DSA")
                || algorithm.startsWith("SHA1")
                || algorithm.startsWith("MD");
        if (weak) {
            throw new SignatureException(
                    "the certificate [" + certificate.getSubjectX500Principal().getName() + "] is too weak: a ["
                            + key.getAlgorithm() + "] key, signed by [" + certificate.getSigAlgName()
                            + "]; RSA of [" + MIN_RSA + "] bits or EC of [" + MIN_EC + "] with SHA-256 is the least",
                    NEW);
        }
    }
}
