package org.sallyport.signing.internal.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.sallyport.signing.internal.keys.TrustedKey;

/** The digest of an archive's list of parts. */
public final class SbomDigest {
    /** Where the list lies in the archive: CycloneDX JSON. */
    public static final String NAME = "META-INF/sbom/bom.json";

    /** Most bytes of it: 16 MiB. */
    static final int MAX_SIZE = 16 << 20;

    private SbomDigest() {}

    /**
     * SHA-256, hexadecimal; empty if there is none. To be asked of archives that the gate {@code archive} passed: every
     * reader finds the same entry in them.
     */
    public static String of(byte[] archive) throws SignatureException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(NAME)) {
                    byte[] content = zip.readNBytes(MAX_SIZE + 1);
                    if (content.length > MAX_SIZE) {
                        throw new SignatureException(
                                "its [" + NAME + "] has more than [" + MAX_SIZE + "] bytes", "Build it without");
                    }
                    return TrustedKey.sha256(content);
                }
            }
            return "";
        } catch (IOException e) {
            throw new SignatureException("its [" + NAME + "] cannot be read: " + e.getMessage(), "Build it again");
        }
    }
}
