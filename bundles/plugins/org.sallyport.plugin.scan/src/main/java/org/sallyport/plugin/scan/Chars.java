package org.sallyport.plugin.scan;

/** Character classes and small look-arounds that detectors share. Out of range counts as the end of the text. */
public final class Chars {
    private Chars() {}

    /** ASCII digit. */
    public static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /** ASCII letter. */
    public static boolean letter(char c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    /** ASCII letter or digit. */
    public static boolean alnum(char c) {
        return letter(c) || digit(c);
    }

    /** ASCII letter or digit, or a letter or digit of another script. */
    public static boolean word(char c) {
        return c < 128 ? alnum(c) : Character.isLetterOrDigit(c);
    }

    /** Hexadecimal digit. */
    public static boolean hex(char c) {
        return digit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
    }

    /** The character, or NUL outside of the range. */
    public static char at(CharSequence text, int i, int from, int to) {
        return i >= from && i < to ? text.charAt(i) : 0;
    }

    /** Whether an ASCII word stands at {@code i}, in this very case. */
    public static boolean startsWith(CharSequence text, int i, int to, String word) {
        if (i < 0 || i + word.length() > to) {
            return false;
        }
        for (int k = 0; k < word.length(); k++) {
            if (text.charAt(i + k) != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether an escape of JSON or of a URL ends before {@code i}, such as {@code %3D}, or a backslash and {@code n} or
     * {@code u003d}: its last letter or digit is part of no word. Text within text is full of them.
     */
    public static boolean afterEscape(CharSequence text, int i, int from) {
        char last = at(text, i - 1, from, i);
        char before = at(text, i - 2, from, i);
        if (before == '\\') {
            return "bfnrt".indexOf(last) >= 0;
        }
        return hex(last)
                && hex(before)
                && (at(text, i - 3, from, i) == '%'
                        || hex(at(text, i - 3, from, i))
                                && hex(at(text, i - 4, from, i))
                                && at(text, i - 5, from, i) == 'u'
                                && at(text, i - 6, from, i) == '\\');
    }

    /**
     * The end of the escape, as in {@link #afterEscape}, that the hexadecimal digit at {@code i} is part of; {@code i} if it
     * is part of none.
     */
    public static int escapeEnd(CharSequence text, int i, int from, int to) {
        int start = i;
        while (i - start < 4 && hex(at(text, start - 1, from, to))) {
            start--;
        }
        char mark = at(text, start - 1, from, to);
        int digits = mark == '%' ? 2 : mark == 'u' && at(text, start - 2, from, to) == '\\' ? 4 : 0;
        int end = start + digits;
        return i < end && end <= to && afterEscape(text, end, from) ? end : i;
    }

    /** Lower case of the up to {@code reach} characters before {@code i}. */
    public static String before(CharSequence text, int i, int from, int reach) {
        return text.subSequence(Math.max(from, i - reach), i).toString().toLowerCase(java.util.Locale.ROOT);
    }
}
