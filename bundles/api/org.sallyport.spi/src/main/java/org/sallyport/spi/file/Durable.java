package org.sallyport.spi.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Writing files so that they are whole and there after a crash. */
public final class Durable {
    private static final AtomicLong COUNTER = new AtomicLong();

    private Durable() {}

    /** Replaces a file whole: temporary file beside it, fsync, atomic rename, fsync of the folder. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        replace(file, bytes, new FileAttribute<?>[0]);
    }

    /** The same for a file that its owner alone may read, at no moment anybody else. */
    public static void replaceSecret(Path file, byte[] bytes) throws IOException {
        replace(file, bytes, OwnerOnly.file(file.getFileSystem()));
    }

    private static void replace(Path file, byte[] bytes, FileAttribute<?>[] attributes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + "." + COUNTER.incrementAndGet() + ".tmp");
        try {
            // What a crash left under this name may belong to others.
            Files.deleteIfExists(temporary);
            try (FileChannel out = FileChannel.open(
                    temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        syncFolder(file.toAbsolutePath().getParent());
    }

    /** Makes renames in a folder durable; a system that cannot open a folder does so by itself. */
    public static void syncFolder(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }
}
