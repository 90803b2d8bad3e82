package org.sallyport.gateway.internal.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Splits a stream at its line feeds. What is longer than the bound is skipped, up to its end. Not thread-safe. */
final class LineReader {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final int most;
    private final Consumer<LongLine> skipped;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    /**
     * @param most longest line in bytes
     * @param skipped told of each line that was longer
     */
    LineReader(InputStream in, int most, Consumer<LongLine> skipped) {
        this.in = in;
        this.most = most;
        this.skipped = skipped;
    }

    /** The next line without its line feed; {@code null} at the end. A last line without a line feed counts as one. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream begun = null;
        byte[] head = new byte[0];
        byte[] tail = new byte[0];
        long length = 0;
        while (true) {
            if (from == to) {
                to = Math.max(0, in.read(buffer));
                from = 0;
                if (to == 0) {
                    return length == 0 ? null : whole(begun, length, head, tail);
                }
            }
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            boolean complete = end < to;
            length += end - from;
            if (complete && begun == null && length <= most) {
                byte[] line = Arrays.copyOfRange(buffer, from, end);
                from = end + 1;
                return line;
            }
            if (length <= most) {
                begun = begun == null ? new ByteArrayOutputStream(2 * BUFFER) : begun;
                begun.write(buffer, from, end - from);
            } else {
                // What is thrown away is not kept in memory either.
                byte[] before = begun == null ? tail : begun.toByteArray();
                if (head.length == 0) {
                    head = Arrays.copyOf(joined(before, end), Math.min(LongLine.KEPT, before.length + end - from));
                }
                tail = last(joined(before, end));
                begun = null;
            }
            from = complete ? end + 1 : end;
            if (complete) {
                byte[] line = whole(begun, length, head, tail);
                if (line != null) {
                    return line;
                }
                begun = null;
                head = new byte[0];
                tail = new byte[0];
                length = 0;
            }
        }
    }

    private byte[] joined(byte[] before, int end) {
        byte[] joined = Arrays.copyOf(before, before.length + end - from);
        System.arraycopy(buffer, from, joined, before.length, end - from);
        return joined;
    }

    private static byte[] last(byte[] bytes) {
        return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - LongLine.KEPT), bytes.length);
    }

    private byte @Nullable [] whole(@Nullable ByteArrayOutputStream begun, long length, byte[] head, byte[] tail) {
        if (length > most || begun == null) {
            skipped.accept(new LongLine(length, head, tail));
            return null;
        }
        return begun.toByteArray();
    }
}
