package org.sallyport.registry.internal;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    /** All lines that count, by plugin. Read at the start, then of the one thread that writes; as is what follows. */
    private final Map<String, String> lines = new LinkedHashMap<>();

    /** What has to be written; empty for a plugin that was forgotten. Guarded by this. */
    private final Map<String, Optional<KnownPlugin>> unwritten = new LinkedHashMap<>();

    private int written;

    /** Whether lines cannot be added: there is no file yet, or what is at its end is not known. */
    private boolean anew = true;

    private boolean failed;
    private boolean readOnly;

    PastFile(Path file) {
        this.file = file;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "sallyport-registry-past");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** What earlier runs knew, by plugin. Once, before all else. */
    synchronized Map<String, KnownPlugin> read() {
        Map<String, KnownPlugin> known = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return known;
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it has more than [" + MAX_BYTES + "] bytes");
            }
            read(known);
        } catch (IOException e) {
            known.clear();
            lines.clear();
            putAside(e);
        }
        return known;
    }

    private void read(Map<String, KnownPlugin> known) throws IOException {
        int wrong = 0;
        // What is no UTF-8 becomes a replacement character here, not an exception.
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            String first = reader.readLine();
            if (first != null && !first.equals(FIRST_LINE) && first.matches(NAME + "[0-9]{1,9}")) {
                readOnly = true;
                log.warn(
                        "History file [{}] is of a newer Sallyport, so it is neither read nor written;"
                                + " history and statistics begin with this start",
                        file);
                return;
            } else if (!FIRST_LINE.equals(first)) {
                throw new IOException("its first line is not that of a history file");
            }
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                written++;
                try {
                    PastLine.Read read = PastLine.read(line);
                    if (read.plugin().isPresent()) {
                        known.put(read.id(), read.plugin().get());
                        lines.put(read.id(), line);
                    } else {
                        known.remove(read.id());
                        lines.remove(read.id());
                    }
                } catch (IOException e) {
                    wrong++;
                }
            }
        }
        // What is added to a line without an end would be lost with it.
        anew = wrong > 0 || !endsWithLine();
        if (wrong > 0) {
            log.info("[{}] lines of history file [{}] cannot be read and are left out", wrong, file);
        }
    }

    private boolean endsWithLine() throws IOException {
        try (FileChannel in = FileChannel.open(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return in.read(last, in.size() - 1) == 1 && last.get(0) == '\n';
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
            if (unwritten.isEmpty()) {
                thread.schedule(this::flush, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
            unwritten.put(id, plugin);
        }
    }

    /** Writes what was not written yet; returns when it lasts. One caller at a time. */
    private void flush() {
        Map<String, Optional<KnownPlugin>> changed;
        synchronized (this) {
            changed = new LinkedHashMap<>(unwritten);
            unwritten.clear();
        }
        if (changed.isEmpty() && !failed) {
            return;
        }
        Map<String, String> next = new LinkedHashMap<>();
        changed.forEach((id, plugin) -> {
            plugin.ifPresentOrElse(known -> lines.put(id, PastLine.write(known)), () -> lines.remove(id));
            next.put(id, lines.getOrDefault(id, PastLine.forgotten(id)));
        });
        boolean whole = anew || written + next.size() > 2 * lines.size() + SPARE;
        // What stops in the middle leaves half a line, so the file is written anew then.
        anew = true;
        failed = true;
        try {
            if (whole) {
                replace(bytes(FIRST_LINE + "\n", lines));
            } else {
                append(file, bytes("", next), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            }
            written = whole ? lines.size() : written + next.size();
            anew = false;
            failed = false;
        } catch (IOException e) {
            log.warn(
                    "History file [{}] could not be written; it is tried again with the next change: {}",
                    file,
                    e.toString());
        }
    }

    private static byte[] bytes(String first, Map<String, String> lines) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(first.getBytes(StandardCharsets.UTF_8));
        for (String line : lines.values()) {
            all.write(line.getBytes(StandardCharsets.UTF_8));
            all.write('\n');
        }
        return all.toByteArray();
    }

    private void replace(byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Durable.replace(file, bytes);
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
    }
}
