package org.sallyport.worker.internal.wire;

import java.util.Arrays;

/** Bytes of a frame that is being written, in one array that grows. Its first four are left for the length. Not thread-safe. */
final class Out {
    static final int HEADER = 4;
    private static final int FIRST = 4096;
    /** What is kept for the next frame; a larger one was an exception. */
    private static final int KEPT = 64 << 10;

    private byte[] bytes = new byte[FIRST];
    private int size = HEADER;
    private int values;

    Out reset() {
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST];
        }
        size = HEADER;
        values = 0;
        return this;
    }

    /** One more value is about to be written. */
    void value() {
        if (++values > Values.MAX_VALUES) {
            throw new IllegalArgumentException("it has more than [" + Values.MAX_VALUES
                    + "] values, the most that go between host and worker at once");
        }
    }

    /** Takes back what was written since. */
    void rewind(int mark) {
        size = mark;
    }

    int size() {
        return size;
    }

    /** The array with the whole frame, its length in front. */
    byte[] frame() {
        int length = size - HEADER;
        bytes[0] = (byte) (length >>> 24);
        bytes[1] = (byte) (length >>> 16);
        bytes[2] = (byte) (length >>> 8);
        bytes[3] = (byte) length;
        return bytes;
    }

    private void ensure(int more) {
        long needed = (long) size + more;
        if (needed > Lane.MAX_FRAME) {
            throw new IllegalArgumentException("it is larger than [" + Lane.MAX_FRAME
                    + "] bytes, the most that goes between host and worker at once");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Lane.MAX_FRAME, Math.max(needed, bytes.length * 2L)));
        }
    }

    void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** A number of 0 or more in 7 bits a byte, lowest first; a negative one takes ten. */
    void number(long value) {
        ensure(10);
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes[size++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
    }

    void i64(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void bytes(byte[] value) {
        number(value.length);
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** A string with its length and width: a byte a character if all fit, else two. Nothing is lost, lone surrogates neither. */
    @SuppressWarnings("deprecation") // Copies the low bytes, which is all there is here.
    void string(String value) {
        int length = value.length();
        boolean narrow = true;
        for (int i = 0; i < length && narrow; i++) {
            narrow = value.charAt(i) < 0x100;
        }
        number((long) length << 1 | (narrow ? 0 : 1));
        ensure(narrow ? length : Math.multiplyExact(length, 2));
        if (narrow) {
            value.getBytes(0, length, bytes, size);
            size += length;
        } else {
            for (int i = 0; i < length; i++) {
                char c = value.charAt(i);
                bytes[size++] = (byte) (c >>> 8);
                bytes[size++] = (byte) c;
            }
        }
    }
}
