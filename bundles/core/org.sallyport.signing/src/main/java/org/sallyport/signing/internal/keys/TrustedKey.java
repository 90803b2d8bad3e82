package org.sallyport.signing.internal.keys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A key that is trusted for a publisher.
 *
 * @param id see {@link #idOf}
 * @param kind what it is
 * @param encoded of an Ed25519 key its SubjectPublicKeyInfo (RFC 8410), of a certificate its DER form, of OpenPGP the
 *     public key's packets
 * @param from valid from then; empty for ever since
 * @param to valid until then, exclusive; empty for no end
 */
public record TrustedKey(String id, Kind kind, byte[] encoded, Optional<Instant> from, Optional<Instant> to) {
    /** What a key is. */
    public enum Kind {
        /** Signs DSSE envelopes. */
        ED25519,
        /** A certificate that signs jars, or signs such certificates. */
        X509,
        /** A key of OpenPGP: signs the archive's bytes. */
        OPENPGP,
        /** A shared secret, for development alone; it never stands in a trust file. */
        HMAC;

        /** Its name in files. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Hexadecimal digits of an id. */
    public static final int ID_LENGTH = 40;

    /** One without limits in time. */
    public static TrustedKey of(Kind kind, byte[] encoded) {
        return new TrustedKey(idOf(encoded), kind, encoded, Optional.empty(), Optional.empty());
    }

    /** The first 160 bits of the SHA-256 of its encoded form. */
    public static String idOf(byte[] encoded) {
        return sha256(encoded).substring(0, ID_LENGTH);
    }

    /** SHA-256, hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Whether it is valid at a moment. */
    public boolean isValid(Instant at) {
        return from.filter(at::isBefore).isEmpty()
                && to.filter(end -> !at.isBefore(end)).isEmpty();
    }

    /** When it is valid, for people. */
    public String validity() {
        return "from [" + from.map(Instant::toString).orElse("ever") + "] to ["
                + to.map(Instant::toString).orElse("no end") + "]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrustedKey key
                && id.equals(key.id)
                && kind == key.kind
                && Arrays.equals(encoded, key.encoded)
                && from.equals(key.from)
                && to.equals(key.to);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
