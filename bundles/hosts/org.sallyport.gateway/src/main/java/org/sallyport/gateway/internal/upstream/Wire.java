package org.sallyport.gateway.internal.upstream;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.spi.json.JsonException;

/** Bytes of a transport to frames and back. */
final class Wire {
    private static final int MAX_SHOWN = 200;

    private Wire() {}

    /**
     * Reads what a server sent: one message, or (revision 2025-03-26) an array of them.
     *
     * @throws JsonException if it is no JSON
     */
    static List<Frame> read(byte[] json) throws JsonException {
        Frame frame = Frame.read(Frames.oneLine(json));
        if (!frame.document().isArray()) {
            return List.of(frame);
        }
        List<Frame> frames = new ArrayList<>();
        for (Document element : frame.document().values()) {
            frames.add(Frame.of(element));
        }
        return frames;
    }

    /** Whether a frame is a message of JSON-RPC at all. */
    static boolean isMessage(Frame frame) {
        return frame.document().isObject()
                && (frame.isResponse() || frame.document().get("method").isString());
    }

    /** An id as the key of a table. */
    static String key(Document id) {
        return id.toJson();
    }

    /** Foreign text for a log or message: control characters escaped, at most {@value #MAX_SHOWN} characters. */
    static String shown(String text) {
        return shown(text, MAX_SHOWN);
    }

    /** The same with another bound. */
    static String shown(String text, int most) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), most) + 8);
        for (int i = 0; i < text.length() && i < most; i++) {
            char c = text.charAt(i);
            // Format and separator characters too: they can reorder or break the line a person reads.
            int type = Character.getType(c);
            if (c < ' ' && c != '\t'
                    || c >= 0x7f && c < 0xa0
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return text.length() > most ? out.append('…').toString() : out.toString();
    }
}
