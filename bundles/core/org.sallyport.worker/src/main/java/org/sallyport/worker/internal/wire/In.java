package org.sallyport.worker.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads one frame. Believes nothing: each length is compared with what is there before anything is made. Not thread-safe. */
final class In {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int values;

    /** The frame lies in the array from {@code at} on, up to {@code end}. */
    In(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    int left() {
        return end - at;
    }

    /** Fails unless all was read. */
    void done() throws ProtocolException {
        if (at != end) {
            throw new ProtocolException("a frame with [" + left() + "] bytes too many");
        }
    }

    /** One more value is about to be made. A value may be a byte in the frame, and some fifty in memory. */
    void value() throws ProtocolException {
        if (++values > Values.MAX_VALUES) {
            throw new ProtocolException("a frame of more than [" + Values.MAX_VALUES + "] values");
        }
    }

    private void need(long count) throws ProtocolException {
        if (count < 0 || count > left()) {
            throw new ProtocolException("a frame that ends before its content does");
        }
    }

    int u8() throws ProtocolException {
        need(1);
        return bytes[at++] & 0xFF;
    }

    long number() throws ProtocolException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new ProtocolException("a number that does not end");
    }

    /** A number of things that follow, each of at least one byte. */
    int count() throws ProtocolException {
        long count = number();
        need(count);
        return (int) count;
    }

    /** A number that fits an int and is not negative. */
    int index() throws ProtocolException {
        long index = number();
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw new ProtocolException("an index out of bounds");
        }
        return (int) index;
    }

    long i64() throws ProtocolException {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    byte[] bytes() throws ProtocolException {
        int count = count();
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    String string() throws ProtocolException {
        long head = number();
        long length = head >>> 1;
        if ((head & 1) == 0) {
            need(length);
            at += (int) length;
            return new String(bytes, at - (int) length, (int) length, StandardCharsets.ISO_8859_1);
        }
        need(Math.min(length, Integer.MAX_VALUE) * 2);
        char[] chars = new char[(int) length];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) (bytes[at++] << 8 | bytes[at++] & 0xFF);
        }
        return new String(chars);
    }
}
