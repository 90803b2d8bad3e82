package org.sallyport.plugin.secrets.internal;

import org.sallyport.plugin.scan.Chars;

/** Runs of characters that tokens are made of. */
final class Tokens {
    private Tokens() {}

    /** A character of a URL-safe token. */
    static boolean symbol(char c) {
        return Chars.alnum(c) || c == '_' || c == '-';
    }

    /** End of the run of URL-safe symbols that starts here. */
    static int end(CharSequence text, int start, int to) {
        int i = start;
        while (i < to && symbol(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** End of the run of letters, digits and underscores that starts here. */
    static int wordEnd(CharSequence text, int start, int to) {
        int i = start;
        while (i < to && (Chars.alnum(text.charAt(i)) || text.charAt(i) == '_')) {
            i++;
        }
        return i;
    }

    /** Whether the next {@code count} characters are letters and digits. */
    static boolean alnums(CharSequence text, int start, int to, int count) {
        if (start + count > to) {
            return false;
        }
        for (int i = start; i < start + count; i++) {
            if (!Chars.alnum(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the next {@code count} characters are URL-safe symbols with a digit among them. */
    static boolean symbolsWithDigit(CharSequence text, int start, int to, int count) {
        if (start + count > to) {
            return false;
        }
        boolean digit = false;
        for (int i = start; i < start + count; i++) {
            char c = text.charAt(i);
            if (!symbol(c)) {
                return false;
            }
            digit |= Chars.digit(c);
        }
        return digit;
    }

    /** Whether nothing before {@code start} makes it the middle of a word. */
    static boolean opens(CharSequence text, int start, int from) {
        return start >= from && (start == from || !Chars.alnum(text.charAt(start - 1)));
    }
}
