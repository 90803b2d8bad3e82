package org.sallyport.launcher.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.launcher.SallyportException;

/**
 * The folder in which one Sallyport keeps all that it keeps. A lock on {@code .lock} makes it the only one; the lock ends
 * with the process, however that ends.
 */
final class HomeFolder implements AutoCloseable {
    private static final List<String> FOLDERS =
            List.of("conf", "deploy", "store", "registry", "data", "audit", "keys", "log");

    private final Path path;
    private final boolean temporary;
    private final @Nullable FileChannel lockFile;
    private final @Nullable FileLock lock;

    private HomeFolder(Path path, boolean temporary, @Nullable FileChannel lockFile, @Nullable FileLock lock) {
        this.path = path;
        this.temporary = temporary;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Makes the folder and its parts if they are not there, and locks it. */
    static HomeFolder open(Path folder) throws IOException {
        Path path = folder.toAbsolutePath().normalize();
        for (String part : FOLDERS) {
            Files.createDirectories(path.resolve(part));
        }
        // What was recorded and stored may be private, so nobody else on the machine reads it.
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            for (String part : List.of("audit", "data", "keys", "registry", "log")) {
                Files.setPosixFilePermissions(path.resolve(part), PosixFilePermissions.fromString("rwx------"));
            }
        }
        FileChannel channel =
                FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new HomeFolder(path, false, channel, lock);
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // The same answer as for another process, below.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new SallyportException("Home folder [" + path
                + "] is in use by another Sallyport; stop that one or choose another folder with --home");
    }

    /**
     * A folder with a copy of what is configured and installed in another one, deleted at the end. The other one may be
     * in use.
     */
    static HomeFolder copyOf(Path folder) throws IOException {
        HomeFolder copy = scratch();
        for (String part : List.of("conf", "keys", "registry", "store", "types")) {
            copyTree(folder.resolve(part), copy.path.resolve(part));
        }
        return copy;
    }

    /** An empty folder, deleted at the end. */
    static HomeFolder scratch() throws IOException {
        Path folder = Files.createTempDirectory("sallyport-");
        for (String part : FOLDERS) {
            Files.createDirectories(folder.resolve(part));
        }
        return new HomeFolder(folder, true, null, null);
    }

    /** Private keys are not copied: nobody signs in a copy. */
    private static void copyTree(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(path) && !path.toString().endsWith(".key")) {
                    Files.copy(path, target);
                }
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            throw new IOException("home folder [" + from.getParent() + "] changed while it was copied; try again", e);
        }
    }

    Path path() {
        return path;
    }

    /** Where the framework caches bundles; its content is of no use after the process. */
    Path cache() {
        return path.resolve("cache");
    }

    @Override
    public void close() throws IOException {
        if (lock != null && lockFile != null) {
            lock.release();
            lockFile.close();
        }
        if (temporary) {
            delete(path);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
