package org.sallyport.plugin.pii.internal;

import org.sallyport.plugin.scan.Hits;

/**
 * Payment card numbers (ISO/IEC 7812): issuer ranges of Visa, Mastercard, American Express, Discover and JCB, written
 * plainly or in the usual groups, with a valid Luhn digit.
 */
final class CardRule {
    private static final int[][] SHAPES = {{4, 4, 4, 4, 3}, {4, 4, 4, 4}, {4, 6, 5}, {4, 6, 4}, {4, 4, 4, 1}};

    private CardRule() {}

    static int match(DigitGroups groups, Hits hits) {
        if (!Edges.opens(groups)) {
            return -1;
        }
        if (groups.length(0) >= 13) {
            return groups.length(0) <= DigitGroups.LONG ? tried(groups, 1, hits) : -1;
        }
        if (groups.length(0) != 4) {
            return -1;
        }
        for (int[] shape : SHAPES) {
            if (groups.shaped(shape) && sameSeparator(groups, shape.length)) {
                int end = tried(groups, shape.length, hits);
                if (end > 0) {
                    return end;
                }
            }
        }
        return -1;
    }

    private static boolean sameSeparator(DigitGroups groups, int count) {
        char separator = groups.separator(0);
        return (separator == ' ' || separator == '-' || separator == '.') && groups.joined(count, separator);
    }

    private static int tried(DigitGroups groups, int count, Hits hits) {
        if (!Edges.closes(groups, count - 1)) {
            return -1;
        }
        byte[] digits = new byte[DigitGroups.LONG];
        int length = 0;
        for (int i = groups.start(0); i < groups.end(count - 1); i++) {
            char c = groups.text().charAt(i);
            if (c >= '0' && c <= '9') {
                digits[length++] = (byte) (c - '0');
            }
        }
        if (!issued(digits, length) || !luhn(digits, length)) {
            return -1;
        }
        hits.add(groups.start(0), groups.end(count - 1), PiiType.CREDIT_CARD.ordinal());
        return groups.end(count - 1);
    }

    private static boolean issued(byte[] digits, int length) {
        int four = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
        int two = four / 100;
        if (digits[0] == 4) {
            return length == 13 || length == 16 || length == 19;
        } else if (two == 34 || two == 37) {
            return length == 15;
        }
        return length == 16
                && (two >= 51 && two <= 55
                        || four >= 2221 && four <= 2720
                        || four == 6011
                        || two == 65
                        || four >= 6440 && four <= 6499
                        || four >= 6221 && four <= 6229
                        || four >= 3528 && four <= 3589);
    }

    /** The check digit of ISO/IEC 7812-1 annex B. */
    static boolean luhn(byte[] digits, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int digit = digits[length - 1 - i];
            int doubled = digit * 2;
            sum += (i & 1) == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }
}
