package org.sallyport.spi.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes detached signatures. Whoever brings an archive offers what came beside it before, then installs; who signed, and
 * whether that counts, is decided by the gate {@code signature} alone, so anybody may offer anything. What an accepted
 * archive was accepted for is kept, and need not be offered again. Thread-safe.
 */
@ProviderType
public interface Evidence {
    /** Largest signature that is taken, in bytes: 64 KiB. */
    int MAX_SIZE = 64 << 10;

    /** What the files beside {@code x.jar} are called: {@code x.jar} and one of these. */
    List<String> ENDINGS = List.of(".dsse.json", ".asc", ".sig");

    /**
     * Offers one signature of an archive. A few for each archive and a thousand in all are remembered; the oldest go first.
     *
     * @param sha256 digest of the archive, hexadecimal
     * @param signature a DSSE envelope, or another form that the gate may know; one that is too large counts as damaged
     */
    void offer(String sha256, byte[] signature);

    /**
     * Forgets what was kept for archives that nobody refers to any more. What was accepted within the last hour stays: who brings it may
     * not have said so yet. Who keeps nothing has nothing to forget.
     *
     * @param archives digests of those that are referred to, hexadecimal
     * @throws IOException if the kept ones cannot be listed or removed
     */
    default void retain(Set<String> archives) throws IOException {}

    /**
     * Offers what lies beside an archive.
     *
     * @param archive its bytes
     * @throws IOException if something lies there that cannot be read
     */
    default void offerBeside(byte[] archive, Path file) throws IOException {
        List<byte[]> found = beside(file);
        if (!found.isEmpty()) {
            try {
                String sha256 = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
                found.forEach(signature -> offer(sha256, signature));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }
    }

    /**
     * The signatures that lie beside an archive.
     *
     * @return of each file that is there at most {@link #MAX_SIZE} bytes and one more
     * @throws IOException if one that is there cannot be read
     */
    static List<byte[]> beside(Path archive) throws IOException {
        List<byte[]> found = new ArrayList<>();
        for (String ending : ENDINGS) {
            Path file = archive.resolveSibling(archive.getFileName() + ending);
            try (InputStream in = Files.newInputStream(file)) {
                found.add(in.readNBytes(MAX_SIZE + 1));
            } catch (FileSystemException e) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
                // One of the others, or none; the name may also be longer than the file system takes.
            }
        }
        return found;
    }
}
