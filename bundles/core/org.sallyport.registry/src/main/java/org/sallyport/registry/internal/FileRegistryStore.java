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
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.file.LineLog;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps all entries in files of a folder: whole copies in two slots that are written in turn ({@link RegistryFile}; temporary
 * file, fsync, atomic rename, fsync of the folder), and beside each slot a log of the changes after it ({@link ChangeLog}).
 * A change is one line and one fsync, which those share who write at the same time. A log that
 * has grown long is followed by a whole copy in the other slot, whose log begins anew. So there is always a whole copy from before, and
 * all changes since it.
 *
 * <p>At the start the newest slot that is whole counts, with all changes of both logs that are newer, in their order. A last
 * line that was cut off was never acknowledged, and counts as never written. A write that returned survives the loss of process
 * and power.
 *
 * <p>Thread-safe: reads take no lock. One process at a time: a lock file is held while the store is open.
 */
final class FileRegistryStore implements RegistryStore {
    /** Bytes of a log after which a whole copy is written, if that one is not larger itself. */
    static final int LONG = 256 << 10;

    private static final Logger log = LoggerFactory.getLogger(FileRegistryStore.class);
    private static final List<String> SLOTS = List.of("registry-a.json", "registry-b.json");
    private static final List<String> LOGS = List.of("registry-a.log", "registry-b.log");

    private final Path folder;
    private final RegistryFile form;
    private final Watchers watchers = new Watchers();
    private final FileChannel lockFile;
    private final List<String> problems = new ArrayList<>();

    /** What lasts. Written under {@code this}. */
    private volatile Snapshot current = Snapshot.EMPTY;

    private volatile boolean closed;

    /** Held while something is made to last; taken before {@code this}. */
    private final Object forcing = new Object();

    // Guarded by forcing.
    private int newest = 1;
    private long wholeBytes;

    // Guarded by this.
    private Snapshot written = Snapshot.EMPTY;
    private Batch batch = new Batch();
    private @Nullable LineLog changes;

    /** Changes that are made to last together. Guarded by the store. */
    private static final class Batch {
        private final Set<String> keys = new TreeSet<>();

        /** Whether one of them is in no log, so that only a whole copy will do. */
        private boolean whole;

        private boolean ended;
        private @Nullable IOException failure;
    }

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
        RegistryFile.Held held = new RegistryFile.Held(form.format(), Snapshot.EMPTY);
        Map<Integer, IOException> damaged = new LinkedHashMap<>();
        // The one before is not looked into while the newest is whole: that would double the time of every start.
        for (int slot : files.keySet().stream()
                .sorted(Comparator.comparingLong((Integer one) -> RegistryFile.claimedCounter(files.get(one)))
                        .reversed())
                .toList()) {
            try {
                held = form.read(files.get(slot));
                newest = slot;
                wholeBytes = files.get(slot).length;
                found = true;
                break;
            } catch (RegistryFile.NewerException e) {
                throw new IOException("Registry file [" + folder.resolve(SLOTS.get(slot)) + "] " + e.getMessage(), e);
            } catch (IOException e) {
                damaged.put(slot, e);
            }
        }
        List<ChangeLog.Change> since = new ArrayList<>();
        boolean clean = readChanges(held.snapshot().counter(), since) && damaged.isEmpty();
        written = applied(held, since);
        current = written;
        for (Map.Entry<Integer, IOException> one : damaged.entrySet()) {
            putAside(folder.resolve(SLOTS.get(one.getKey())), one.getValue());
        }
        if (!problems.isEmpty()) {
            log.error(
                    "{}; {}",
                    String.join("; ", problems),
                    found
                            ? "the copy from before is used, with the changes since"
                            : "there is no other copy, so the registry begins with the changes that are left");
        }
        Path changesFile = folder.resolve(LOGS.get(newest));
        if (found && clean && held.format() == form.format() && Files.exists(changesFile)) {
            changes = LineLog.open(changesFile);
        }
    }

    /** Reads the changes since a copy. Whether the logs are such that more may be appended. */
    private boolean readChanges(long since, List<ChangeLog.Change> found) throws IOException {
        boolean clean = true;
        for (int slot = 0; slot < LOGS.size(); slot++) {
            Path file = folder.resolve(LOGS.get(slot));
            ChangeLog.Content content = ChangeLog.read(file, since);
            found.addAll(content.changes());
            // In the other one all is older, unless the newest copy is damaged.
            clean &= slot == newest ? content.clean() : content.changes().isEmpty();
            if (content.damaged() > 0 && (slot == newest || !content.changes().isEmpty())) {
                Path aside = folder.resolve(file.getFileName() + ".damaged");
                Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
                problems.add("Registry log [" + file + "] has [" + content.damaged()
                        + "] damaged lines, which were left out; it was kept as [" + aside.getFileName() + "]");
            }
        }
        found.sort(Comparator.comparingLong(ChangeLog.Change::revision));
        return clean;
    }

    /** Each change is one of the format in which it was written. */
    private Snapshot applied(RegistryFile.Held copy, List<ChangeLog.Change> since) throws IOException {
        int format = copy.format();
        long last = copy.snapshot().counter();
        // One map for all: a copy for each change would make a start take the square of what changed.
        Map<String, Entry> entries = new TreeMap<>(copy.snapshot().entries());
        for (ChangeLog.Change change : since) {
            if (change.format() > form.format()) {
                throw new IOException("A registry log in [" + folder + "] "
                        + new RegistryFile.NewerException(change.format(), form.format()).getMessage());
            } else if (change.format() < format) {
                throw new IOException("A registry log in [" + folder + "] goes on in the format [" + change.format()
                        + "] after the format [" + format + "]");
            } else if (change.format() > format) {
                entries = new TreeMap<>(upgraded(format, last, entries, change.format())
                        .snapshot()
                        .entries());
                format = change.format();
            }
            if (change.revision() > last + 1) {
                problems.add(
                        "The registry's changes [" + (last + 1) + "] to [" + (change.revision() - 1) + "] are missing");
            }
            last = change.revision();
            Snapshot.apply(entries, last, change.key(), change.value());
        }
        return upgraded(format, last, entries, form.format()).snapshot();
    }

    private RegistryFile.Held upgraded(int format, long counter, Map<String, Entry> entries, int to)
            throws IOException {
        return form.upgraded(new RegistryFile.Held(format, new Snapshot(counter, entries)), to);
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
    public Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
        Optional<Snapshot> next;
        Batch mine;
        synchronized (this) {
            checkOpen();
            next = written.with(key, expected, value);
            if (next.isEmpty() && written == current) {
                return Optional.empty();
            } else if (next.isPresent()) {
                append(new ChangeLog.Change(form.format(), next.get().counter(), key, value));
                written = next.get();
                batch.keys.add(key);
            }
            mine = batch;
        }
        // Who came too late has to see what was faster: so he waits until that lasts.
        settle(mine);
        return next.map(Snapshot::counter);
    }

    /** Under {@code this}. */
    private void append(ChangeLog.Change change) throws IOException {
        if (changes == null) {
            batch.whole = true;
            return;
        }
        try {
            changes.append(change.line());
        } catch (IOException e) {
            endLog();
            throw e;
        }
    }

    /** Under {@code this}: nothing more is appended to this log; without another one the next change writes a whole copy. */
    private void endLog() {
        if (changes != null) {
            try {
                changes.close();
            } catch (IOException e) {
                log.debug("A registry log was not closed cleanly", e);
            }
            changes = null;
        }
    }

    /** Returns when a batch lasts; of those who come at the same time one does the work of all. */
    private void settle(Batch mine) throws IOException {
        synchronized (forcing) {
            LineLog logged;
            Snapshot all;
            boolean whole;
            synchronized (this) {
                if (mine.ended) {
                    if (mine.failure != null) {
                        throw new IOException(mine.failure.getMessage(), mine.failure);
                    }
                    return;
                }
                checkOpen();
                all = written;
                logged = changes;
                whole = mine.whole || logged == null;
                batch = new Batch();
            }
            try {
                if (whole) {
                    writeWhole(all);
                } else {
                    logged.force();
                }
            } catch (IOException | RuntimeException e) {
                throw failed(mine, e);
            }
            synchronized (this) {
                current = all;
                mine.ended = true;
            }
            watchers.changed(mine.keys);
            if (!whole && logged.length() > Math.max(LONG, wholeBytes)) {
                compact(all);
            }
        }
    }

    /** Writes a copy of what the log holds too. */
    private void compact(Snapshot all) {
        try {
            writeWhole(all);
        } catch (IOException e) {
            log.warn(
                    "The registry could not be written anew, which is tried again; its log [{}] goes on: {}",
                    LOGS.get(newest),
                    e);
        }
    }

    /** Writes a copy into the slot that is not the newest, and begins the log of that slot. Under {@code forcing}. */
    private void writeWhole(Snapshot all) throws IOException {
        int slot = 1 - newest;
        byte[] bytes = form.write(all);
        Durable.replace(folder.resolve(SLOTS.get(slot)), bytes);
        newest = slot;
        wholeBytes = bytes.length;
        LineLog begun;
        try {
            begun = LineLog.empty(folder.resolve(LOGS.get(slot)));
        } catch (IOException e) {
            log.warn("The registry's log [{}] could not be begun; the next change writes all: {}", LOGS.get(slot), e);
            begun = null;
        }
        synchronized (this) {
            endLog();
            // What was written meanwhile is in the log before, or in none: then that batch knows.
            batch.whole = batch.whole || !batch.keys.isEmpty();
            changes = begun;
        }
    }

    /** A batch does not last, and neither does what was built on it; the revisions are not given again. */
    private synchronized IOException failed(Batch mine, Exception e) {
        IOException failure =
                new IOException(e + "; whether what was to be written is there after a restart is not known", e);
        for (Batch one : List.of(mine, batch)) {
            one.failure = failure;
            one.ended = true;
        }
        batch = new Batch();
        written = new Snapshot(written.counter(), current.entries());
        endLog();
        return failure;
    }

    @Override
    public void close() throws IOException {
        synchronized (forcing) {
            synchronized (this) {
                closed = true;
                endLog();
            }
        }
        watchers.close();
        lockFile.close();
    }
}
