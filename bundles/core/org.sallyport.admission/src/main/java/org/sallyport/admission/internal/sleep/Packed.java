package org.sallyport.admission.internal.sleep;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link java.io.DataOutput} wrote, and passes over what nobody asks for: a start looks at thousands of descriptors of which
 * it needs a few words each. Not thread-safe.
 */
final class Packed {
    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] bytes;
    private int at;

    Packed(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** Where the next thing begins. */
    int at() {
        return at;
    }

    private int forward(int count) throws IOException {
        int from = at;
        if (count > bytes.length - from) {
            throw new IOException("it is cut off");
        }
        at = from + count;
        return from;
    }

    int unsignedByte() throws IOException {
        return bytes[forward(1)] & 0xFF;
    }

    int unsignedShort() throws IOException {
        int from = forward(2);
        return (bytes[from] & 0xFF) << 8 | bytes[from + 1] & 0xFF;
    }

    void skip(int count) throws IOException {
        forward(count);
    }

    /** What {@link java.io.DataOutput#writeUTF} wrote. */
    String text() throws IOException {
        int from = at;
        int length = unsignedShort();
        forward(length);
        String text = new String(bytes, from + 2, length, StandardCharsets.UTF_8);
        // Of ASCII both encodings are the same.
        return text.length() == length && text.indexOf(REPLACEMENT) < 0
                ? text
                : new DataInputStream(new ByteArrayInputStream(bytes, from, length + 2)).readUTF();
    }

    void skipText() throws IOException {
        forward(unsignedShort());
    }

    /** Passes over what {@link PackedDescriptor#writeWords} wrote. */
    void skipWords() throws IOException {
        for (int left = unsignedShort(); left > 0; left--) {
            skipText();
        }
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }
}
