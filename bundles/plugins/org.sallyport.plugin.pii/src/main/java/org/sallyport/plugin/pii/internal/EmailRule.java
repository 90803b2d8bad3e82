package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.at;
import static org.sallyport.plugin.scan.Chars.letter;
import static org.sallyport.plugin.scan.Chars.word;

import java.util.Set;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * E-mail addresses as people write them: a dot-atom, an at sign, a domain of two labels or more (RFC 5322 section
 * 3.4.1, without quoted local parts and address literals). The at sign may be written {@code %40}, as in a URL. Neither
 * side can hold an at sign, so no character is read for more than two of them.
 */
final class EmailRule {
    /** File names such as {@code icon@2x.png} look like addresses. */
    private static final Set<String> PICTURES = Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico");

    private EmailRule() {}

    /** The at sign within a URL. */
    static final String ENCODED_SIGN = "%40";

    /**
     * The end of the address around the at sign, or -1.
     *
     * @param signEnd where the sign ends
     */
    static int match(CharSequence text, int sign, int signEnd, int from, int to, Hits hits) {
        int start = localStart(text, sign, from);
        while (start < sign && !word(text.charAt(start)) && text.charAt(start) != '_') {
            start++;
        }
        if (start == sign || text.charAt(sign - 1) == '.') {
            return -1;
        }
        int end = domainEnd(text, signEnd, to);
        if (end < 0 || isGitRemote(text, start, sign, end, to) || isScaledPicture(text, signEnd - 1, end)) {
            return -1;
        }
        hits.add(start, end, PiiType.EMAIL.ordinal());
        return end;
    }

    /** Where the local part may begin: after the last escape, for its letters are none of the name's. */
    private static int localStart(CharSequence text, int sign, int from) {
        int start = sign;
        char mark = 0;
        while (start > from) {
            mark = text.charAt(start - 1);
            if (mark == '%' && Chars.afterEscape(text, Math.min(start + 2, sign), from) || !isLocal(mark)) {
                break;
            }
            start--;
        }
        int reach = mark == '%' ? 2 : mark == '\\' ? 5 : 0;
        for (int end = Math.min(start + reach, sign); end > start; end--) {
            if (Chars.afterEscape(text, end, from)) {
                return end;
            }
        }
        return start;
    }

    private static boolean isLocal(char c) {
        return word(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\'';
    }

    /** End of the longest domain whose last label could be a top-level one, or -1. */
    private static int domainEnd(CharSequence text, int start, int to) {
        int end = -1;
        int labels = 0;
        int label = start;
        for (int i = start; ; i++) {
            char c = at(text, i, start, to);
            if (word(c) || c == '-') {
                continue;
            }
            if (i == label || text.charAt(label) == '-') {
                return end;
            }
            labels++;
            if (labels > 1 && isTopLevel(text, label, i)) {
                end = i;
            }
            if (c != '.') {
                return end;
            }
            label = i + 1;
        }
    }

    private static boolean isTopLevel(CharSequence text, int start, int end) {
        // No label has more than 63 letters, but an address may have run into what follows it.
        if (end - start < 2) {
            return false;
        }
        if (Chars.startsWith(text, start, end, "xn--")) {
            return true;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!letter(c) && !(c >= 128 && Character.isLetter(c))) {
                return false;
            }
        }
        return true;
    }

    /** {@code git@host.example:path} names a repository, not a person. */
    private static boolean isGitRemote(CharSequence text, int start, int sign, int end, int to) {
        char after = at(text, end, 0, to);
        return sign - start == 3 && Chars.startsWith(text, start, sign, "git") && (after == ':' || after == '/');
    }

    private static boolean isScaledPicture(CharSequence text, int sign, int end) {
        if (end - sign > 9 || !Chars.digit(text.charAt(sign + 1)) || text.charAt(sign + 2) != 'x') {
            return false;
        }
        return PICTURES.contains(text.subSequence(Math.min(sign + 4, end), end).toString());
    }
}
