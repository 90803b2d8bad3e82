package org.sallyport.gateway.internal.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Intake.Added;

/**
 * Splits a stream at its line feeds. What is longer than the bound, or than there is room for, is skipped up to its end
 * without being kept. A line keeps its place until the next one is asked for. Not thread-safe.
 */
public final class LineReader implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final Intake line;
    private final Consumer<LongLine> skipped;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    /**
     * @param most longest line in bytes
     * @param room for all lines and other messages
     * @param skipped told of each line that was longer
     */
    public LineReader(InputStream in, int most, Room room, Consumer<LongLine> skipped) {
        this.in = in;
        this.line = new Intake(room, most);
        this.skipped = skipped;
    }

    /** The next line without its line feed; {@code null} at the end. A last line without a line feed counts as one. */
    public byte @Nullable [] next() throws IOException {
        line.clear();
        LongLine.Ends ends = null;
        while (true) {
            if (from == to && !fill()) {
                if (ends != null) {
                    skipped.accept(ends.line());
                }
                return ends != null || line.size() == 0 ? null : line.take();
            }
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            if (ends == null) {
                Added added = line.add(buffer, from, end - from);
                if (added != Added.YES) {
                    ends = new LongLine.Ends(added == Added.NO_ROOM);
                    byte[] before = line.take();
                    ends.add(before, 0, before.length);
                    line.clear();
                }
            }
            if (ends != null) {
                ends.add(buffer, from, end - from);
            }
            boolean complete = end < to;
            from = complete ? end + 1 : end;
            if (complete && ends == null) {
                return line.take();
            } else if (complete) {
                skipped.accept(ends.line());
                ends = null;
            }
        }
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        return to > 0;
    }

    /** Gives back the place of the last line; no other is to be asked for. */
    @Override
    public void close() {
        line.clear();
    }
}
