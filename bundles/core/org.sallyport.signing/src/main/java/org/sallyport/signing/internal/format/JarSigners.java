package org.sallyport.signing.internal.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.CodeSigner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPath;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Who signed a jar, as a whole. Java takes a jar as signed to which an entry was added: that one just has no signer. Here a
 * signer counts if it covers each entry, and the manifest as it is, whose main part Java holds to be covered also when the
 * signature does not mention it.
 *
 * @see <a href="https://docs.oracle.com/en/java/javase/17/docs/specs/jar/jar.html#signed-jar-file">Signed JAR File</a>
 */
public final class JarSigners {
    private static final String AGAIN = "Sign the finished jar with jarsigner, and change nothing in it afterwards";

    /** What cannot be covered by a signature, as it is the signature. Directly in META-INF alone. */
    private static final Pattern SIGNATURE_FILE =
            Pattern.compile("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]+)", Pattern.CASE_INSENSITIVE);

    private static final Pattern SIGNATURE_TEXT = Pattern.compile("META-INF/[^/]+\\.SF", Pattern.CASE_INSENSITIVE);

    private static final List<String> STRONG = List.of("SHA-256", "SHA-384", "SHA-512");

    private JarSigners() {}

    /** Whether a jar says that it is signed. Asks for names alone. */
    public static boolean claims(byte[] archive) throws SignatureException {
        try {
            return files(archive, SIGNATURE_TEXT).size() > 0;
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(e);
        }
    }

    /**
     * The certificates of those who signed all of it, the signer's first in each path.
     *
     * @throws SignatureException if nobody signed all of it, or something was changed since
     */
    public static Set<CertPath> of(byte[] archive) throws SignatureException {
        try {
            checkManifest(archive);
            return covering(archive);
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(e);
        } catch (SecurityException e) {
            throw new SignatureException("something in it was changed after it was signed: " + e.getMessage(), AGAIN);
        }
    }

    private static SignatureException unreadable(Exception e) {
        return new SignatureException("its signature cannot be read: " + e.getMessage(), AGAIN);
    }

    private static Set<CertPath> covering(byte[] archive) throws IOException, SignatureException {
        Set<CertPath> common = null;
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(archive), true)) {
            byte[] scrap = new byte[64 << 10];
            for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
                // Only at an entry's end it is known who signed it.
                while (jar.read(scrap) >= 0) {}
                if (!entry.isDirectory()
                        && !SIGNATURE_FILE.matcher(entry.getName()).matches()) {
                    Set<CertPath> signers = new LinkedHashSet<>();
                    CodeSigner[] all = entry.getCodeSigners();
                    for (CodeSigner signer : all == null ? new CodeSigner[0] : all) {
                        signers.add(signer.getSignerCertPath());
                    }
                    if (common == null) {
                        common = signers;
                    } else {
                        common.retainAll(signers);
                    }
                    if (common.isEmpty()) {
                        throw new SignatureException(
                                "its entry [" + entry.getName() + "] is not covered by the signature of the others",
                                AGAIN);
                    }
                }
            }
        }
        if (common == null) {
            throw new SignatureException("its signature covers nothing", AGAIN);
        }
        return common;
    }

    /** Each signature has to be one of the whole manifest, by a digest that still holds. */
    private static void checkManifest(byte[] archive) throws IOException, SignatureException {
        byte[] manifest = files(archive, Pattern.compile("META-INF/MANIFEST\\.MF")).values().stream()
                .findFirst()
                .orElseThrow(() -> new SignatureException("it has no manifest", AGAIN));
        for (Map.Entry<String, byte[]> file : files(archive, SIGNATURE_TEXT).entrySet()) {
            Attributes said = new Manifest(new ByteArrayInputStream(file.getValue())).getMainAttributes();
            List<String> present = new ArrayList<>();
            for (String algorithm : STRONG) {
                String digest = said.getValue(algorithm + "-Digest-Manifest");
                if (digest != null) {
                    present.add(algorithm);
                    if (!digest.equals(digest(algorithm, manifest))) {
                        throw new SignatureException("its manifest was changed after it was signed", AGAIN);
                    }
                }
            }
            if (present.isEmpty()) {
                throw new SignatureException(
                        "its signature [" + file.getKey() + "] has no digest of the manifest by one of " + STRONG,
                        "Sign it anew with 'jarsigner -digestalg SHA-256'");
            }
        }
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has " + algorithm, e);
        }
    }

    private static Map<String, byte[]> files(byte[] archive, Pattern names) throws IOException {
        Map<String, byte[]> found = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (names.matcher(entry.getName()).matches()) {
                    found.put(entry.getName(), zip.readAllBytes());
                }
            }
        }
        return found;
    }
}
