package org.sallyport.signing.internal.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which one signs here: {@code keys/own/NAME.pub} and {@code NAME.key} (PEM, as OpenSSL has them), or
 * {@code NAME.hmac}. Files of mode 0600. Thread-safe; the folder is read anew each time.
 */
public final class OwnKeys {
    private static final int MAX_FILE = 16 << 10;
    private static final int SECRET_BYTES = 32;
    private static final String PUBLIC = ".pub";
    private static final String PRIVATE = ".key";
    private static final String SECRET = ".hmac";

    private final Path folder;

    /** @param folder made when the first key is */
    public OwnKeys(Path folder) {
        this.folder = folder;
    }

    /**
     * A key of this home.
     *
     * @param name what it is called here
     * @param key of a shared secret its {@code encoded} is the secret: not to be shown
     */
    public record Own(String name, TrustedKey key) {}

    /** All, by name. */
    public List<Own> all() throws IOException {
        List<Own> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*{" + PUBLIC + "," + SECRET + "}")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                find(name.substring(0, name.lastIndexOf('.'))).ifPresent(all::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        all.sort(java.util.Comparator.comparing(Own::name));
        return all;
    }

    /** One. */
    public Optional<Own> find(String name) throws IOException {
        if (!TrustText.NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        try {
            byte[] pub = PrivateFiles.read(folder.resolve(name + PUBLIC), MAX_FILE);
            if (pub != null) {
                return Optional.of(new Own(name, PublicKeys.parse(pub)));
            }
            byte[] secret = secret(name);
            return secret == null
                    ? Optional.empty()
                    : Optional.of(new Own(name, TrustedKey.of(TrustedKey.Kind.HMAC, secret)));
        } catch (GeneralSecurityException e) {
            throw new IOException("Key [" + name + "] in [" + folder + "] is damaged: " + e.getMessage(), e);
        }
    }

    /** Makes one; its name has to be free. */
    public Own create(String name, TrustedKey.Kind kind) throws IOException, GeneralSecurityException {
        if (!TrustText.NAME.matcher(name).matches()) {
            throw new GeneralSecurityException(
                    "[" + name + "] is no name for a key; use up to 64 lower-case letters, digits, dots and dashes");
        } else if (find(name).isPresent()) {
            throw new GeneralSecurityException("there is a key [" + name + "] already");
        }
        if (kind == TrustedKey.Kind.HMAC) {
            byte[] secret = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(secret);
            PrivateFiles.replace(
                    folder.resolve(name + SECRET), Base64.getEncoder().encode(secret));
        } else {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            // The private part first: a key without it would look like one and not sign.
            PrivateFiles.replace(
                    folder.resolve(name + PRIVATE),
                    ascii(PublicKeys.pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
            PrivateFiles.replace(
                    folder.resolve(name + PUBLIC),
                    ascii(PublicKeys.pem("PUBLIC KEY", pair.getPublic().getEncoded())));
        }
        return find(name).orElseThrow(() -> new IOException("Key [" + name + "] was written and is not there"));
    }

    /** Signs. */
    public byte[] sign(Own own, byte[] data) throws IOException, GeneralSecurityException {
        if (own.key().kind() == TrustedKey.Kind.HMAC) {
            return hmac(own.key().encoded(), data);
        }
        byte[] pem = PrivateFiles.read(folder.resolve(own.name() + PRIVATE), MAX_FILE);
        if (pem == null) {
            throw new GeneralSecurityException(
                    "the private part of the key [" + own.name() + "] is not in [" + folder + "]");
        }
        return ed25519(privateKey(pem), data);
    }

    /** A private key in PEM (PKCS #8). */
    public static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        String body = PublicKeys.body(new String(pem, StandardCharsets.ISO_8859_1).strip(), "PRIVATE KEY");
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("it is no Base64", e);
        }
    }

    /** Signs by Ed25519. */
    public static byte[] ed25519(PrivateKey key, byte[] data) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(data);
        return signature.sign();
    }

    /** HMAC-SHA256 (RFC 2104). */
    public static byte[] hmac(byte[] secret, byte[] data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(data);
    }

    private byte @Nullable [] secret(String name) throws IOException, GeneralSecurityException {
        byte[] text = PrivateFiles.read(folder.resolve(name + SECRET), MAX_FILE);
        if (text == null) {
            return null;
        }
        try {
            byte[] secret = Base64.getMimeDecoder().decode(text);
            if (secret.length == SECRET_BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException e) {
            // The same answer as for another length.
        }
        throw new GeneralSecurityException("it is not [" + SECRET_BYTES + "] bytes in Base64");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
