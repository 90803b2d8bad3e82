package org.sallyport.audit.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.file.OwnerOnly;

/**
 * The key pair that signs checkpoints, Ed25519, made at first use: {@code audit.key} (PKCS #8, Base64) for its owner alone and
 * {@code audit.pub} (X.509) beside it. Immutable.
 */
final class SealKey {
    private static final String ALGORITHM = "Ed25519";
    private static final String PRIVATE = "audit.key";
    private static final String PUBLIC = "audit.pub";

    private final PrivateKey secret;
    private final String fingerprint;

    private SealKey(PrivateKey secret, PublicKey open) {
        this.secret = secret;
        fingerprint = fingerprint(open);
    }

    /** Reads the pair, or makes one if there is none. */
    static SealKey in(Path folder) throws IOException {
        try {
            Path secret = folder.resolve(PRIVATE);
            Path open = folder.resolve(PUBLIC);
            if (!Files.exists(secret)) {
                OwnerOnly.createFolder(folder);
                KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
                // The public half first: a crash between the two leaves no secret that nobody can check.
                Durable.replace(open, encoded(pair.getPublic().getEncoded()));
                Durable.replaceSecret(secret, encoded(pair.getPrivate().getEncoded()));
            }
            PrivateKey key =
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(decoded(secret)));
            return new SealKey(key, publicKey(open));
        } catch (GeneralSecurityException e) {
            throw new IOException("The key pair [" + PRIVATE + "] and [" + PUBLIC + "] in [" + folder + "]: " + e, e);
        }
    }

    private static byte[] encoded(byte[] key) {
        return Base64.getEncoder().encode(key);
    }

    private static byte[] decoded(Path file) throws IOException {
        try {
            return Base64.getMimeDecoder().decode(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("The key file [" + file + "] is damaged", e);
        }
    }

    private static PublicKey publicKey(Path file) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(decoded(file)));
    }

    /** Signs a checkpoint with this key. */
    Checkpoint sign(Link first, Link last, String at) throws IOException {
        try {
            Checkpoint unsigned = new Checkpoint(first, last, at, fingerprint, "");
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(unsigned.signed());
            return unsigned.with(HexFormat.of().formatHex(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IOException("A checkpoint could not be signed: " + e, e);
        }
    }

    /**
     * The public key to check with.
     *
     * @param file its file
     */
    static PublicKey readPublic(Path file) throws IOException {
        try {
            return publicKey(file);
        } catch (GeneralSecurityException e) {
            throw new IOException("The file [" + file + "] holds no Ed25519 public key: " + e.getMessage(), e);
        }
    }

    /** Where the public key lies. */
    static Path publicFile(Path folder) {
        return folder.resolve(PUBLIC);
    }

    /** Whether a checkpoint was signed by the owner of a key. */
    static boolean isSigned(Checkpoint checkpoint, PublicKey key) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(checkpoint.signed());
            return signature.verify(HexFormat.of().parseHex(checkpoint.signature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The first 16 digits of the hash of a public key. */
    static String fingerprint(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Hashes.of(encoded, 0, encoded.length).substring(0, 16);
    }
}
