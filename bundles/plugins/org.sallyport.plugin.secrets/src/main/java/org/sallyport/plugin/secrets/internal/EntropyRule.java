package org.sallyport.plugin.secrets.internal;

import java.util.Arrays;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * Tokens whose characters are spread more evenly than language does: Shannon entropy in bits per character over the
 * whole token, however long it is. {@code NAME=value} is weighed as a whole and by its value. Immutable.
 */
final class EntropyRule {
    private final double threshold;
    private final int minLength;

    /**
     * @param threshold bits per character from which a token counts; 4 is hexadecimal, 6 is perfect base64
     * @param minLength shortest token in characters
     */
    EntropyRule(double threshold, int minLength) {
        this.threshold = threshold;
        this.minLength = minLength;
    }

    /** Shortest token in characters. */
    int shortest() {
        return minLength;
    }

    private static boolean isToken(char c) {
        return Chars.alnum(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '-';
    }

    void scan(CharSequence text, int from, int to, Hits hits) {
        int named = hits.size();
        int[] counts = null;
        for (int i = from; i < to; ) {
            // Looking one length ahead skips most text without reading it.
            int start = i;
            int ahead = Math.min(start + minLength, to) - 1;
            while (ahead >= start && isToken(text.charAt(ahead))) {
                ahead--;
            }
            if (ahead >= start) {
                i = ahead + 1;
                continue;
            }
            int end = start;
            int value = start;
            while (end < to && isToken(text.charAt(end))) {
                if (text.charAt(end) == '=' && value == start && end + 1 < to && isValue(text.charAt(end + 1))) {
                    value = end + 1;
                }
                end++;
            }
            if (end - start >= minLength) {
                counts = counts == null ? new int[128] : counts;
                if (isRandom(text, start, end, counts) || value > start && isRandom(text, value, end, counts)) {
                    addUnlessNamed(hits, named, value, end);
                }
            }
            i = end;
        }
    }

    private static boolean isValue(char c) {
        return Chars.alnum(c) || c == '+' || c == '/';
    }

    /** A token that another rule already named is not reported twice. */
    private static void addUnlessNamed(Hits hits, int named, int start, int end) {
        for (int low = 0, high = named; low < high; ) {
            int middle = (low + high) >>> 1;
            if (hits.end(middle) <= start) {
                low = middle + 1;
            } else if (hits.start(middle) >= end) {
                high = middle;
            } else {
                return;
            }
        }
        hits.add(start, end, SecretType.ENTROPY_BASED.ordinal());
    }

    private boolean isRandom(CharSequence text, int start, int end, int[] counts) {
        int length = end - start;
        if (length < minLength) {
            return false;
        }
        Arrays.fill(counts, 0);
        for (int i = start; i < end; i++) {
            counts[text.charAt(i)]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                bits -= count * Math.log((double) count / length);
            }
        }
        return bits / length / Math.log(2) >= threshold;
    }
}
