package org.sallyport.admission.internal.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations, one line a change of one: a checksum, then the operation as it is from then on. A last line that was cut
 * off by the end of the process counts as never written. Without a file it remembers until the end of the process.
 *
 * <p>What ended in an earlier run stays in the file: hardly anybody asks for it, and it would be most of what is kept in
 * memory of a plugin that sleeps.
 *
 * <p>Thread-safe; who reads waits for no fsync. Those who write at the same time share one fsync.
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
    private boolean damaged;
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
        JournalLines found = JournalLines.of(content);
        for (JournalLines.Last last : found.last()) {
            Optional<Remembered> one = Optional.empty();
            for (JournalLines.Last at = last; at != null && one.isEmpty(); at = at.before()) {
                one = parse(content, at.begin(), at.end());
                if (one.isEmpty()) {
                    damaged(at.number());
                }
            }
            one.ifPresent(known -> put(known.ended ? known.withoutText() : known));
        }
        lines = found.count();
        found.strange().forEach(this::damaged);
        if (damaged || found.isCut()) {
            // The next line writes the file anew.
            lines = MAX_LINES;
        }
    }

    private void damaged(int line) {
        damaged = true;
        log.warn("Line [{}] of the journal [{}] is damaged and left out", line, file);
    }

    private void put(Remembered one) {
        operations.put(one.id, one);
    }

    private static Optional<Remembered> parse(byte[] content, int begin, int end) {
        if (begin < 0 || end > content.length || begin > end) {
            return Optional.empty();
        }
        String line = new String(content, begin, end - begin, StandardCharsets.UTF_8);
        int blank = line.indexOf(' ');
        String json = line.substring(blank + 1);
        return blank > 0 && line.substring(0, blank).equals(checksum(json))
                ? Remembered.of(json, begin, end)
                : Optional.empty();
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

    /** All operations, oldest first. Those that ended in earlier runs are read from the file. */
    public List<Operation> all() {
        return operations(one -> true);
    }

    private List<Operation> operations(Predicate<Remembered> which) {
        List<Remembered> some = operations.values().stream().filter(which).toList();
        Map<Long, Remembered> read = some.stream().allMatch(Remembered::isAtHand) ? Map.of() : told();
        return some.stream()
                .flatMap(one -> one.isAtHand() ? Stream.of(one) : Stream.ofNullable(read.get(one.id)))
                .flatMap(one -> one.operation().stream())
                .toList();
    }

    /** Those that ended in earlier runs, for who only looks. */
    private synchronized Map<Long, Remembered> told() {
        try {
            return earlier();
        } catch (IOException e) {
            log.warn("Operations of earlier runs cannot be read from the journal [{}]: {}", file, e.toString());
            return Map.of();
        }
    }

    /** Those that ended in earlier runs, as the file has them; none if somebody removed it. */
    private synchronized Map<Long, Remembered> earlier() throws IOException {
        Map<Long, Remembered> read = new HashMap<>();
        byte[] content;
        try {
            content = file == null ? new byte[0] : disk.read(file);
        } catch (NoSuchFileException e) {
            return read;
        }
        for (Remembered one : operations.values()) {
            if (!one.isAtHand()) {
                parse(content, one.begin, one.end)
                        .filter(found -> found.id == one.id)
                        .ifPresent(found -> read.put(found.id, found));
            }
        }
        return read;
    }

    /** Those that have not ended, oldest first. */
    List<Operation> running() {
        return operations(one -> !one.ended);
    }

    Optional<Operation> find(long id) {
        Remembered one = operations.get(id);
        return one == null || one.isAtHand()
                ? Optional.ofNullable(one).flatMap(Remembered::operation)
                : Optional.ofNullable(told().get(id)).flatMap(Remembered::operation);
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
        boolean allAtHand = operations.values().stream().allMatch(Remembered::isAtHand);
        Map<Long, Remembered> earlier = allAtHand ? Map.of() : earlier();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Remembered> moved = new ArrayList<>();
        List<Remembered> lost = new ArrayList<>();
        for (Remembered one : operations.values()) {
            Remembered known = one.isAtHand() ? one : earlier.get(one.id);
            if (known == null) {
                lost.add(one);
                continue;
            }
            int begin = all.size();
            all.write(line(known));
            if (!one.isAtHand()) {
                moved.add(one.at(begin, all.size() - 1));
            }
        }
        disk.make(whole.toAbsolutePath().getParent());
        disk.replace(whole, all.toByteArray());
        moved.forEach(this::put);
        lost.forEach(one -> operations.remove(one.id));
        lines = operations.size();
    }
}
