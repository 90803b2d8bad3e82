package org.sallyport.registry.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.registry.KnownPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * History and statistics of this node over its restarts: a first line with the format, then a line for each plugin that
 * changed; the last one of a plugin counts. Lines are added a second after the change, many at a time, so the end of the
 * process may lose that second, and half a line at the end is left out. When there are {@value #SPARE} more lines than twice
 * as many as plugins, the file is written anew (temporary file, fsync, atomic rename).
 *
 * <p>It is about the past only: whatever is wrong with it is told to the log and stops nothing. Thread-safe; who tells of a
 * change waits for no disk.
 */
final class PastFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PastFile.class);

    /** Most bytes that are read; a file that is larger is put aside. */
    static final long MAX_BYTES = 256L << 20;

    /** Lines that may be there in vain. */
    static final int SPARE = 1_000;

    private static final String NAME = "sallyport-past ";
    private static final String FIRST_LINE = NAME + "1";
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path file;
    private final ScheduledThreadPoolExecutor thread;

    /** What has to be written; empty for a plugin that was forgotten. Guarded by this. */
    private final Map<String, Optional<KnownPlugin>> unwritten = new LinkedHashMap<>();

    /** Whether it will be. Guarded by this. */
    private boolean scheduled;

    /** How many plugins had a line when the file was last read. Of the one thread that writes; as is what follows. */
    private int plugins;

    private int written;

    /** Whether lines cannot be added: there is no file yet, or what is at its end is not known. */
    private boolean anew = true;

    private boolean readOnly;

    /**
     * The file as it was at the start, for lines of which somebody asks later. A plain file rather than a channel, because
     * that one would close when a thread that uses it is interrupted. Used under its own lock.
     */
    private volatile @Nullable RandomAccessFile earlier;

    PastFile(Path file) {
        this.file = file;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "sallyport-registry-past");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Where the lines of earlier runs lie, by plugin. Once, before all else. */
    synchronized Map<String, PastLines.Place> read() {
        if (!Files.exists(file)) {
            return new LinkedHashMap<>();
        }
        try {
            byte[] bytes = bytes();
            if (isNewer(bytes)) {
                readOnly = true;
                log.warn(
                        "History file [{}] is of a newer Sallyport, so it is neither read nor written;"
                                + " history and statistics begin with this start",
                        file);
                return new LinkedHashMap<>();
            }
            if (!isOurs(bytes)) {
                throw new IOException("its first line is not that of a history file");
            }
            PastLines lines = lines(bytes);
            earlier = new RandomAccessFile(file.toFile(), "r");
            plugins = lines.last().size();
            written = lines.count();
            // What is added to a line without an end would be lost with it.
            anew = lines.wrong() > 0 || !lines.isEnded();
            if (lines.wrong() > 0) {
                log.info("[{}] lines of history file [{}] cannot be read and are left out", lines.wrong(), file);
            }
            return lines.last();
        } catch (IOException e) {
            putAside(e);
            return new LinkedHashMap<>();
        }
    }

    private byte[] bytes() throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("it has more than [" + MAX_BYTES + "] bytes");
        }
        return Files.readAllBytes(file);
    }

    private static boolean isNewer(byte[] bytes) {
        String first = new String(bytes, 0, Math.min(bytes.length, 2 * FIRST_LINE.length()), StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("");
        return !first.equals(FIRST_LINE) && first.matches(NAME + "[0-9]{1,9}");
    }

    private static boolean isOurs(byte[] bytes) {
        byte[] first = (FIRST_LINE + "\n").getBytes(StandardCharsets.US_ASCII);
        return bytes.length >= first.length && Arrays.equals(first, 0, first.length, bytes, 0, first.length);
    }

    private static PastLines lines(byte[] ours) {
        return PastLines.of(ours, FIRST_LINE.length() + 1);
    }

    /** What a line of an earlier run says; empty if that is not to be read any more. */
    Optional<KnownPlugin> plugin(String id, PastLines.Place place) {
        RandomAccessFile from = earlier;
        byte[] line = new byte[place.length()];
        try {
            if (from == null) {
                throw new IOException("it is closed");
            }
            synchronized (from) {
                from.seek(place.at());
                from.readFully(line);
            }
            PastLine.Read read = PastLine.read(new String(line, StandardCharsets.UTF_8));
            if (!read.id().equals(id)) {
                throw new IOException("it is that of [" + read.id() + "]");
            }
            return read.plugin();
        } catch (IOException e) {
            log.info("The line of plugin [{}] in history file [{}] is left out: {}", id, file, e.getMessage());
            return Optional.empty();
        }
    }

    private void putAside(IOException why) {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            log.error(
                    "History file [{}] is damaged ({}) and was kept as [{}]; history and statistics begin anew",
                    file,
                    why.getMessage(),
                    aside.getFileName());
        } catch (IOException e) {
            readOnly = true;
            log.error(
                    "History file [{}] cannot be used, so history and statistics end with this run: {}",
                    file,
                    e.toString());
        }
    }

    /** Writes soon what is known of a plugin now. */
    void write(KnownPlugin plugin) {
        put(plugin.status().id(), Optional.of(plugin));
    }

    /** Writes soon that a plugin is forgotten. */
    void forget(String id) {
        put(id, Optional.empty());
    }

    private synchronized void put(String id, Optional<KnownPlugin> plugin) {
        if (!readOnly && !thread.isShutdown()) {
            unwritten.put(id, plugin);
            if (!scheduled) {
                scheduled = true;
                thread.schedule(this::flush, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Writes what was not written yet; returns when it lasts. One caller at a time. */
    private void flush() {
        Map<String, Optional<KnownPlugin>> changed;
        synchronized (this) {
            scheduled = false;
            changed = new LinkedHashMap<>(unwritten);
            unwritten.clear();
        }
        if (changed.isEmpty()) {
            return;
        }
        boolean whole = anew || written + changed.size() > 2 * plugins + SPARE;
        // What stops in the middle leaves half a line, so the file is written anew then.
        anew = true;
        try {
            if (whole) {
                replace(changed);
            } else {
                ByteArrayOutputStream added = new ByteArrayOutputStream();
                changed.forEach((id, plugin) ->
                        line(added, plugin.map(PastLine::write).orElseGet(() -> PastLine.forgotten(id))));
                append(file, added.toByteArray(), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                written += changed.size();
            }
            anew = false;
        } catch (IOException e) {
            synchronized (this) {
                changed.forEach(unwritten::putIfAbsent);
            }
            log.warn(
                    "History file [{}] could not be written; it is tried again with the next change: {}",
                    file,
                    e.toString());
        }
    }

    private static void line(ByteArrayOutputStream out, String line) {
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }

    /** Writes the lines that count, and what changed, in place of the file. */
    private void replace(Map<String, Optional<KnownPlugin>> changed) throws IOException {
        byte[] before = Files.exists(file) ? bytes() : new byte[0];
        // Others may have written there since the start: that is not ours to keep.
        Map<String, PastLines.Place> kept = isOurs(before) ? lines(before).last() : Map.of();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        line(all, FIRST_LINE);
        int lines = 0;
        for (Map.Entry<String, PastLines.Place> one : kept.entrySet()) {
            if (!changed.containsKey(one.getKey())) {
                all.write(before, (int) one.getValue().at(), one.getValue().length());
                all.write('\n');
                lines++;
            }
        }
        for (Optional<KnownPlugin> one : changed.values()) {
            if (one.isPresent()) {
                line(all, PastLine.write(one.get()));
                lines++;
            }
        }
        Files.createDirectories(file.getParent());
        Durable.replace(file, all.toByteArray());
        written = lines;
        plugins = lines;
    }

    private static void append(Path to, byte[] bytes, OpenOption... how) throws IOException {
        try (FileChannel out = FileChannel.open(to, how)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(false);
        }
    }

    /** Writes the rest. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(10, TimeUnit.SECONDS)) {
                flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeEarlier();
    }

    private synchronized void closeEarlier() {
        RandomAccessFile open = earlier;
        earlier = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                log.debug("History file [{}] was not closed cleanly", file, e);
            }
        }
    }
}
