package org.sallyport.signing.internal.keys;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads public keys and certificates. */
public final class PublicKeys {
    private static final String OPENPGP = "-----BEGIN PGP ";

    /** The first bit of each packet of OpenPGP (RFC 9580, 4.2), and of no text. */
    private static final int OPENPGP_BIT = 0x80;

    /** Most bytes of a key of OpenPGP. */
    public static final int MAX_OPENPGP = 64 << 10;

    /** The key that was read last: mostly the next signature is by the same one. */
    private static volatile @Nullable Read last;

    private PublicKeys() {}

    private record Read(byte[] encoded, PublicKey key) {}

    /** An Ed25519 key of its SubjectPublicKeyInfo (RFC 8410). */
    public static PublicKey ed25519(byte[] encoded) throws GeneralSecurityException {
        Read before = last;
        if (before != null && Arrays.equals(before.encoded, encoded)) {
            return before.key;
        }
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        // One key has one id: bytes behind the key, or another encoding of it, would give it a second one.
        if (!(key instanceof EdECPublicKey) || !Arrays.equals(key.getEncoded(), encoded)) {
            throw new GeneralSecurityException("it is not the one encoding of an Ed25519 key");
        }
        last = new Read(encoded.clone(), key);
        return key;
    }

    /** A certificate of its DER form. */
    public static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        if (!Arrays.equals(certificate.getEncoded(), encoded)) {
            throw new GeneralSecurityException("it is not the one encoding of a certificate");
        }
        return certificate;
    }

    static void check(TrustedKey.Kind kind, byte[] encoded) throws GeneralSecurityException {
        if (kind == TrustedKey.Kind.OPENPGP) {
            // What is in it is looked at when it is trusted and when it is used, by what can read it.
            if (encoded.length == 0 || encoded.length > MAX_OPENPGP || (encoded[0] & OPENPGP_BIT) == 0) {
                throw new GeneralSecurityException("it is no key of OpenPGP of at most [" + MAX_OPENPGP + "] bytes");
            }
        } else if (kind == TrustedKey.Kind.X509) {
            certificate(encoded);
        } else {
            ed25519(encoded);
        }
    }

    /** Whether a file says that it holds something of OpenPGP. */
    public static boolean isOpenPgp(byte[] file) {
        return file.length > 0 && (file[0] & OPENPGP_BIT) != 0
                || new String(file, 0, Math.min(file.length, OPENPGP.length()), StandardCharsets.ISO_8859_1)
                        .equals(OPENPGP);
    }

    /**
     * A key or certificate as people pass it on: PEM (RFC 7468), or Base64 of an Ed25519 key alone.
     *
     * @throws GeneralSecurityException if it is neither
     */
    public static TrustedKey parse(byte[] file) throws GeneralSecurityException {
        String text = new String(file, StandardCharsets.ISO_8859_1).strip();
        TrustedKey.Kind kind = TrustedKey.Kind.ED25519;
        if (text.startsWith("-----BEGIN CERTIFICATE-----")) {
            kind = TrustedKey.Kind.X509;
            text = body(text, "CERTIFICATE");
        } else if (text.startsWith("-----BEGIN PUBLIC KEY-----")) {
            text = body(text, "PUBLIC KEY");
        } else if (text.startsWith("-----")) {
            throw new GeneralSecurityException("it is neither a public key nor a certificate in PEM");
        }
        byte[] encoded;
        try {
            encoded = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("it is neither PEM nor Base64", e);
        }
        check(kind, encoded);
        return TrustedKey.of(kind, encoded);
    }

    /** The text between the lines of PEM. */
    static String body(String pem, String label) throws GeneralSecurityException {
        String begin = "-----BEGIN " + label + "-----";
        int end = pem.indexOf("-----END " + label + "-----");
        if (!pem.startsWith(begin) || end < 0) {
            throw new GeneralSecurityException("it is no [" + label + "] in PEM");
        }
        return pem.substring(begin.length(), end);
    }

    /** PEM. */
    public static String pem(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(encoded)
                + "\n-----END " + label + "-----\n";
    }
}
