package org.sallyport.admission.internal.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.sallyport.spi.file.Durable;

/** What journal and store ask of the file system, each a step after which the process may end. Thread-safe. */
public interface Disk {
    /** The real one. */
    Disk REAL = new Disk() {};

    /** A file's bytes. */
    default byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    /** Makes a folder if it is not there, and makes that last. */
    default void make(Path folder) throws IOException {
        Files.createDirectories(folder);
        Durable.syncFolder(folder.toAbsolutePath().getParent());
    }

    /** Replaces a file whole and makes that last; its folder has to be {@linkplain #make made}. */
    default void replace(Path file, byte[] bytes) throws IOException {
        Durable.replace(file, bytes);
    }

    /** Writes at the end of a file that is there; it need not last before {@link #force}. */
    default void append(Path file, byte[] bytes) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        }
    }

    /** Makes what was appended to a file last. */
    default void force(Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.force(false);
        }
    }

    /** Removes a file, if it is there. */
    default void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** All files below a folder; none if it is not there. */
    default List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
