package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.sallyport.gateway.internal.rpc.Intake;
import org.sallyport.gateway.internal.rpc.Intake.Added;
import org.sallyport.gateway.internal.rpc.Room;

/**
 * Reads an event stream (WHATWG HTML, section 9.2.6) piece by piece, wherever the pieces are cut. Not thread-safe.
 *
 * <p>A line or an event of more than {@code most} bytes, or than there is room for, is refused with {@link TooLong}, after
 * which the parser is not to be used any more. What it holds of an event keeps its place until {@link Sink#event} returned;
 * {@link #close} gives it back for one that did not end.
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

    /** A line or event is longer than the bound, or than there is room for. */
    static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;

        TooLong(String what) {
            super(what);
        }
    }

    private static final int MAX_ID = 4_096;
    private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_FEED = {'\n'};

    private final int most;
    private final Room room;
    private final Sink sink;
    private final Intake line;
    private final Intake data;

    /** Whether the line at hand is data whose name was read: the rest of it is not kept twice. */
    private boolean inData;

    private boolean atStart = true;
    private boolean afterReturn;
    private boolean hasData;
    private String type = "";
    private String id = "";
    private String lastEventId = "";

    SseParser(int most, Room room, Sink sink) {
        this.most = most;
        this.room = room;
        this.sink = sink;
        line = new Intake(room, most);
        data = new Intake(room, most);
    }

    /** Gives back the place of what did not come to its end. */
    void close() {
        line.clear();
        data.clear();
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
            if (!inData && line.size() <= DATA.length) {
                // No more than tells whether it is data.
                int first = Math.min(length, DATA.length + 1 - line.size());
                add(line.add(piece, first));
                length -= first;
                beginData();
            }
            add((inData ? data : line).add(piece, length));
            if (end >= 0) {
                afterReturn = piece.readByte() == '\r';
                if (!inData) {
                    line();
                }
                inData = false;
                line.clear();
            }
        }
    }

    private void add(Added added) throws TooLong {
        if (added == Added.TOO_LONG) {
            throw new TooLong("an event of more than " + most + " bytes ('max.line.bytes')");
        } else if (added == Added.NO_ROOM) {
            throw new TooLong("an event for which there is no room: " + room.full());
        }
    }

    private void beginData() throws TooLong {
        if (line.size() <= DATA.length) {
            return;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (line.at(i) != DATA[i]) {
                return;
            }
        }
        inData = true;
        atStart = false;
        data(DATA.length);
    }

    /** Adds what the line at hand holds from there on to the event, but for a blank at the beginning. */
    private void data(int value) throws TooLong {
        if (hasData) {
            add(data.add(LINE_FEED, 0, 1));
        }
        hasData = true;
        int from = value < line.size() && line.at(value) == ' ' ? value + 1 : value;
        byte[] rest = line.take();
        line.release();
        add(data.add(rest, from, rest.length - from));
    }

    private void line() throws TooLong {
        int from = 0;
        if (atStart) {
            atStart = false;
            if (startsWithMark()) {
                from = BOM.length;
            }
        }
        if (line.size() == from) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < line.size() && line.at(colon) != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, line.size());
        if (colon - from == DATA.length - 1 && isData(from)) {
            data(value);
            return;
        }
        byte[] whole = line.take();
        if (value < whole.length && whole[value] == ' ') {
            value++;
        }
        field(
                new String(whole, from, colon - from, StandardCharsets.UTF_8),
                new String(whole, value, whole.length - value, StandardCharsets.UTF_8));
    }

    private boolean startsWithMark() {
        return line.size() >= BOM.length && line.at(0) == BOM[0] && line.at(1) == BOM[1] && line.at(2) == BOM[2];
    }

    private boolean isData(int from) {
        for (int i = 0; i < DATA.length - 1; i++) {
            if (line.at(from + i) != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> type = value;
            case "id" -> {
                if (value.indexOf('\0') < 0 && value.length() <= MAX_ID) {
                    id = value;
                }
            }
            case "retry" -> retry(value);
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

    private void dispatch() {
        lastEventId = id;
        if (hasData) {
            byte[] event = data.take();
            String name = type.isEmpty() ? "message" : type;
            hasData = false;
            type = "";
            try {
                sink.event(name, event);
            } finally {
                data.release();
            }
        }
        type = "";
    }
}
