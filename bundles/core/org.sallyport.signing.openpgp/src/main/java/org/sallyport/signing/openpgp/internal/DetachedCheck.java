package org.sallyport.signing.openpgp.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;
import org.sallyport.signing.openpgp.internal.Packets.Packet;
import org.sallyport.spi.trust.DetachedForm.Refused;
import org.sallyport.spi.trust.DetachedForm.Stage;
import org.sallyport.spi.trust.DetachedForm.Verified;

/** One file of signatures over one archive. Used once. */
final class DetachedCheck {
    /** Most signatures in one file. */
    static final int MAX_SIGNATURES = 8;

    /** How far a signer's clock may be ahead of ours. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private static final String AGAIN =
            "Fetch file and signature again, or have it signed anew, such as with 'gpg --armor"
                    + " --detach-sign FILE'";
    private static final String OTHER_KEY = "Have it signed by a key that holds";

    private final byte[] archive;
    private final List<byte[]> keys;
    private final Instant today;
    private final boolean returning;

    DetachedCheck(byte[] archive, List<byte[]> keys, Instant today, boolean returning) {
        this.archive = archive;
        this.keys = keys;
        this.today = today;
        this.returning = returning;
    }

    Verified of(byte[] file) throws Refused {
        List<Packet> packets;
        try {
            packets = Packets.of(file, "SIGNATURE", MAX_SIGNATURES);
        } catch (IOException e) {
            throw damaged(e.getMessage());
        }
        Refused furthest = null;
        for (Packet packet : packets) {
            try {
                return by(packet);
            } catch (Refused e) {
                furthest = furthest == null || furthest.stage().compareTo(e.stage()) < 0 ? e : furthest;
            }
        }
        throw furthest == null ? damaged("it is empty") : furthest;
    }

    private static Refused damaged(@Nullable String what) {
        return new Refused(Stage.FORM, "its OpenPGP signature cannot be read: " + what, AGAIN);
    }

    private Verified by(Packet packet) throws Refused {
        if (packet.tag() != Packets.SIGNATURE) {
            throw damaged("it holds a packet of the kind [" + packet.tag() + "]");
        }
        try {
            PGPSignature signature = new PGPSignature(new BCPGInputStream(new ByteArrayInputStream(packet.bytes())));
            requireForm(signature);
            return by(signature);
        } catch (IOException | PGPException | RuntimeException e) {
            // The library says so of what it does not understand.
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private void requireForm(PGPSignature signature) throws Refused {
        if (signature.getVersion() != 4 && signature.getVersion() != 6) {
            throw damaged("it has the version [" + signature.getVersion() + "], and 4 and 6 are read");
        } else if (signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
            throw new Refused(
                    Stage.FORM,
                    "its OpenPGP signature is of the type [" + signature.getSignatureType()
                            + "], and not one over a file as it is",
                    AGAIN);
        } else if (!StrictPolicy.isStrong(signature.getHashAlgorithm())) {
            throw new Refused(
                    Stage.FORM,
                    "its OpenPGP signature is by the digest [" + signature.getHashAlgorithm()
                            + "], which is too weak or not known; SHA-256 is the least",
                    "Have it signed anew, such as with 'gpg --digest-algo SHA512 --detach-sign FILE'");
        } else if (signature.getHashedSubPackets() == null
                || signature.getHashedSubPackets().getSignatureCreationTime() == null) {
            throw damaged("it does not say when it was made");
        } else if (!new StrictPolicy().hasNoCriticalUnknownSubpackets(signature)
                || !new StrictPolicy().hasNoCriticalUnknownNotations(signature)) {
            throw damaged("it says something that has to be understood, and is not");
        }
    }

    private Verified by(PGPSignature signature) throws Refused, PGPException {
        Set<String> named = new TreeSet<>();
        Refused wrong = null;
        List<KeyIdentifier> issuers = signature.getKeyIdentifiers();
        issuers.forEach(id -> named.add(id.toPrettyPrint().replace(" ", "").toLowerCase(java.util.Locale.ROOT)));
        for (int i = 0; i < keys.size(); i++) {
            Certificate certificate = Certificate.read(keys.get(i));
            for (OpenPGPComponentKey part : parts(certificate, issuers)) {
                try {
                    return good(signature, i, certificate, part);
                } catch (Refused e) {
                    wrong = wrong == null || wrong.stage().compareTo(e.stage()) < 0 ? e : wrong;
                }
            }
        }
        if (wrong != null) {
            throw wrong;
        }
        throw new Refused(
                Stage.KEY,
                "the OpenPGP key " + named + " that signed it is not trusted here",
                "Ask its owner for the public key by a way that you trust, compare the fingerprint, then use"
                        + " 'key:trust FILE --publisher NAME --level LEVEL'");
    }

    private static List<OpenPGPComponentKey> parts(Certificate certificate, List<KeyIdentifier> issuers) {
        List<OpenPGPComponentKey> parts = new ArrayList<>();
        for (KeyIdentifier id : issuers) {
            Optional<OpenPGPComponentKey> part = certificate.part(id);
            if (part.isPresent() && !parts.contains(part.get())) {
                parts.add(part.get());
            }
        }
        return parts;
    }

    private Verified good(PGPSignature signature, int place, Certificate certificate, OpenPGPComponentKey part)
            throws Refused, PGPException {
        String key = certificate.fingerprint();
        if (!certificate.isStrong(part)) {
            throw right("the OpenPGP key [" + key
                    + "] that signed it is too weak or of a kind that does not count; RSA of [" + StrictPolicy.MIN_RSA
                    + "] bits, ECDSA on P-256 or EdDSA is the least");
        }
        signature.init(new BcPGPContentVerifierBuilderProvider(), part.getPGPPublicKey());
        signature.update(archive);
        if (!signature.verify()) {
            throw new Refused(
                    Stage.SIGNATURE, "its OpenPGP signature is not one of the key [" + key + "] over this file", AGAIN);
        }
        Date signed = signature.getCreationTime();
        Date now = Date.from(today);
        if (signed.toInstant().isAfter(today.plus(SKEW))) {
            throw new Refused(
                    Stage.RIGHT,
                    "it says to be signed at [" + signed.toInstant() + "], which is still to come",
                    "Look at the clocks of this machine and of the signer's");
        } else if (certificate.isRevoked(part, now)) {
            throw right("the OpenPGP key [" + key + "] that signed it was revoked by its owner");
        } else if (certificate.isExpired(part, signed)) {
            throw right(
                    "it was signed at [" + signed.toInstant() + "], when the OpenPGP key [" + key + "] had expired");
        } else if (!part.isBoundAt(signed) || !part.isSigningKey(signed)) {
            throw right("the part [" + fingerprint(part) + "] of the OpenPGP key [" + key
                    + "] was not meant to sign files at [" + signed.toInstant() + "]");
        } else if (!returning && certificate.isExpired(part, now)) {
            // The time of a signature is the signer's word: who has an old key can write any.
            throw right("the OpenPGP key [" + key + "] that signed it has expired, so nothing new comes in by it");
        } else if (!returning && isOver(signature, signed.toInstant())) {
            throw new Refused(Stage.RIGHT, "its OpenPGP signature has expired", AGAIN);
        }
        return new Verified(place, List.of(key, fingerprint(part)), signed.toInstant());
    }

    private boolean isOver(PGPSignature signature, Instant signed) {
        long seconds = signature.getHashedSubPackets().getSignatureExpirationTime();
        return seconds > 0 && !today.isBefore(signed.plusSeconds(seconds));
    }

    private static Refused right(String reason) {
        return new Refused(Stage.RIGHT, reason, OTHER_KEY);
    }

    private static String fingerprint(OpenPGPComponentKey part) {
        return HexFormat.of().formatHex(part.getPGPPublicKey().getFingerprint());
    }
}
