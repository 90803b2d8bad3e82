package org.sallyport.policy.internal.recording;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file, one after the other, none longer than a bound. Used by one thread. */
final class Lines implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    private final InputStream in;
    private final int most;

    /**
     * A line.
     *
     * @param utf8 its bytes; {@code null} of one that is too long
     */
    record Line(byte @Nullable [] utf8) {}

    /**
     * How many lines a file has.
     *
     * @param lines those that end
     * @param torn whether something stands after the last one
     */
    record Count(long lines, boolean torn) {}

    /** @param most bytes of a line that is read */
    Lines(Path file, int most) throws IOException {
        this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        this.most = most;
    }

    /** The next line; {@code null} at the end. What stands after the last line feed is a line, too. */
    @Nullable Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (++length <= most) {
                line.write(next);
            }
            next = in.read();
        }
        return new Line(length > most ? null : line.toByteArray());
    }

    /** Counts the lines of a file; one that is not there has none. */
    static Count count(Path file) throws IOException {
        long lines = 0;
        boolean torn = false;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    torn = buffer[i] != '\n';
                    lines += torn ? 0 : 1;
                }
            }
        } catch (NoSuchFileException e) {
            return new Count(0, false);
        }
        return new Count(lines, torn);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
