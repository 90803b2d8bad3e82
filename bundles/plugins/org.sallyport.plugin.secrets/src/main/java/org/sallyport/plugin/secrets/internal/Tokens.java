package org.sallyport.plugin.secrets.internal;

import org.sallyport.plugin.scan.Chars;

/** Runs of characters that tokens are made of. */
final class Tokens {
    /** Symbols within which a key shows that it is not made of words. A bound, so that starts which fail share no long walk. */
    private static final int MIXED_BY = 64;

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

    /** Whether the next {@code count} characters are URL-safe symbols. */
    static boolean symbols(CharSequence text, int start, int to, int count) {
        if (start + count > to) {
            return false;
        }
        for (int i = start; i < start + count; i++) {
            if (!symbol(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the next {@code count} characters are URL-safe symbols with a digit among them. */
    static boolean symbolsWithDigit(CharSequence text, int start, int to, int count) {
        if (!symbols(text, start, to, count)) {
            return false;
        }
        for (int i = start; i < start + count; i++) {
            if (Chars.digit(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the run of URL-safe symbols that starts here has a digit or a capital among its first {@value #MIXED_BY}. */
    static boolean isMixed(CharSequence text, int start, int to) {
        for (int i = start; i < to && i - start < MIXED_BY && symbol(text.charAt(i)); i++) {
            char c = text.charAt(i);
            if (Chars.digit(c) || c >= 'A' && c <= 'Z') {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing before {@code start} makes it the middle of a word. */
    static boolean opens(CharSequence text, int start, int from) {
        return start >= from
                && (start == from || !Chars.alnum(text.charAt(start - 1)) || Chars.afterEscape(text, start, from));
    }
}
