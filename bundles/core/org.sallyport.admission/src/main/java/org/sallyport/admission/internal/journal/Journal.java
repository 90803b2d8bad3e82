package org.sallyport.admission.internal.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations, one line a change of one: a checksum, then the operation as it is from then on. A last line that was cut
 * off by the end of the process counts as never written. Without a file it remembers until the end of the process.
 *
 * <p>Thread-safe; who reads never waits. Those who write at the same time share one fsync.
 */
public final class Journal {
    /** Operations that are remembered; of older ones those that have ended are forgotten. */
    public static final int MAX_OPERATIONS = 1_000;

    /** Lines after which the file is written anew. */
    static final int MAX_LINES = 4 * MAX_OPERATIONS;

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final @Nullable Path file;
    private final Disk disk;
    private final ConcurrentSkipListMap<Long, Remembered> operations = new ConcurrentSkipListMap<>();
    private final Object forcing = new Object();
    private long nextId = 1;
    private int lines;
    private long written;
    private long forced;

    /** A journal that lasts as long as the process. */
    public Journal() {
        file = null;
        disk = Disk.REAL;
    }

    /**
     * Opens the journal.
     *
     * @throws IOException if the file cannot be read; not if it is damaged
     */
    public Journal(Path file, Disk disk) throws IOException {
        this.file = file;
        this.disk = disk;
        try {
            read(disk.read(file));
        } catch (NoSuchFileException e) {
            lines = MAX_LINES;
        }
        nextId = operations.isEmpty() ? 1 : operations.lastKey() + 1;
        forget();
    }

    private void read(byte[] content) {
        boolean whole = true;
        int begin = 0;
        for (int end = 0; end < content.length; end++) {
            if (content[end] == '\n') {
                Optional<Remembered> one = parse(new String(content, begin, end - begin, StandardCharsets.UTF_8));
                lines++;
                if (one.isEmpty()) {
                    whole = false;
                    log.warn("Line [{}] of the journal [{}] is damaged and left out", lines, file);
                }
                one.ifPresent(this::put);
                begin = end + 1;
            }
        }
        if (!whole || begin < content.length) {
            // The next line writes the file anew.
            lines = MAX_LINES;
        }
    }

    private void put(Remembered one) {
        operations.put(one.id, one);
    }

    private static Optional<Remembered> parse(String line) {
        int blank = line.indexOf(' ');
        String json = line.substring(blank + 1);
        return blank > 0 && line.substring(0, blank).equals(checksum(json)) ? Remembered.of(json) : Optional.empty();
    }

    private static String checksum(String json) {
        CRC32C sum = new CRC32C();
        sum.update(json.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    private static byte[] line(Remembered operation) {
        String json = operation.json();
        return (checksum(json) + ' ' + json + '\n').getBytes(StandardCharsets.UTF_8);
    }

    /** A number that no operation has. */
    synchronized long nextId() {
        return nextId++;
    }

    /** All operations, oldest first. */
    public List<Operation> all() {
        return operations.values().stream()
                .flatMap(one -> one.operation().stream())
                .toList();
    }

    /** Those that have not ended, oldest first. */
    List<Operation> running() {
        return operations.values().stream()
                .filter(one -> !one.ended)
                .flatMap(one -> one.operation().stream())
                .toList();
    }

    Optional<Operation> find(long id) {
        return Optional.ofNullable(operations.get(id)).flatMap(Remembered::operation);
    }

    /** Remembers how far an operation is; not over a restart. */
    void note(Operation operation) {
        put(Remembered.of(operation));
    }

    /** Writes down how an operation is now. It need not last: the end of an operation can be found out again. */
    void write(Operation operation) throws IOException {
        append(operation);
    }

    /** The same; returns when it lasts. */
    void writeAhead(Operation operation) throws IOException {
        long mine = append(operation);
        if (file == null) {
            return;
        }
        synchronized (forcing) {
            if (forced < mine) {
                long all;
                synchronized (this) {
                    all = written;
                }
                disk.force(file);
                forced = all;
            }
        }
    }

    private synchronized long append(Operation operation) throws IOException {
        Remembered one = Remembered.of(operation);
        put(one);
        if (file != null) {
            if (lines >= MAX_LINES) {
                rewrite(file);
            } else {
                // Half a line may be left if this throws: then the next one writes the file anew.
                int before = lines;
                lines = MAX_LINES;
                disk.append(file, line(one));
                lines = before + 1;
            }
            written++;
        }
        forget();
        return written;
    }

    private void forget() {
        for (Remembered one : operations.values()) {
            if (operations.size() <= MAX_OPERATIONS) {
                return;
            } else if (one.ended) {
                operations.remove(one.id);
            }
        }
    }

    private void rewrite(Path whole) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Remembered one : operations.values()) {
            all.write(line(one));
        }
        disk.make(whole.toAbsolutePath().getParent());
        disk.replace(whole, all.toByteArray());
        lines = operations.size();
    }
}
