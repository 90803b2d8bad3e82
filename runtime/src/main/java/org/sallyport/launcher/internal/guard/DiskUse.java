package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.sallyport.spi.sandbox.DiskQuota;

/**
 * What a plugin has of the disk, against its quota. Each write is counted as if it were all new, and it is looked what is really
 * there when that comes to the bound, so that what was removed meanwhile counts no more. Thread-safe; called while the guard is not
 * asked.
 */
final class DiskUse {
    /** How long a refusal holds without looking again, unless the plugin itself removed something. */
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final DiskQuota quota;
    private final LongSupplier clock;

    /** Files outside of its folders that it opened to write, with their lengths before; -1 for those that were not there. */
    private final Map<Path, Long> outside = new LinkedHashMap<>();

    private long bytes;
    private long files;
    private long unseen;
    private boolean known;
    private boolean removed;
    private boolean full;
    private long looked;

    DiskUse(DiskQuota quota, LongSupplier clock) {
        this.quota = quota;
        this.clock = clock;
    }

    DiskQuota quota() {
        return quota;
    }

    /** A file is about to be opened to write, or to be made. @return whether it may be */
    synchronized boolean open(Path file, boolean made) {
        Path real = real(file);
        if (quota.folders().stream().noneMatch(real::startsWith) && !outside.containsKey(real)) {
            if (outside.size() >= quota.files()) {
                return false;
            }
            outside.put(real, length(real));
        }
        return !made || take(0, 0, 1);
    }

    private static Path real(Path file) {
        String real = RealPaths.of(file.toString(), true);
        return real == null ? file.toAbsolutePath().normalize() : Path.of(real);
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }

    /**
     * Bytes or files are about to be added.
     *
     * @param growth by how much files get longer
     * @param written how many bytes are written at all
     * @param made how many files are made
     * @return whether there is room for them
     */
    synchronized boolean take(long growth, long written, long made) {
        if (growth == 0 && made == 0 && written == 0) {
            return true;
        }
        unseen += written;
        // What is counted can be less than what is there, if two threads write at a time.
        boolean look = !known || unseen > quota.bytes() || !fits(growth, made);
        if (look && (!full || removed || clock.getAsLong() - looked > PAUSE)) {
            look();
        }
        if (!fits(growth, made)) {
            full = true;
            return false;
        }
        full = false;
        bytes += growth;
        files += made;
        return true;
    }

    private boolean fits(long growth, long made) {
        return growth <= quota.bytes() - bytes && (made == 0 || made <= quota.files() - files);
    }

    /** The plugin removed something, or made it shorter. */
    synchronized void removed() {
        removed = true;
    }

    private void look() {
        bytes = 0;
        files = 0;
        quota.folders().forEach(this::count);
        outside.forEach((file, before) -> {
            long now = length(file);
            bytes += Math.max(0, now - Math.max(0, before));
            files += before < 0 && Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? 1 : 0;
        });
        known = true;
        unseen = 0;
        removed = false;
        looked = clock.getAsLong();
    }

    /** Stops at twice the bound: then it does not matter how much there is. */
    private void count(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                    files += inner.equals(folder) ? 0 : 1;
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files++;
                    bytes += attributes.isRegularFile() ? attributes.size() : 0;
                    return files > 2 * quota.files() + 1 ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    // It went meanwhile, or it is not there yet; what cannot be read is something all the same.
                    files += e instanceof NoSuchFileException ? 0 : 1;
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            bytes = Math.max(bytes, quota.bytes());
        }
    }
}
