package org.sallyport.spi.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file that is added to line by line, each with a checksum: CRC-32C of the text in hexadecimal, a blank, the text. It belongs to
 * its owner alone (0600). A plain file rather than a channel, because that one would close when a thread that uses it is
 * interrupted. Lines are appended by one thread at a time; {@link #force} and {@link #length} may be called by any.
 */
public final class LineLog implements AutoCloseable {
    private final RandomAccessFile file;
    private volatile long length;

    private LineLog(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
        length = file.length();
        file.seek(length);
    }

    /**
     * What a log holds.
     *
     * @param lines the texts of those that are as they were written
     * @param damaged how many others there are
     * @param torn whether something stands after the last line: it was being written when the process ended
     */
    public record Content(List<String> lines, int damaged, boolean torn) {
        public Content {
            lines = List.copyOf(lines);
        }

        /** Whether more may be appended to it. */
        public boolean isClean() {
            return damaged == 0 && !torn;
        }
    }

    /** Reads a log whole; one that is not there holds nothing. */
    public static Content read(Path path) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return new Content(List.of(), 0, false);
        }
        List<String> lines = new ArrayList<>();
        int damaged = 0;
        int begin = 0;
        for (int end = 0; end < bytes.length; end++) {
            if (bytes[end] == '\n') {
                String line = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
                int blank = line.indexOf(' ');
                String text = line.substring(blank + 1);
                if (blank > 0 && line.substring(0, blank).equals(checksum(text))) {
                    lines.add(text);
                } else {
                    damaged++;
                }
                begin = end + 1;
            }
        }
        return new Content(lines, damaged, begin < bytes.length);
    }

    private static String checksum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    /** Opens a log to append to what it holds; its {@link Content} has to be clean. */
    public static LineLog open(Path path) throws IOException {
        return new LineLog(path);
    }

    /** Begins a log that holds nothing, whatever was in that place; its folder has to be there. */
    public static LineLog empty(Path path) throws IOException {
        boolean made = false;
        try {
            Files.createFile(path, OwnerOnly.file(path.getFileSystem()));
            made = true;
        } catch (FileAlreadyExistsException e) {
            // It is emptied.
        }
        LineLog log = new LineLog(path);
        try {
            log.cut(0);
            if (made) {
                Durable.syncFolder(path.toAbsolutePath().getParent());
            }
            return log;
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    private void cut(long end) throws IOException {
        file.setLength(end);
        file.seek(end);
        length = end;
    }

    /** Bytes that it holds. */
    public long length() {
        return length;
    }

    /**
     * Appends a line; it need not last before {@link #force}.
     *
     * @param text without a line feed
     * @throws IOException if it could not be written; what was written of it is taken back, as far as the disk lets us
     */
    public void append(String text) throws IOException {
        byte[] line = (checksum(text) + ' ' + text + '\n').getBytes(StandardCharsets.UTF_8);
        try {
            file.write(line);
            length += line.length;
        } catch (IOException e) {
            try {
                cut(length);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Makes what was appended last. */
    public void force() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
