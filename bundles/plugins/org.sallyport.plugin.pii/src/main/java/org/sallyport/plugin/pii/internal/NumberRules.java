package org.sallyport.plugin.pii.internal;

import java.util.Arrays;
import java.util.Set;
import org.sallyport.plugin.scan.Hits;

/**
 * Tries the kinds of number one after the other on the groups of digits at hand; each reads a bounded stretch. Most
 * numbers cannot be any of them by the length of their first group.
 */
final class NumberRules {
    private static final int CARD = 1;
    private static final int ADDRESS = 2;
    private static final int ID = 4;
    private static final int PHONE = 8;

    /** Every kind. */
    static final int ALL = CARD | ADDRESS | ID | PHONE;

    /** A group of up to so many digits is nothing without another. */
    private static final int LONGEST_PART = 4;

    /** What can begin with a group of so many digits. A phone number with a plus sign can begin with any. */
    private static final int[] KINDS = new int[DigitGroups.LONG + 1];

    static {
        KINDS[1] = ADDRESS | PHONE;
        KINDS[2] = ADDRESS | ID;
        KINDS[3] = ADDRESS | ID | PHONE;
        KINDS[4] = CARD;
        KINDS[6] = ID;
        KINDS[10] = PHONE;
        KINDS[11] = PHONE;
        Arrays.fill(KINDS, 13, DigitGroups.LONG + 1, CARD);
    }

    private final int wanted;

    NumberRules(Set<PiiType> types) {
        wanted = (types.contains(PiiType.CREDIT_CARD) ? CARD : 0)
                | (types.contains(PiiType.IP_ADDRESS) ? ADDRESS : 0)
                | (types.contains(PiiType.NATIONAL_ID) ? ID : 0)
                | (types.contains(PiiType.PHONE) ? PHONE : 0);
    }

    /** The end of what was found at the first group, or -1. */
    int match(DigitGroups groups, String name, Hits hits) {
        return match(wanted & kinds(groups), groups, name, hits);
    }

    private static int kinds(DigitGroups groups) {
        char before = groups.before(1);
        if (before == '+') {
            return ALL;
        }
        int length = groups.length(0);
        if (length > DigitGroups.LONG || length <= LONGEST_PART && !DigitGroups.separates(groups.after(0))) {
            return 0;
        }
        int kinds = KINDS[length];
        // Within a word only a British id can begin, whose two letters stand before its digits.
        return groups.isGlued() ? kinds & ID : kinds;
    }

    /** The same, trying these kinds alone. */
    static int match(int kinds, DigitGroups groups, String name, Hits hits) {
        int end = -1;
        if ((kinds & CARD) != 0) {
            end = CardRule.match(groups, hits);
        }
        if (end < 0 && (kinds & ADDRESS) != 0) {
            end = Ipv4Rule.match(groups, name, hits);
        }
        if (end < 0 && (kinds & ID) != 0) {
            end = NationalIdRule.match(groups, name, hits);
        }
        if (end < 0 && (kinds & PHONE) != 0) {
            end = PhoneRule.match(groups, name, hits);
        }
        return end;
    }
}
