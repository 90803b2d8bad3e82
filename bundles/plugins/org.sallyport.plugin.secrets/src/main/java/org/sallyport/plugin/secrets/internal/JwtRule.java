package org.sallyport.plugin.secrets.internal;

import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * JSON Web Tokens in compact form (RFC 7515 section 7.1, RFC 7516 section 7.1): an encoded header, which starts with
 * {@code eyJ} because JSON starts with a brace and a quote mark, and two or four more parts. Used within one scan.
 */
final class JwtRule {
    private static final int LEAST_HEADER = 10;
    private static final int LEAST_BODY = 4;
    private static final int MOST_PARTS = 5;

    /** Up to here the symbols run on without a dot, so a start within them is no better than the one that failed. */
    private int hopelessTo;

    /** Cheap first look at the capital J. */
    static boolean mayStart(CharSequence text, int i, int from) {
        return i - 2 >= from && text.charAt(i - 1) == 'y' && text.charAt(i - 2) == 'e';
    }

    /** The end of the token whose {@code eyJ} has its J here, or -1. */
    int match(CharSequence text, int i, int from, int to, Hits hits) {
        int start = i - 2;
        if (start < hopelessTo || !Tokens.opens(text, start, from)) {
            return -1;
        }
        int end = Tokens.end(text, start, to);
        if (Chars.at(text, end, from, to) != '.') {
            hopelessTo = end;
            return -1;
        }
        if (end - start < LEAST_HEADER) {
            return -1;
        }
        int body = end + 1;
        int bodyEnd = Tokens.end(text, body, to);
        if (bodyEnd - body < LEAST_BODY && bodyEnd != body || Chars.at(text, bodyEnd, from, to) != '.') {
            hopelessTo = bodyEnd;
            return -1;
        }
        int parts = 2;
        int last = bodyEnd;
        while (parts < MOST_PARTS && Chars.at(text, last, from, to) == '.') {
            int next = Tokens.end(text, last + 1, to);
            if (next == last + 1 && parts > 2) {
                break;
            }
            last = next;
            parts++;
        }
        hits.add(start, last, SecretType.JWT_TOKENS.ordinal());
        return last;
    }
}
