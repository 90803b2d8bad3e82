package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads an event stream (WHATWG HTML, section 9.2.6) piece by piece, wherever the pieces are cut. Not thread-safe.
 *
 * <p>A line or an event of more than {@code most} bytes is refused with {@link TooLong}, after which the parser is not to
 * be used any more.
 */
final class SseParser {
    /** Takes the events. */
    interface Sink {
        /**
         * An event ended.
         *
         * @param type its type; {@code message} if it says none
         * @param data its data lines, joined by line feeds; may be empty
         */
        void event(String type, byte[] data);

        /** The server said how long to wait before the stream is opened again. */
        void retry(long millis);
    }

    /** A line or event is longer than the bound. */
    static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;

        TooLong(int most) {
            super("an event of more than " + most + " bytes");
        }
    }

    private static final int MAX_ID = 4_096;
    private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final int most;
    private final Sink sink;
    private final Bytes line;
    private final Bytes data;
    private boolean atStart = true;
    private boolean afterReturn;
    private boolean hasData;
    private String type = "";
    private String id = "";
    private String lastEventId = "";

    SseParser(int most, Sink sink) {
        this.most = most;
        this.sink = sink;
        line = new Bytes();
        data = new Bytes();
    }

    /** The id of the last event that ended; kept over events without one. Empty if there was none. */
    String lastEventId() {
        return lastEventId;
    }

    /** Takes what is readable of a buffer. */
    void feed(ByteBuf piece) throws TooLong {
        while (piece.isReadable()) {
            if (afterReturn) {
                afterReturn = false;
                if (piece.getByte(piece.readerIndex()) == '\n') {
                    piece.skipBytes(1);
                    continue;
                }
            }
            int end = piece.forEachByte(b -> b != '\n' && b != '\r');
            int length = (end < 0 ? piece.writerIndex() : end) - piece.readerIndex();
            if ((long) line.size + length > most) {
                throw new TooLong(most);
            }
            line.append(piece, length);
            if (end >= 0) {
                afterReturn = piece.readByte() == '\r';
                line();
                line.clear();
            }
        }
    }

    private void line() throws TooLong {
        int from = 0;
        if (atStart) {
            atStart = false;
            if (line.startsWith(BOM)) {
                from = BOM.length;
            }
        }
        if (line.size == from) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < line.size && line.bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, line.size);
        if (value < line.size && line.bytes[value] == ' ') {
            value++;
        }
        field(new String(line.bytes, from, colon - from, StandardCharsets.UTF_8), value);
    }

    private void field(String name, int value) throws TooLong {
        switch (name) {
            case "data" -> {
                if ((long) data.size + line.size - value + 1 > most) {
                    throw new TooLong(most);
                }
                if (hasData) {
                    data.append((byte) '\n');
                }
                hasData = true;
                data.append(line.bytes, value, line.size - value);
            }
            case "event" -> type = text(value);
            case "id" -> {
                String given = text(value);
                if (given.indexOf('\0') < 0 && given.length() <= MAX_ID) {
                    id = given;
                }
            }
            case "retry" -> retry(text(value));
            default -> {
                // A comment (no name), or a field that nobody knows.
            }
        }
    }

    private void retry(String digits) {
        if (!digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            sink.retry(Long.parseLong(digits));
        }
    }

    private String text(int from) {
        return new String(line.bytes, from, line.size - from, StandardCharsets.UTF_8);
    }

    private void dispatch() {
        lastEventId = id;
        if (hasData) {
            byte[] event = Arrays.copyOf(data.bytes, data.size);
            String name = type.isEmpty() ? "message" : type;
            hasData = false;
            data.clear();
            type = "";
            sink.event(name, event);
        }
        type = "";
    }

    /** Bytes that grow. */
    private static final class Bytes {
        private static final int KEPT = 64 * 1024;
        private byte[] bytes = new byte[256];
        private int size;

        void append(ByteBuf from, int length) {
            room(length);
            from.readBytes(bytes, size, length);
            size += length;
        }

        void append(byte[] from, int offset, int length) {
            room(length);
            System.arraycopy(from, offset, bytes, size, length);
            size += length;
        }

        void append(byte one) {
            room(1);
            bytes[size++] = one;
        }

        boolean startsWith(byte[] prefix) {
            return size >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
        }

        void clear() {
            size = 0;
            if (bytes.length > KEPT) {
                // One large event must not hold its memory as long as the stream lives.
                bytes = new byte[256];
            }
        }

        private void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, (int)
                        Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * bytes.length, (long) size + more)));
            }
        }
    }
}
