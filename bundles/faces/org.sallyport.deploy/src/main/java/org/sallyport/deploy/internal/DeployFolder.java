package org.sallyport.deploy.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The folder on disk. Links are followed, for the folder and for the files in it. Thread-safe.
 *
 * @param path need not exist
 */
record DeployFolder(Path path) {
    /**
     * What a look found.
     *
     * @param files regular files named {@code *.jar}, hidden ones apart, by name
     * @param unknown names that are there, but nobody knows as what; they count neither as files nor as removed
     */
    record Content(SortedMap<String, Fingerprint> files, Set<String> unknown) {}

    /** Makes the folder if it is missing; whether it was. */
    boolean make() throws IOException {
        // Asked first, as createDirectories refuses a link to a folder before Java 20.
        if (Files.isDirectory(path)) {
            return false;
        }
        Files.createDirectories(path);
        return true;
    }

    Content list() throws IOException {
        SortedMap<String, Fingerprint> files = new TreeMap<>();
        Set<String> unknown = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.endsWith(".jar") && !name.startsWith(".")) {
                    try {
                        BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
                        if (attributes.isRegularFile()) {
                            files.put(name, Fingerprint.of(entry, attributes));
                        }
                    } catch (NoSuchFileException e) {
                        // Removed since it was listed, or a link to nothing: not there.
                    } catch (IOException e) {
                        unknown.add(name);
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new Content(files, unknown);
    }

    /** Whether a file is as it was seen. */
    boolean unchanged(String name, Fingerprint seen) throws IOException {
        Path file = path.resolve(name);
        return seen.equals(Fingerprint.of(file, Files.readAttributes(file, BasicFileAttributes.class)));
    }

    boolean readable(String name) {
        return Files.isReadable(path.resolve(name));
    }

    /**
     * Reads a file that is as it was seen before and after the reading.
     *
     * @return empty if it changed
     * @throws IOException if it cannot be read
     */
    Optional<byte[]> read(String name, Fingerprint seen) throws IOException {
        if (!unchanged(name, seen)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[Math.toIntExact(seen.size())];
        try (InputStream in = Files.newInputStream(path.resolve(name))) {
            if (in.readNBytes(bytes, 0, bytes.length) < bytes.length || in.read() >= 0) {
                return Optional.empty();
            }
        }
        return unchanged(name, seen) ? Optional.of(bytes) : Optional.empty();
    }

    /** Whether a file ends as a whole archive does; {@code false} also if it cannot be read. Reads 64 KiB at most. */
    boolean complete(String name) {
        try (SeekableByteChannel channel = Files.newByteChannel(path.resolve(name))) {
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(ArchiveEnd.MAX_LENGTH, channel.size()));
            channel.position(channel.size() - tail.capacity());
            while (tail.hasRemaining() && channel.read(tail) >= 0) {
                // A channel may give less than was asked for.
            }
            return ArchiveEnd.isIn(tail.flip());
        } catch (IOException | IllegalArgumentException e) {
            // IllegalArgumentException: the file became shorter between two questions.
            return false;
        }
    }
}
