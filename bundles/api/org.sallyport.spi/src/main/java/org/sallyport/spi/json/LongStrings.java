package org.sallyport.spi.json;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the long strings of a JSON text past the parser, which needs up to eight bytes for each character of a string
 * while it puts the string together. It reads {@code ""} in their place; this reads them from the bytes, for two bytes a
 * character of Latin-1 and four of any other text, the string itself included.
 *
 * <p>Where strings begin and end is the same for both up to the first place where the text is no JSON, and that far the
 * parser reads. So the two meet at the empty strings: the parser asks for each of them, in their order. Used by one thread.
 */
final class LongStrings {
    /** Longest string in bytes, as it is written, that the parser reads itself. Longer than any name can be written. */
    static final int LONG = 6 * Json.MAX_NAME + 1;

    /** Of a text that has none. */
    static final LongStrings NONE = new LongStrings(new byte[0]);

    private static final int PIECE = 8 * 1024;

    private final byte[] utf8;

    /** Of each long string: how many long or empty ones come before it, where its text begins, where it ends. */
    private int[] places = new int[3 * 4];

    private int size;
    private int asked;
    private int next;

    private LongStrings(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * Finds them.
     *
     * @param utf8 well-formed UTF-8 from {@code offset} on
     * @throws IllegalArgumentException if a string does not end
     */
    static LongStrings in(byte[] utf8, int offset, int length) {
        LongStrings found = new LongStrings(utf8);
        int end = offset + length;
        int before = 0;
        for (int i = offset; i < end; i++) {
            if (utf8[i] == '"') {
                int from = i + 1;
                i = found.stringEnd(from, end);
                if (i - from > LONG) {
                    found.add(before++, from, i);
                } else if (i == from) {
                    before++;
                }
            }
        }
        return found;
    }

    private int stringEnd(int from, int end) {
        for (int i = from; i < end; i++) {
            if (utf8[i] == '"') {
                return i;
            } else if (utf8[i] == '\\') {
                i++;
            }
        }
        throw new IllegalArgumentException("A string of more than [" + (end - from) + "] bytes does not end");
    }

    private void add(int before, int from, int to) {
        if (size == places.length) {
            places = Arrays.copyOf(places, 2 * size);
        }
        places[size++] = before;
        places[size++] = from;
        places[size++] = to;
    }

    /** The text from {@code offset} on as the parser is to read it. */
    Reader rest(int offset, int length) {
        return new InputStreamReader(new Gaps(offset, offset + length), StandardCharsets.UTF_8);
    }

    /**
     * The string that the parser read as an empty one; to be called once for each such name or value.
     *
     * @throws IllegalArgumentException if it holds what a JSON string may not
     */
    String next() {
        if (next == size || places[next] != asked++) {
            return "";
        }
        next += 3;
        return string(places[next - 2], places[next - 1]);
    }

    private String string(int from, int to) {
        boolean plain = true;
        int length = 0;
        for (int i = from; i < to; length++) {
            byte b = utf8[i];
            plain &= b >= 0 && b != '\\';
            if (b == '\\') {
                escaped(i);
                i += utf8[i + 1] == 'u' ? 6 : 2;
            } else if (b >= 0 && b < ' ') {
                throw new IllegalArgumentException(
                        "A string holds the control character [" + b + "], which has to be escaped");
            } else {
                i += width(b);
                // Beyond the Basic Multilingual Plane a character of UTF-8 is two of Java.
                length += width(b) / 4;
            }
        }
        return plain ? new String(utf8, from, to - from, StandardCharsets.ISO_8859_1) : joined(from, to, length);
    }

    private static int width(byte first) {
        return first >= 0 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : 4;
    }

    private String joined(int from, int to, int length) {
        StringBuilder out = new StringBuilder(length);
        int i = from;
        while (i < to) {
            int begin = i;
            while (i < to && utf8[i] != '\\' && i - begin < PIECE) {
                i += width(utf8[i]);
            }
            out.append(new String(utf8, begin, i - begin, StandardCharsets.UTF_8));
            if (i < to && utf8[i] == '\\') {
                out.append(escaped(i));
                i += utf8[i + 1] == 'u' ? 6 : 2;
            }
        }
        return out.toString();
    }

    /** The character that an escape stands for. The string ends behind it, so what is read here is there. */
    private char escaped(int at) {
        return switch (utf8[at + 1]) {
            case '"', '\\', '/' -> (char) utf8[at + 1];
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int i = at + 2; i < at + 6; i++) {
                    int digit = i < utf8.length && utf8[i] > 0 ? Character.digit(utf8[i], 16) : -1;
                    if (digit < 0) {
                        throw new IllegalArgumentException("A string holds \\u without four hexadecimal digits");
                    }
                    value = value << 4 | digit;
                }
                yield (char) value;
            }
            default -> throw new IllegalArgumentException("A string holds an escape that JSON does not have");
        };
    }

    /** The bytes without the text of long strings. */
    private final class Gaps extends InputStream {
        private final int end;
        private int at;
        private int gap;

        Gaps(int offset, int end) {
            this.at = offset;
            this.end = end;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (gap < size && places[gap + 1] == at) {
                at = places[gap + 2];
                gap += 3;
            }
            int there = Math.min(length, (gap < size ? places[gap + 1] : end) - at);
            if (there == 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(utf8, at, into, offset, there);
            at += there;
            return there;
        }
    }
}
