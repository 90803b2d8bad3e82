package org.sallyport.signing.internal.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.file.OwnerOnly;

/** Files that nobody else on the machine reads, and that are whole after a crash. Thread-safe. */
public final class PrivateFiles {
    private PrivateFiles() {}

    /** Replaces a file whole, for its owner alone; makes its folder. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        OwnerOnly.createFolder(file.toAbsolutePath().getParent());
        Durable.replaceSecret(file, bytes);
    }

    /**
     * A file's bytes; {@code null} if it is not there.
     *
     * @param limit most bytes
     * @throws IOException if it is larger or cannot be read
     */
    public static byte @Nullable [] read(Path file, long limit) throws IOException {
        try {
            if (Files.size(file) > limit) {
                throw new IOException("File [" + file + "] has more than [" + limit + "] bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
