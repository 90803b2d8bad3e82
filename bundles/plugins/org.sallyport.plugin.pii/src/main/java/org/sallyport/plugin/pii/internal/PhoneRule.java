package org.sallyport.plugin.pii.internal;

import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * North American numbers in their usual spellings, and international ones with a plus sign (ITU-T E.164). Ten digits in
 * a row may be anything, so they need a word such as "phone" before them or as the member's name.
 */
final class PhoneRule {
    private static final int LEAST_INTERNATIONAL = 9;
    private static final int MOST_INTERNATIONAL = 15;

    private static final int[] NATIONAL = {3, 3, 4};
    private static final int[] WITH_ONE = {1, 3, 3, 4};
    private static final int[] TWO_GROUPS = {3, 7};

    private PhoneRule() {}

    static int match(DigitGroups groups, String name, Hits hits) {
        boolean plus = groups.before(1) == '+';
        int last = -1;
        if (plus
                && (!Chars.word(groups.before(2))
                        || Chars.afterEscape(groups.text(), groups.start(0) - 1, groups.from()))) {
            last = international(groups);
        } else if (!plus && opens(groups)) {
            last = national(groups, name);
        }
        if (last < 0) {
            return -1;
        }
        boolean bracket = groups.before(1) == DigitGroups.OPEN && groups.separator(0) == DigitGroups.CLOSE;
        hits.add(groups.start(0) - (plus || bracket ? 1 : 0), groups.end(last), PiiType.PHONE.ordinal());
        return groups.end(last);
    }

    private static boolean opens(DigitGroups groups) {
        return Edges.opens(groups) && groups.before(1) != '_';
    }

    /** An extension may follow, as in {@code 555-123-4567x12}. */
    private static boolean closes(DigitGroups groups, int last) {
        return Edges.closes(groups, last)
                || groups.after(last) == 'x'
                        && Chars.digit(Chars.at(groups.text(), groups.end(last) + 1, groups.from(), groups.to()));
    }

    /** The last group of the number, or -1. */
    private static int national(DigitGroups groups, String name) {
        if (groups.shaped(NATIONAL)) {
            return closes(groups, 2) && spelled(groups, 0, name) ? 2 : -1;
        }
        if (groups.shaped(WITH_ONE) && Chars.startsWith(groups.text(), groups.start(0), groups.end(0), "1")) {
            return closes(groups, 3) && spelled(groups, 1, name) ? 3 : -1;
        }
        boolean row = groups.length(0) == 10
                || groups.length(0) == 11 && groups.text().charAt(groups.start(0)) == '1'
                || groups.shaped(TWO_GROUPS);
        int last = groups.length(0) == 3 ? 1 : 0;
        return row && closes(groups, last) && Context.saysPhone(groups, name) ? last : -1;
    }

    /**
     * Dashes, dots and brackets tell; spaces need a plausible area code and exchange, or a word before. A dash after a dot
     * needs the word, for clauses of law are numbered so.
     */
    private static boolean spelled(DigitGroups groups, int area, String name) {
        char first = groups.separator(area);
        char second = groups.separator(area + 1);
        if (second == DigitGroups.OPEN || second == DigitGroups.CLOSE || first == DigitGroups.OPEN) {
            return false;
        }
        if (first == DigitGroups.CLOSE) {
            return area > 0 || groups.before(1) == DigitGroups.OPEN;
        }
        if (first != ' ' && first == second) {
            return true;
        }
        boolean spaced = first == ' ' || second == ' ';
        return spaced && assigned(groups, area) && assigned(groups, area + 1) || Context.saysPhone(groups, name);
    }

    private static boolean assigned(DigitGroups groups, int group) {
        return groups.text().charAt(groups.start(group)) >= '2';
    }

    private static int international(DigitGroups groups) {
        if (groups.text().charAt(groups.start(0)) == '0') {
            return -1;
        }
        int last = -1;
        int digits = 0;
        for (int i = 0; groups.has(i); i++) {
            digits += groups.length(i);
            if (digits > MOST_INTERNATIONAL) {
                break;
            }
            if (digits >= LEAST_INTERNATIONAL && Edges.closes(groups, i)) {
                last = i;
            }
        }
        return last;
    }
}
