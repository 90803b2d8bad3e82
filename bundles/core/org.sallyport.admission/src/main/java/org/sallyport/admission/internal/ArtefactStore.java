package org.sallyport.admission.internal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.journal.Disk;

/**
 * The archives by their SHA-256: {@code store/sha256/ab/<hex>.jar}, each written once, durably, and never overwritten
 * while it is whole. What is read is hashed again. Without a folder it keeps them in memory. Thread-safe.
 */
final class ArtefactStore {
    private final @Nullable Path folder;
    private final Disk disk;
    private final Map<String, byte[]> memory = new ConcurrentHashMap<>();

    /** Folders that this object made to last. */
    private final Set<Path> made = ConcurrentHashMap.newKeySet();

    /** Shared by those who put, for one who removes alone. */
    private final ReadWriteLock removing = new ReentrantReadWriteLock();

    ArtefactStore(@Nullable Path folder) {
        this(folder, Disk.REAL);
    }

    ArtefactStore(@Nullable Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    /** Keeps an archive; whether it was not there, or not whole, before. */
    boolean put(String sha256, byte[] bytes) throws IOException {
        removing.readLock().lock();
        try {
            if (folder == null) {
                return memory.put(sha256, bytes) == null;
            }
            Path file = file(folder, sha256);
            if (isWhole(file, sha256)) {
                return false;
            }
            if (!made.contains(file.getParent())) {
                disk.make(file.getParent());
                made.add(file.getParent());
            }
            disk.replace(file, bytes);
            return true;
        } finally {
            removing.readLock().unlock();
        }
    }

    private boolean isWhole(Path file, String sha256) {
        try {
            return CheckedCandidate.sha256(disk.read(file)).equals(sha256);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Removes all archives but these, and what interrupted writes left.
     *
     * @param wanted asked twice, the second time while nothing is put; who puts has to be known by it before
     */
    void retain(Supplier<Set<String>> wanted) throws IOException {
        if (folder == null) {
            removing.writeLock().lock();
            try {
                memory.keySet().retainAll(wanted.get());
            } finally {
                removing.writeLock().unlock();
            }
            return;
        }
        // Looked for without the lock, as there may be thousands and mostly none has to go.
        Set<String> kept = wanted.get();
        List<Path> left = disk.files(folder.resolve("sha256")).stream()
                .filter(file -> !isOneOf(kept, file))
                .toList();
        if (left.isEmpty()) {
            return;
        }
        removing.writeLock().lock();
        try {
            Set<String> keptNow = wanted.get();
            for (Path file : left) {
                if (!isOneOf(keptNow, file)) {
                    disk.delete(file);
                }
            }
        } finally {
            removing.writeLock().unlock();
        }
    }

    private static boolean isOneOf(Set<String> kept, Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && kept.contains(name.substring(0, name.length() - ".jar".length()));
    }

    /** @throws IOException with a message for people if the bytes are missing or are others */
    byte[] read(String sha256) throws IOException {
        if (folder == null) {
            byte[] bytes = memory.get(sha256);
            if (bytes == null) {
                throw new IOException("its archive [" + sha256 + "] is not kept in memory any more");
            }
            return bytes;
        }
        Path file = file(folder, sha256);
        byte[] bytes;
        try {
            bytes = disk.read(file);
        } catch (NoSuchFileException e) {
            throw new IOException("its archive [" + file + "] is missing from the store", e);
        }
        if (!CheckedCandidate.sha256(bytes).equals(sha256)) {
            throw new IOException("its archive [" + file + "] was changed: its SHA-256 is not the one it is named by");
        }
        return bytes;
    }

    private static Path file(Path folder, String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("[" + sha256 + "] is no SHA-256");
        }
        return folder.resolve("sha256").resolve(sha256.substring(0, 2)).resolve(sha256 + ".jar");
    }
}
