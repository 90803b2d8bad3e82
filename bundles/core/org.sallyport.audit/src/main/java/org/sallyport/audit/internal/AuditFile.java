package org.sallyport.audit.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.file.OwnerOnly;

/**
 * A file of lines that are on disk when they are said to be. Beside it lie its predecessors, {@code NAME.1.jsonl} the
 * youngest. Opened anew for each line, as lines are rare: so a file that was moved or removed in between is no trap. Not
 * thread-safe.
 *
 * <p>Plain files rather than channels: a channel closes when its thread is interrupted, and nobody shall stop the audit
 * by interrupting who writes it.
 */
final class AuditFile {
    /** Files in all, the present one included. */
    static final int FILES = 5;

    /** Most bytes read to find the last line. */
    private static final int TAIL = 1 << 20;

    private final Path folder;
    private final String name;
    private final long maxBytes;

    /**
     * @param folder where it lies; made when the first line is written
     * @param name its name without {@code .jsonl}
     * @param maxBytes most bytes of a file; a longer line has a file of its own
     */
    AuditFile(Path folder, String name, long maxBytes) {
        this.folder = folder;
        this.name = name;
        this.maxBytes = maxBytes;
    }

    /** The present file, or a predecessor by its number. */
    Path file(int number) {
        return folder.resolve(number == 0 ? name + ".jsonl" : name + "." + number + ".jsonl");
    }

    /**
     * Adds a line; it is on disk when this returns.
     *
     * @param line with its line feed
     * @param dropping told of what will be the oldest record, before older ones are removed for good
     * @throws IOException if it is not; nothing of it stays then, as far as the disk lets us
     */
    void append(byte[] line, Dropping dropping) throws IOException {
        prepare(dropping);
        try (RandomAccessFile file = new RandomAccessFile(file(0).toFile(), "rw")) {
            long end = file.length();
            try {
                file.seek(end);
                if (endsWithinLine(file, end)) {
                    file.write('\n');
                }
                file.write(line);
                file.getFD().sync();
            } catch (IOException e) {
                undo(file, end, e);
                throw e;
            }
        }
    }

    /** What a crash left of a line is kept, but ended, so that the next line is whole. */
    private static boolean endsWithinLine(RandomAccessFile file, long end) throws IOException {
        if (end == 0) {
            return false;
        }
        file.seek(end - 1);
        return file.read() != '\n';
    }

    private static void undo(RandomAccessFile file, long end, IOException cause) {
        try {
            file.setLength(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Is told what will be the oldest record. */
    interface Dropping {
        void keepFrom(Link first) throws IOException;
    }

    private void prepare(Dropping dropping) throws IOException {
        OwnerOnly.createFolder(folder);
        Path present = file(0);
        if (Files.isSymbolicLink(present)) {
            throw new IOException("[" + present + "] is a symbolic link; the audit writes to no other place");
        }
        if (Files.exists(present) && Files.size(present) >= maxBytes) {
            rotate(dropping);
        }
        try {
            Files.createFile(present, OwnerOnly.file(present.getFileSystem()));
        } catch (FileAlreadyExistsException e) {
            // The usual case.
            return;
        }
    }

    private void rotate(Dropping dropping) throws IOException {
        if (Files.exists(file(FILES - 1)) && Files.exists(file(FILES - 2))) {
            Link first = firstOf(file(FILES - 2));
            if (first != null) {
                dropping.keepFrom(first);
            }
        }
        for (int number = FILES - 1; number > 0; number--) {
            if (Files.exists(file(number - 1))) {
                Files.move(file(number - 1), file(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The oldest record that is kept; {@link Link#START} if there is none. */
    Link first() throws IOException {
        for (int number = FILES - 1; number >= 0; number--) {
            Link first = Files.isRegularFile(file(number)) ? firstOf(file(number)) : null;
            if (first != null) {
                return first;
            }
        }
        return Link.START;
    }

    private static @Nullable Link firstOf(Path path) throws IOException {
        try (Lines lines = new Lines(path)) {
            while (lines.next()) {
                Link link = lines.link();
                if (link != null) {
                    return link;
                }
            }
            return null;
        }
    }

    /** All files as they are now, oldest first, opened: what is added, moved or removed later does not concern them. */
    List<Lines> open() throws IOException {
        List<Lines> all = new ArrayList<>();
        try {
            for (int number = FILES - 1; number >= 0; number--) {
                if (Files.isRegularFile(file(number))) {
                    all.add(new Lines(file(number)));
                }
            }
            return all;
        } catch (IOException e) {
            for (Lines opened : all) {
                opened.close();
            }
            throw e;
        }
    }

    /** The end of the youngest file that has something in it, at most 1 MiB; empty if there is none. */
    byte[] tail() throws IOException {
        for (int number = 0; number < FILES; number++) {
            Path path = file(number);
            if (Files.isRegularFile(path) && Files.size(path) > 0) {
                try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
                    byte[] tail = new byte[(int) Math.min(TAIL, file.length())];
                    file.seek(file.length() - tail.length);
                    file.readFully(tail);
                    return tail;
                }
            }
        }
        return new byte[0];
    }
}
