package org.sallyport.gateway.internal.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads lines up to a limit; a longer one is skipped to its end without being kept. One thread. */
final class Lines {
    /** Stands for a line that was longer than the limit. */
    static final byte[] TOO_LONG = new byte[0];

    private static final int MAX_KEPT = 1 << 20;

    private final InputStream in;
    private final long limit;
    private final byte[] chunk = new byte[64 * 1024];
    private byte[] line = new byte[0];
    private int length;
    private int at;
    private int filled;

    Lines(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The next line that is not empty, without its end; {@code null} at the end of the stream. The last needs no end. */
    byte @Nullable [] next() throws IOException {
        length = 0;
        boolean tooLong = false;
        for (; ; ) {
            if (at == filled && !fill()) {
                return tooLong ? TOO_LONG : length == 0 ? null : take();
            }
            int end = at;
            while (end < filled && chunk[end] != '\n') {
                end++;
            }
            tooLong |= length + (long) (end - at) > limit;
            if (tooLong) {
                line = new byte[0];
                length = 0;
            } else {
                append(end - at);
            }
            boolean complete = end < filled;
            at = complete ? end + 1 : end;
            if (complete && (tooLong || length > 0)) {
                return tooLong ? TOO_LONG : take();
            }
        }
    }

    private boolean fill() throws IOException {
        filled = Math.max(0, in.read(chunk));
        at = 0;
        return filled > 0;
    }

    private void append(int more) {
        if (line.length < length + more) {
            line = Arrays.copyOf(line, (int)
                    Math.min(Integer.MAX_VALUE - 8, Math.max(length + (long) more, 2L * line.length)));
        }
        System.arraycopy(chunk, at, line, length, more);
        length += more;
    }

    /** A copy, for it is kept; a buffer that grew for one large line is not. */
    private byte[] take() {
        byte[] whole = Arrays.copyOf(line, length);
        if (line.length > MAX_KEPT) {
            line = new byte[0];
        }
        return whole;
    }
}
