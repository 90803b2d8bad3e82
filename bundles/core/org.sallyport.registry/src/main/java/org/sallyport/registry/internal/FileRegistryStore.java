package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps all entries in a file of a folder, in two slots that are written in turn: the slot that is not the newest is
 * replaced (temporary file, fsync, atomic rename, fsync of the folder), so there is always a whole copy from before.
 * At the start the newest slot that is whole counts; the other one is read only if it is not. A write that returned survives the loss of process and power.
 *
 * <p>Thread-safe: reads take no lock, writes one. One process at a time: a lock file is held while the store is open.
 */
final class FileRegistryStore implements RegistryStore {
    private static final Logger log = LoggerFactory.getLogger(FileRegistryStore.class);
    private static final List<String> SLOTS = List.of("registry-a.json", "registry-b.json");

    private final Path folder;
    private final RegistryFile form;
    private final Watchers watchers = new Watchers();
    private final FileChannel lockFile;
    private final List<String> problems = new ArrayList<>();
    private volatile Snapshot current = Snapshot.EMPTY;
    private int newest = 1;
    private volatile boolean closed;

    /**
     * Opens the store; makes the folder if there is none.
     *
     * @throws IOException if the folder cannot be used or another process uses it. Damaged files are no reason: they are
     *     put aside, see {@link #problems()}; files of a newer Sallyport are, and are left as they are
     */
    FileRegistryStore(Path folder) throws IOException {
        this(folder, RegistryFile.CURRENT);
    }

    /** @param form of the files */
    FileRegistryStore(Path folder, RegistryFile form) throws IOException {
        this.folder = folder;
        this.form = form;
        Files.createDirectories(folder);
        lockFile = lock(folder.resolve("lock"));
        try {
            load();
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same answer as for another one.
            log.debug("Registry lock [{}] is held by this process", file, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("The registry in [" + file.getParent() + "] is in use by another Sallyport;"
                + " stop that one or give this one another home folder with --home");
    }

    private void load() throws IOException {
        Map<Integer, byte[]> files = new HashMap<>();
        for (int slot = 0; slot < SLOTS.size(); slot++) {
            Path file = folder.resolve(SLOTS.get(slot));
            try {
                files.put(slot, Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                log.debug("There is no registry file [{}] yet", file);
            }
        }
        boolean found = false;
        Map<Integer, IOException> damaged = new LinkedHashMap<>();
        // The one before is not looked into while the newest is whole: that would double the time of every start.
        for (int slot : files.keySet().stream()
                .sorted(Comparator.comparingLong((Integer one) -> RegistryFile.claimedCounter(files.get(one)))
                        .reversed())
                .toList()) {
            try {
                current = form.read(files.get(slot));
                newest = slot;
                found = true;
                break;
            } catch (RegistryFile.NewerException e) {
                throw new IOException("Registry file [" + folder.resolve(SLOTS.get(slot)) + "] " + e.getMessage(), e);
            } catch (IOException e) {
                damaged.put(slot, e);
            }
        }
        for (Map.Entry<Integer, IOException> one : damaged.entrySet()) {
            putAside(folder.resolve(SLOTS.get(one.getKey())), one.getValue());
        }
        if (!problems.isEmpty()) {
            log.error(
                    "{}; {}",
                    String.join("; ", problems),
                    found ? "the copy from before is used" : "there is no other copy, so the registry begins empty");
        }
    }

    /** A damaged file is kept for whoever wants to look, but never read again. */
    private void putAside(Path file, IOException why) throws IOException {
        Path aside = folder.resolve(file.getFileName() + ".damaged");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        problems.add("Registry file [" + file + "] is damaged (" + why.getMessage() + ") and was kept as ["
                + aside.getFileName() + "]");
    }

    /** What was wrong with the files at the start; empty if nothing. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public Map<String, Entry> all() throws IOException {
        checkOpen();
        return current.entries();
    }

    @Override
    public Optional<Entry> get(String key) throws IOException {
        checkOpen();
        return Optional.ofNullable(current.entries().get(key));
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("The registry is closed");
        }
    }

    @Override
    public Watch watch(Watcher watcher) {
        return watchers.add(watcher);
    }

    @Override
    public synchronized Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
        checkOpen();
        Optional<Snapshot> next = current.with(key, expected, value);
        if (next.isPresent()) {
            int slot = 1 - newest;
            Durable.replace(folder.resolve(SLOTS.get(slot)), form.write(next.get()));
            newest = slot;
            current = next.get();
            watchers.changed(Set.of(key));
        }
        return next.map(Snapshot::counter);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        watchers.close();
        lockFile.close();
    }
}
