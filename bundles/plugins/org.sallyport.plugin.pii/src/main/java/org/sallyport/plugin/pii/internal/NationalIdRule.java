package org.sallyport.plugin.pii.internal;

import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * US social security and taxpayer numbers with dashes, Canadian social insurance numbers in groups of three, British
 * national insurance numbers. Nine digits in a row are no proof of anything and are left alone.
 */
final class NationalIdRule {
    private static final int[] AMERICAN = {3, 2, 4};
    private static final int[] THREES = {3, 3, 3};
    private static final int[] PAIRS = {2, 2, 2};

    private NationalIdRule() {}

    static int match(DigitGroups groups, String name, Hits hits) {
        int end = british(groups, hits);
        if (end > 0 || !Edges.opens(groups)) {
            return end;
        }
        if (isAmerican(groups, name) && Edges.closes(groups, 2)
                || isCanadian(groups, name) && Edges.closes(groups, 2)) {
            hits.add(groups.start(0), groups.end(2), PiiType.NATIONAL_ID.ordinal());
            return groups.end(2);
        }
        return -1;
    }

    /** Areas 000 and 666, group 00 and serial 0000 were never given out; 9xx are taxpayer numbers. */
    private static boolean isAmerican(DigitGroups groups, String name) {
        if (!groups.shaped(AMERICAN)) {
            return false;
        }
        boolean dashes = groups.joined(3, '-');
        boolean named =
                !dashes && (groups.joined(3, ' ') || groups.joined(3, '.')) && Context.saysNationalId(groups, name);
        return (dashes || named)
                && !same(groups, 0, "000")
                && !same(groups, 0, "666")
                && !same(groups, 1, "00")
                && !same(groups, 2, "0000");
    }

    /** Three groups of three are also how thousands are written, so spaces need the check digit, or a word before. */
    private static boolean isCanadian(DigitGroups groups, String name) {
        if (!groups.shaped(THREES) || groups.separator(2) == groups.separator(0)) {
            return false;
        }
        boolean dashes = groups.joined(3, '-');
        return dashes || groups.joined(3, ' ') && (isChecked(groups) || Context.saysNationalId(groups, name));
    }

    private static boolean isChecked(DigitGroups groups) {
        byte[] digits = new byte[9];
        int length = 0;
        for (int group = 0; group < 3; group++) {
            for (int i = groups.start(group); i < groups.end(group); i++) {
                digits[length++] = (byte) (groups.text().charAt(i) - '0');
            }
        }
        return digits[0] != 0 && CardRule.luhn(digits, length);
    }

    /** Two letters, six digits (in a row or in pairs), a letter from A to D. QQ only stands in examples, but in many. */
    private static int british(DigitGroups groups, Hits hits) {
        int last = groups.length(0) == 6 ? 0 : groups.shaped(PAIRS) && evenly(groups) ? 2 : -1;
        if (last < 0) {
            return -1;
        }
        char gap = groups.before(1);
        int shift = gap == ' ' || gap == '-' ? 1 : 0;
        char first = groups.before(2 + shift);
        char second = groups.before(1 + shift);
        int suffix = groups.end(last);
        char next = groups.after(last);
        if (next == ' ' || next == '-') {
            suffix++;
        }
        char letter = Chars.at(groups.text(), suffix, groups.from(), groups.to());
        char after = Chars.at(groups.text(), suffix + 1, groups.from(), groups.to());
        if (!isPrefix(first, second)
                || Chars.word(groups.before(3 + shift))
                        && !Chars.afterEscape(groups.text(), groups.start(0) - 2 - shift, groups.from())
                || letter < 'A'
                || letter > 'D'
                || Chars.word(after)
                || after == '_') {
            return -1;
        }
        hits.add(groups.start(0) - 2 - shift, suffix + 1, PiiType.NATIONAL_ID.ordinal());
        return suffix + 1;
    }

    private static boolean evenly(DigitGroups groups) {
        return groups.joined(3, ' ') || groups.joined(3, '-');
    }

    private static boolean isPrefix(char first, char second) {
        if (first < 'A' || first > 'Z' || second < 'A' || second > 'Z') {
            return false;
        }
        String both = "" + first + second;
        return both.equals("QQ")
                || "DFIQUV".indexOf(first) < 0
                        && "DFIOQUV".indexOf(second) < 0
                        && !"BG GB NK KN TN NT ZZ".contains(both);
    }

    private static boolean same(DigitGroups groups, int group, String digits) {
        return Chars.startsWith(groups.text(), groups.start(group), groups.end(group), digits);
    }
}
