package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.digit;

import java.util.List;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * IPv4 addresses with octets up to 255. Loopback (127/8), 0.0.0.0 and the broadcast address name nobody and are left
 * alone, and so is what calls itself a version.
 */
final class Ipv4Rule {
    private static final List<String> VERSIONS = List.of("version", "release", "build", "revision", "ver", "rev", "v");

    private Ipv4Rule() {}

    static int match(DigitGroups groups, String name, Hits hits) {
        if (groups.length(0) > 3 || !opens(groups) || !groups.joined(4, '.')) {
            return -1;
        }
        int start = groups.start(0);
        int end = groups.end(3);
        char after = groups.after(3);
        boolean alone = !Chars.word(after)
                && after != '_'
                && !(after == '.' && digit(Chars.at(groups.text(), end + 1, groups.from(), groups.to())));
        if (!alone || Ipv4.end(groups.text(), start, end) != end || isNobody(groups) || isVersion(groups, name)) {
            return -1;
        }
        hits.add(start, end, PiiType.IP_ADDRESS.ordinal());
        return end;
    }

    private static boolean opens(DigitGroups groups) {
        char before = groups.before(1);
        return !groups.isGlued() && before != '_' && !(before == '.' && digit(groups.before(2)));
    }

    private static int octet(DigitGroups groups, int group) {
        int value = 0;
        for (int i = groups.start(group); i < groups.end(group); i++) {
            value = value * 10 + groups.text().charAt(i) - '0';
        }
        return value;
    }

    private static boolean isNobody(DigitGroups groups) {
        int first = octet(groups, 0);
        int rest = octet(groups, 1) << 16 | octet(groups, 2) << 8 | octet(groups, 3);
        return first == 127 || first == 0 && rest == 0 || first == 255 && rest == 0xFFFFFF;
    }

    private static boolean isVersion(DigitGroups groups, String name) {
        if (name.regionMatches(true, Math.max(0, name.length() - 7), "version", 0, 7)) {
            return true;
        }
        // A product token of a user agent, such as Chrome/120.0.0.0.
        if (groups.before(1) == '/'
                && Chars.letter(groups.before(2))
                && octet(groups, 2) == 0
                && octet(groups, 3) == 0) {
            return true;
        }
        String before = Chars.before(groups.text(), groups.start(0), groups.from(), 14);
        int end = before.length();
        while (end > 0 && " :=\"'".indexOf(before.charAt(end - 1)) >= 0) {
            end--;
        }
        int start = end;
        while (start > 0 && Chars.letter(before.charAt(start - 1))) {
            start--;
        }
        return VERSIONS.contains(before.substring(start, end));
    }
}
