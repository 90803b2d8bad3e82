package org.sallyport.plugin.auditfile;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One file that whole lines are appended to. Thread-safe; each line is given to the operating system in one write before
 * {@link #append} returns. When a line would take the file beyond its limit, the file is kept as {@code NAME.1}, the one
 * before as {@code NAME.2} and so on. A file that somebody else moved away or removed is made anew; a look at its place
 * costs as much as a line, so it is taken from time to time, and before each rotation.
 *
 * <p>After a failure the file is closed, and the next line opens it again; the beginning of a line that was left behind
 * (by that failure or by a crash) is ended first.
 */
final class RotatingFile {
    /** Longest wait for a line that is being written: with a disk that hangs, callers fail instead of piling up. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(1_500);

    /** Looks before a thread is put to sleep: a line is written in less time than it takes to wake one up. */
    private static final int SPINS = 200;

    private static final int FILE_TYPE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

    private final Path path;
    private final byte[] header;
    private final long limit;
    private final int kept;
    private final long look;
    private final ReentrantLock lock = new ReentrantLock();

    // All below: only with the lock held.
    private @Nullable OutputStream out;
    private @Nullable Object fileKey;
    private long size;
    private long looked;
    private boolean regular;
    private boolean torn;
    private boolean closed;

    /**
     * @param header what a new file begins with; may be empty
     * @param limit bytes from which on the file is rotated; a single longer line still gets a file of its own
     * @param kept how many former files are kept
     * @param look how long a look at the file's place is good for
     */
    RotatingFile(Path path, byte[] header, long limit, int kept, Duration look) {
        this.path = path;
        this.header = header;
        this.limit = limit;
        this.kept = kept;
        this.look = look.toNanos();
    }

    /** Appends one line, which ends with a line feed. */
    void append(byte[] line) throws IOException {
        if (!locked()) {
            throw new IOException("another record is still being written after [" + LONGEST_WAIT.toMillis() + "] ms");
        }
        try {
            if (closed) {
                throw new IOException("the writer was closed");
            }
            if (out == null || System.nanoTime() - looked >= look || isBeyondLimit(line)) {
                open();
            }
            if (isBeyondLimit(line)) {
                rotate();
                open();
            }
            write(line);
        } catch (IOException | RuntimeException e) {
            shut();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private boolean isBeyondLimit(byte[] line) {
        return regular && size > 0 && size + line.length > limit;
    }

    /** Closes the file for ever. */
    void close() throws IOException {
        if (!locked()) {
            throw new IOException("a record is still being written");
        }
        try {
            closed = true;
            shut();
        } finally {
            lock.unlock();
        }
    }

    private boolean locked() throws IOException {
        for (int i = 0; i < SPINS && !Thread.currentThread().isInterrupted(); i++) {
            if (lock.tryLock()) {
                return true;
            }
            Thread.onSpinWait();
        }
        try {
            return lock.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the thread was interrupted", e);
        }
    }

    private void write(byte[] line) throws IOException {
        byte[] whole = torn || size == 0 ? withBeginning(line) : line;
        Objects.requireNonNull(out).write(whole);
        torn = false;
        size += whole.length;
    }

    private byte[] withBeginning(byte[] line) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(line.length + header.length + 1);
        if (torn) {
            whole.write('\n');
        }
        if (size == 0) {
            whole.writeBytes(header);
        }
        whole.writeBytes(line);
        return whole.toByteArray();
    }

    /** Makes sure that what is open is what lies at the path now. */
    private void open() throws IOException {
        looked = System.nanoTime();
        if (out != null) {
            BasicFileAttributes now = attributes();
            if (now != null && Objects.equals(now.fileKey(), fileKey)) {
                size = regular ? now.size() : size;
                return;
            }
            shut();
        }
        create();
        BasicFileAttributes found = attributes();
        if (found == null) {
            throw new NoSuchFileException(path.toString());
        }
        regular = found.isRegularFile();
        if (!regular && !isCharacterDevice()) {
            throw new IOException(found.isDirectory() ? "it is a folder" : "it is no ordinary file");
        }
        fileKey = found.fileKey();
        size = found.size();
        torn = regular && size > 0 && !endsWithLineFeed();
        // Not a channel: that would be closed by an interrupt of whoever happens to be writing.
        out = new FileOutputStream(path.toFile(), true);
    }

    private @Nullable BasicFileAttributes attributes() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private void create() throws IOException {
        if (Files.exists(path)) {
            return;
        }
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException noPosix) {
            Files.createFile(path);
        } catch (FileAlreadyExistsException alreadyMade) {
            // Somebody was quicker, or a link leads nowhere: opening it will tell.
        }
    }

    /** A pipe would block whoever opens it until there is a reader; a device such as /dev/stdout does not. */
    private boolean isCharacterDevice() throws IOException {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == CHARACTER_DEVICE;
        } catch (UnsupportedOperationException | IllegalArgumentException noUnix) {
            return false;
        }
    }

    private boolean endsWithLineFeed() {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - 1));
            return file.read() == '\n';
        } catch (IOException unreadable) {
            // Rather an empty line than two records in one.
            return false;
        }
    }

    /** Moves the files up. A gap that an interrupted rotation left is filled first, so that a retry loses nothing. */
    private void rotate() throws IOException {
        shut();
        int free = 1;
        while (free < kept && Files.exists(former(free))) {
            free++;
        }
        for (int i = free; i > 1; i--) {
            Files.move(former(i - 1), former(i), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(path, former(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path former(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void shut() throws IOException {
        OutputStream opened = out;
        out = null;
        if (opened != null) {
            opened.close();
        }
    }
}
