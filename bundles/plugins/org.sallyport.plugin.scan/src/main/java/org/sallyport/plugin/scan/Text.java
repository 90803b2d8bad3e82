package org.sallyport.plugin.scan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A text whose characters lie in an array. A {@code String} keeps them in one of two forms and asks for the form at each
 * character, which is dear when every character is read. Refilled from one text to the next, so it takes two bytes for
 * each character of the longest text, or 128 KiB if that is more; three once {@link #octets()} was asked for. Used by one
 * thread.
 *
 * <p>New arrays for a megabyte cost as much as a detector does, so some are kept from one message to the next: at most
 * {@value #SPARES}, of at most {@value #MAX_SPARE} characters each.
 */
public final class Text implements CharSequence {
    private static final int SPARES = 4;
    private static final int MAX_SPARE = 1 << 20;
    private static final BlockingQueue<Text> SPARE = new ArrayBlockingQueue<>(SPARES);

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** One character in so many may be beyond Latin-1 in octets. */
    private static final int WIDE = 64;

    private char[] chars = new char[64];
    private byte[] octets = {};
    private boolean octetsAreTried;
    private boolean octetsAreThere;
    private int length;

    /** One that nobody uses now. */
    static Text take() {
        Text spare = SPARE.poll();
        return spare == null ? new Text() : spare;
    }

    /** Nobody uses this one any more. */
    void giveBack() {
        if (chars.length <= MAX_SPARE) {
            length = 0;
            SPARE.offer(this);
        }
    }

    /** Takes these characters in place of those before. */
    Text of(String text) {
        octetsAreTried = false;
        length = text.length();
        if (length > chars.length) {
            // Growing by leaps spares most of the arrays when texts grow slowly.
            chars = new char[Math.max(length, Math.min(chars.length * 2, 1 << 16))];
        }
        text.getChars(0, length, chars, 0);
        return this;
    }

    /**
     * The characters as bytes, in which eight can be looked at together; null if so many of them are beyond Latin-1 that
     * it is not worth it.
     */
    public @Nullable Octets octets() {
        if (!octetsAreTried) {
            octetsAreTried = true;
            octetsAreThere = fillOctets();
        }
        return octetsAreThere ? new Octets(octets, length) : null;
    }

    private boolean fillOctets() {
        if (octets.length < length + Long.BYTES) {
            octets = new byte[chars.length + Long.BYTES];
        }
        // The encoder copies dozens of characters at a time, and stops at each that it cannot encode.
        CharsetEncoder encoder = StandardCharsets.ISO_8859_1.newEncoder();
        CharBuffer from = CharBuffer.wrap(chars, 0, length);
        ByteBuffer to = ByteBuffer.wrap(octets);
        int left = length / WIDE;
        for (CoderResult stop = encoder.encode(from, to, true); stop.isError(); stop = encoder.encode(from, to, true)) {
            left -= stop.length();
            if (left < 0) {
                return false;
            }
            for (int i = 0; i < stop.length(); i++) {
                from.get();
                to.put((byte) 0x80);
            }
        }
        to.putLong(0);
        return true;
    }

    /**
     * The characters of a text as bytes: ASCII as it is, all else as some byte from 0x80 on. After the text come eight
     * zeros.
     */
    public record Octets(byte[] bytes, int length) {
        /** Eight characters from a place within the text on, the first one lowest. */
        public long eight(int at) {
            return (long) EIGHT.get(bytes, at);
        }
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return chars[index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(chars, start, end - start);
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
