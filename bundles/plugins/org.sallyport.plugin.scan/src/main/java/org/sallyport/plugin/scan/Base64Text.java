package org.sallyport.plugin.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Base64 (RFC 4648, both alphabets, padding optional) that may hide text. */
final class Base64Text {
    private static final byte[] VALUE = new byte[128];

    static {
        Arrays.fill(VALUE, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            VALUE[alphabet.charAt(i)] = (byte) i;
        }
        VALUE['-'] = 62;
        VALUE['_'] = 63;
    }

    private Base64Text() {}

    static boolean isSymbol(char c) {
        return c < 128 && VALUE[c] >= 0;
    }

    /** Start of the next run of at least {@code min} symbols in the range, or -1. Reads about one in {@code min} characters of text without one. */
    static int nextRun(CharSequence text, int from, int to, int min) {
        int start = from;
        int i = start + min - 1;
        while (i < to) {
            int back = i;
            while (back >= start && isSymbol(text.charAt(back))) {
                back--;
            }
            if (back < start) {
                return start;
            }
            start = back + 1;
            i = start + min - 1;
        }
        return -1;
    }

    /** End of the run that starts at {@code start}. */
    static int runEnd(CharSequence text, int start, int to) {
        int i = start;
        while (i < to && isSymbol(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Whether the whole text is base64, as the payload of an image is; line breaks and padding allowed. */
    static boolean isWhole(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isSymbol(c) && c != '=' && c != '\n' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    /** The text that a run encodes, or {@code null} if that is no text (control characters, no UTF-8). */
    static @Nullable String decode(CharSequence text, int start, int end) {
        int symbols = end - start;
        if ((symbols & 3) == 1) {
            symbols--;
        }
        // Most runs are words or pictures, and a dozen bytes tell; room for the rest is made only after that.
        byte[] out = new byte[Math.min(symbols * 3 / 4, 48)];
        int length = 0;
        int bits = 0;
        int held = 0;
        for (int i = start; i < start + symbols; i++) {
            bits = bits << 6 | VALUE[text.charAt(i)];
            held += 6;
            if (held >= 8) {
                held -= 8;
                int b = bits >> held & 0xFF;
                if (b < ' ' && b != '\n' && b != '\r' && b != '\t' || b == 0x7F) {
                    return null;
                }
                if (length == out.length) {
                    if (!Utf8.isPrefix(out, length)) {
                        return null;
                    }
                    out = Arrays.copyOf(out, symbols * 3 / 4);
                }
                out[length++] = (byte) b;
            }
        }
        return Utf8.isPrefix(out, length) ? new String(out, 0, length, StandardCharsets.UTF_8) : null;
    }
}
