package org.sallyport.signing.openpgp.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.sallyport.signing.openpgp.internal.Packets.Packet;
import org.sallyport.spi.trust.DetachedForm.Refused;
import org.sallyport.spi.trust.DetachedForm.Stage;

/** A public key with its parts, names and what it says of them. Immutable. */
final class Certificate {
    static final int MAX_PACKETS = 200;

    private static final String EXPORT = "Ask its owner for the public key alone, as 'gpg --armor --export-options"
            + " export-minimal --export NAME' writes it";

    private static final Set<Integer> KNOWN = Set.of(
            Packets.PUBLIC_KEY,
            Packets.PUBLIC_SUBKEY,
            Packets.USER_ID,
            Packets.USER_ATTRIBUTE,
            Packets.SIGNATURE,
            Packets.TRUST);

    private final byte[] encoded;
    private final OpenPGPCertificate certificate;

    private Certificate(byte[] encoded, OpenPGPCertificate certificate) {
        this.encoded = encoded;
        this.certificate = certificate;
    }

    /** Reads one, armored or not. */
    static Certificate read(byte[] file) throws Refused {
        try {
            List<Packet> packets = Packets.of(file, "PUBLIC KEY BLOCK", MAX_PACKETS);
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            int keys = 0;
            for (Packet packet : packets) {
                if (packet.tag() == Packets.SECRET_KEY || packet.tag() == Packets.SECRET_SUBKEY) {
                    throw new IOException("it holds a secret key, which nobody else should have");
                } else if (!KNOWN.contains(packet.tag())) {
                    throw new IOException("it holds a packet of the kind [" + packet.tag() + "]");
                }
                keys += packet.tag() == Packets.PUBLIC_KEY ? 1 : 0;
                // What a key ring says of trust is its owner's own matter.
                if (packet.tag() != Packets.TRUST) {
                    kept.write(packet.bytes());
                }
            }
            if (keys != 1 || packets.get(0).tag() != Packets.PUBLIC_KEY) {
                throw new IOException("it has to hold one key, first of all, and not [" + keys + "]");
            }
            BcOpenPGPImplementation library = new BcOpenPGPImplementation();
            PGPPublicKeyRing ring = new PGPPublicKeyRing(
                    new ByteArrayInputStream(kept.toByteArray()), library.keyFingerPrintCalculator());
            return new Certificate(ring.getEncoded(), new OpenPGPCertificate(ring, library, new StrictPolicy()));
        } catch (IOException | RuntimeException e) {
            throw new Refused(Stage.FORM, "the OpenPGP key cannot be read: " + e.getMessage(), EXPORT);
        }
    }

    byte[] encoded() {
        return encoded.clone();
    }

    String fingerprint() {
        return HexFormat.of().formatHex(certificate.getFingerprint());
    }

    /** Its part with that name, if it has one. */
    Optional<OpenPGPComponentKey> part(KeyIdentifier id) {
        return Optional.ofNullable(certificate.getKey(id));
    }

    /** Whether its owner has taken back the whole of it by then. */
    boolean isRevoked(OpenPGPComponentKey part, Date at) {
        return certificate.getRevocation(at) != null || part.getRevocation(at) != null;
    }

    boolean isExpired(OpenPGPComponentKey part, Date at) {
        return isOver(certificate.getPrimaryKey(), at) || isOver(part, at);
    }

    private static boolean isOver(OpenPGPComponentKey key, Date at) {
        Date end = key.getKeyExpirationDateAt(at);
        return end != null && !at.before(end);
    }

    boolean isStrong(OpenPGPComponentKey part) {
        return StrictPolicy.isStrong(certificate.getPrimaryKey().getPGPPublicKey())
                && StrictPolicy.isStrong(part.getPGPPublicKey());
    }

    /** A key by which no plugin could ever come in is told when it is trusted, and not when it is used. */
    void requireSigner() throws Refused {
        try {
            Date born = certificate.getPrimaryKey().getCreationTime();
            Date now = new Date();
            boolean signs = certificate.getKeys().stream()
                    .filter(this::isStrong)
                    .anyMatch(key ->
                            key.isSigningKey(now) || key.isSigningKey(key.getCreationTime()) || key.isSigningKey(born));
            if (!signs) {
                throw new Refused(
                        Stage.RIGHT,
                        "no part of the OpenPGP key [" + fingerprint() + "] may sign and is strong enough: RSA of ["
                                + StrictPolicy.MIN_RSA
                                + "] bits, ECDSA on P-256 or EdDSA, bound with SHA-256, is the least",
                        "Ask its owner for another key");
            }
        } catch (RuntimeException e) {
            throw new Refused(Stage.FORM, "the OpenPGP key cannot be read: " + e, EXPORT);
        }
    }
}
