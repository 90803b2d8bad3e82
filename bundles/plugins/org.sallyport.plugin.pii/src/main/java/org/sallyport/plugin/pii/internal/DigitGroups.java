package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.at;
import static org.sallyport.plugin.scan.Chars.digit;

/**
 * Groups of digits with separators between, as in {@code +1 (555) 123-4567} or {@code 4532-0151-1283-0366}. Reads up to
 * {@link #MAX} groups from the first one; a group of more than {@link #LONG} digits ends the reading. Reused within one
 * scan.
 */
final class DigitGroups {
    /** Most groups that mean anything: a phone number. */
    static final int MAX = 8;

    /** Longest group that means anything: a card number. */
    static final int LONG = 19;

    /** Stands for an opening bracket between two groups, whatever is around it. */
    static final char OPEN = '(';

    /** Stands for a closing bracket between two groups, whatever is around it. */
    static final char CLOSE = ')';

    private final int[] starts = new int[MAX];
    private final int[] ends = new int[MAX];
    private final char[] separators = new char[MAX];
    private int size;
    private CharSequence text = "";
    private int from;
    private int to;

    /** Reads the groups from the digit at {@code start}. */
    void read(CharSequence text, int start, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
        size = 0;
        int i = start;
        while (true) {
            starts[size] = i;
            while (i < to && digit(text.charAt(i))) {
                i++;
            }
            ends[size] = i;
            separators[size++] = 0;
            if (size == MAX || length(size - 1) > LONG) {
                return;
            }
            int gap = gap(i);
            if (gap == 0) {
                return;
            }
            separators[size - 1] = kind(i, i + gap);
            i += gap;
        }
    }

    /** Length of a separator that is followed by a digit: one character, or up to three with a bracket; 0 if none is. */
    private int gap(int start) {
        boolean bracket = false;
        for (int i = start; i < start + 3 && i < to; i++) {
            char c = plain(text.charAt(i));
            if (c == 0 || i > start && !bracket && c != OPEN) {
                return 0;
            }
            bracket |= c == OPEN || c == CLOSE;
            if (digit(at(text, i + 1, from, to))) {
                return i + 1 - start;
            }
        }
        return 0;
    }

    private char kind(int start, int end) {
        char kind = plain(text.charAt(start));
        for (int i = start; i < end; i++) {
            char c = plain(text.charAt(i));
            if (c == OPEN || c == CLOSE) {
                kind = c;
            }
        }
        return kind;
    }

    /** Folds the typographic spaces and dashes into the plain ones; 0 for what separates nothing. */
    private static char plain(char c) {
        return switch (c) {
            case ' ', '\u00A0', '\u2007', '\u2009', '\u202F' -> ' ';
            case '-', '\u2010', '\u2011', '\u2012', '\u2013' -> '-';
            case '.', OPEN, CLOSE -> c;
            default -> 0;
        };
    }

    CharSequence text() {
        return text;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    int size() {
        return size;
    }

    int start(int group) {
        return starts[group];
    }

    int end(int group) {
        return ends[group];
    }

    int length(int group) {
        return ends[group] - starts[group];
    }

    /** What stands between this group and the next: a space, dash, dot or bracket. */
    char separator(int group) {
        return separators[group];
    }

    /** The character at an offset from the first group. */
    char before(int distance) {
        return at(text, starts[0] - distance, from, to);
    }

    char after(int group) {
        return at(text, ends[group], from, to);
    }

    /** Whether the first groups have these lengths. */
    boolean shaped(int... lengths) {
        if (size < lengths.length) {
            return false;
        }
        for (int i = 0; i < lengths.length; i++) {
            if (length(i) != lengths[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the same separator stands between the first {@code count} groups. */
    boolean joined(int count, char separator) {
        for (int i = 0; i < count - 1; i++) {
            if (separators[i] != separator) {
                return false;
            }
        }
        return true;
    }
}
