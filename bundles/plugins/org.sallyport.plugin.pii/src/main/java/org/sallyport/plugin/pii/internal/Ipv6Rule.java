package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.at;
import static org.sallyport.plugin.scan.Chars.digit;
import static org.sallyport.plugin.scan.Chars.hex;

import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * IPv6 addresses, full, compressed, or with an IPv4 tail (RFC 4291 section 2.2). The unspecified and the loopback
 * address name nobody and are left alone. Compressed ones hold a digit and either three groups or a first group of
 * three digits, for {@code a::b} is a name in half of all programming languages.
 */
final class Ipv6Rule {
    private static final int MAX_GROUPS = 8;

    private Ipv6Rule() {}

    /** The end of the address whose first colon this is, or -1. Reads at most 60 characters. */
    static int match(CharSequence text, int colon, int from, int to, Hits hits) {
        int start = colon;
        while (start > from
                && colon - start < 5
                && hex(text.charAt(start - 1))
                && !Chars.afterEscape(text, start, from)) {
            start--;
        }
        char before = at(text, start - 1, from, to);
        boolean leading = start == colon;
        if (colon - start > 4
                || Chars.word(before) && !Chars.afterEscape(text, start, from)
                || before == ':'
                || before == '_'
                || leading && at(text, colon + 1, from, to) != ':') {
            return -1;
        }
        int end = addressEnd(text, start, to);
        if (end < 0) {
            return -1;
        }
        hits.add(start, end, PiiType.IP_ADDRESS.ordinal());
        return end;
    }

    private static int addressEnd(CharSequence text, int start, int to) {
        int groups = 0;
        boolean compressed = false;
        boolean digits = false;
        boolean plainOne = true;
        int firstLength = -1;
        int i = start;
        while (groups <= MAX_GROUPS) {
            int groupStart = i;
            while (i - groupStart < 5 && hex(at(text, i, start, to))) {
                char c = text.charAt(i++);
                digits |= digit(c);
                plainOne &= c == '0' || c == '1' && !hex(at(text, i, start, to));
            }
            int length = i - groupStart;
            if (length > 4) {
                return -1;
            }
            if (length > 0 && at(text, i, start, to) == '.' && (compressed || groups == 6)) {
                int tail = Ipv4.end(text, groupStart, to);
                return tail > 0 && groups <= 6 ? tail : -1;
            }
            if (length > 0) {
                groups++;
                firstLength = firstLength < 0 ? length : firstLength;
            } else {
                firstLength = Math.max(firstLength, 0);
            }
            if (at(text, i, start, to) != ':') {
                break;
            }
            if (at(text, i + 1, start, to) == ':') {
                if (compressed) {
                    return -1;
                }
                compressed = true;
                i += 2;
            } else if (!hex(at(text, i + 1, start, to))) {
                // A colon that ends a clause.
                break;
            } else {
                i++;
            }
        }
        char after = at(text, i, start, to);
        boolean ends = !Chars.word(after) && after != '_' && !(after == ':' && at(text, i + 1, start, to) == ':');
        if (!ends || (compressed ? groups > 7 || !digits : groups != MAX_GROUPS)) {
            return -1;
        }
        boolean nobody = compressed && plainOne;
        boolean clear = !compressed || groups >= 3 || firstLength >= 3 && groups > 0 || firstLength == 0 && groups > 1;
        return clear && !nobody ? i : -1;
    }
}
