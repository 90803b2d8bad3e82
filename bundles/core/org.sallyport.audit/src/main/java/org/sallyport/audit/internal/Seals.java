package org.sallyport.audit.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.file.OwnerOnly;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last checkpoint beside the records, {@code checkpoint.json}. It is signed in the background, {@value #DELAY_MILLIS} ms after
 * a record at the latest, and at the end: that much of the chain's end is not sealed after a crash. A checkpoint that the
 * records no longer bear out goes to {@code checkpoints.broken.jsonl}, where verification finds it. Thread-safe.
 */
final class Seals {
    static final long DELAY_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Seals.class);
    private static final int MAX_FILE = 1 << 20;

    private final Path folder;
    private final Path keys;
    private final Clock clock;
    private final ScheduledExecutorService background;
    private final AtomicBoolean waiting = new AtomicBoolean();

    // Guarded by this; null until something was sealed.
    private @Nullable SealKey key;

    private long sealed;

    /**
     * @param folder where the records lie
     * @param keys where the key pair lies
     * @param background one thread that signs
     */
    Seals(Path folder, Path keys, Clock clock, ScheduledExecutorService background) {
        this.folder = folder;
        this.keys = keys;
        this.clock = clock;
        this.background = background;
    }

    private Path present() {
        return folder.resolve("checkpoint.json");
    }

    private Path broken() {
        return folder.resolve("checkpoints.broken.jsonl");
    }

    private Path damaged() {
        return folder.resolve("checkpoint.damaged.json");
    }

    /** Signs before long. Never waits. */
    void soon(JsonLinesAudit audit) {
        if (waiting.compareAndSet(false, true)) {
            try {
                background.schedule(() -> seal(audit), DELAY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The end has come, which signs.
                waiting.set(false);
            }
        }
    }

    private void seal(JsonLinesAudit audit) {
        waiting.set(false);
        try {
            audit.seal();
        } catch (IOException | RuntimeException e) {
            log.error(
                    "The end of the audit could not be sealed, so a cut-off would not show; the next record tries again: {}",
                    e.toString());
        }
    }

    /** Signs that the chain reaches from one record to another. An older state than the one that was signed is left out. */
    synchronized Checkpoint seal(Link first, Link last) throws IOException {
        // Channels close when their thread is interrupted, and nobody shall stop the audit by interrupting who writes
        // it.
        boolean interrupted = Thread.interrupted();
        try {
            if (key == null) {
                key = SealKey.in(keys);
            }
            String at = Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString();
            Checkpoint checkpoint = key.sign(first, last, at);
            if (last.seq() >= sealed) {
                OwnerOnly.createFolder(folder);
                Durable.replace(present(), checkpoint.line());
                sealed = last.seq();
            }
            return checkpoint;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * What the last checkpoint knows and the records do not hold, in a sentence; empty if they agree as far as the end of
     * the records tells. A checkpoint that they do not bear out is put aside before it is replaced.
     *
     * @param last the last record
     * @param tail the end of the records
     */
    synchronized String missing(Link last, byte[] tail) throws IOException {
        Checkpoint known;
        try {
            known = checkpoint().orElse(null);
        } catch (IOException e) {
            Files.move(present(), damaged(), StandardCopyOption.REPLACE_EXISTING);
            return "the checkpoint was damaged and is kept as [" + damaged().getFileName() + "]";
        }
        if (known == null) {
            return "";
        }
        String missing = compare(known, last, tail);
        if (!missing.isEmpty()) {
            log.error("The audit is broken: {}; 'audit:verify' says more", missing);
            Files.write(
                    broken(),
                    known.line(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.SYNC);
        }
        return missing;
    }

    private static String compare(Checkpoint known, Link last, byte[] tail) {
        long sealed = known.last().seq();
        if (sealed > last.seq()) {
            return "records [" + (last.seq() + 1) + "] to [" + sealed + "] were cut off";
        }
        // Further back than what was read: the whole verification looks there.
        Link same = Link.last(tail, seq -> seq == sealed);
        return same.seq() != sealed || same.hash().equals(known.last().hash())
                ? ""
                : "record [" + sealed + "] is not the one that was sealed";
    }

    /** The last checkpoint; empty if nothing was ever sealed. */
    Optional<Checkpoint> checkpoint() throws IOException {
        return read(present()).stream().findFirst();
    }

    /** Whether an earlier start found a checkpoint that could not be read. */
    boolean isDamaged() {
        return Files.exists(damaged());
    }

    /** The checkpoints that earlier starts found broken. */
    List<Checkpoint> brokenOnes() throws IOException {
        return read(broken());
    }

    /**
     * Reads checkpoints, one a line.
     *
     * @throws IOException if the file holds something else, or more than 1 MiB
     */
    static List<Checkpoint> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        if (Files.size(file) > MAX_FILE) {
            throw new IOException("[" + file + "] is larger than 1 MiB, which no file of checkpoints is");
        }
        List<Checkpoint> all = new ArrayList<>();
        byte[] text = Files.readAllBytes(file);
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n') {
                if (i > start) {
                    try {
                        all.add(Checkpoint.read(text, start, i - start));
                    } catch (JsonException e) {
                        throw new IOException("[" + file + "] holds something that is no checkpoint", e);
                    }
                }
                start = i + 1;
            }
        }
        return all;
    }
}
