package org.sallyport.signing.openpgp.internal;

import java.math.BigInteger;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.bcpg.BCPGKey;
import org.bouncycastle.bcpg.ECDSAPublicBCPGKey;
import org.bouncycastle.bcpg.EdDSAPublicBCPGKey;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.RSAPublicBCPGKey;
import org.bouncycastle.internal.asn1.gnu.GNUObjectIdentifiers;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.api.OpenPGPDefaultPolicy;

/** What is strong enough: SHA-2 and SHA-3 from 256 bits on, RSA from 2048 on, NIST's curves from P-256 on, Ed25519 and Ed448. */
final class StrictPolicy extends OpenPGPDefaultPolicy {
    static final int MIN_RSA = 2048;
    static final int MAX_RSA = 16_384;

    private static final Set<Integer> HASHES = Set.of(
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);
    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

    static boolean isStrong(int hash) {
        return HASHES.contains(hash);
    }

    /** Of keys that sign, and certify. */
    static boolean isStrong(PGPPublicKey key) {
        BCPGKey raw = key.getPublicKeyPacket().getKey();
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL, PublicKeyAlgorithmTags.RSA_SIGN ->
                raw instanceof RSAPublicBCPGKey rsa && isStrong(rsa.getModulus());
            case PublicKeyAlgorithmTags.ECDSA ->
                raw instanceof ECDSAPublicBCPGKey ec && CURVES.contains(ec.getCurveOID());
            case PublicKeyAlgorithmTags.EDDSA_LEGACY ->
                raw instanceof EdDSAPublicBCPGKey ed && ed.getCurveOID().equals(GNUObjectIdentifiers.Ed25519);
            case PublicKeyAlgorithmTags.Ed25519, PublicKeyAlgorithmTags.Ed448 -> true;
            default -> false;
        };
    }

    private static boolean isStrong(BigInteger modulus) {
        // A longer one only costs time.
        return modulus.bitLength() >= MIN_RSA && modulus.bitLength() <= MAX_RSA;
    }

    @Override
    public boolean isAcceptableDocumentSignatureHashAlgorithm(int hash, Date created) {
        return isStrong(hash);
    }

    @Override
    public boolean isAcceptableCertificationSignatureHashAlgorithm(int hash, Date created) {
        return isStrong(hash);
    }

    /** A weak one may have been made by somebody else; but then the key is out of use, and nothing comes in by it. */
    @Override
    public boolean isAcceptableRevocationSignatureHashAlgorithm(int hash, Date created) {
        return true;
    }
}
