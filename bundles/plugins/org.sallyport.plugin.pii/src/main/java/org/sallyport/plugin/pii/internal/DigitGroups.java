package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.at;
import static org.sallyport.plugin.scan.Chars.digit;

import org.sallyport.plugin.scan.Chars;

/**
 * Groups of digits with separators between, as in {@code +1 (555) 123-4567} or {@code 4532-0151-1283-0366}. Up to
 * {@link #MAX} groups from the first one, each read when it is first asked for; one of more than {@link #LONG} digits is
 * the last. Reused within one scan.
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

    private static final char UNREAD = 1;

    private final int[] starts = new int[MAX];
    private final int[] ends = new int[MAX];
    private final char[] separators = new char[MAX];
    private int size;
    private CharSequence text = "";
    private int from;
    private int to;

    /** Reads the first group, whose first digit is at {@code start}. */
    void read(CharSequence text, int start, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
        size = 0;
        group(start);
    }

    private void group(int start) {
        int i = start;
        while (i < to && digit(text.charAt(i))) {
            i++;
        }
        starts[size] = start;
        ends[size] = i;
        separators[size++] = UNREAD;
    }

    /** Whether there is such a group. */
    boolean has(int group) {
        while (size <= group && separator(size - 1) != 0) {
            // Asking for the separator reads the group after it.
        }
        return group < size;
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

    /** Reads the separator after the last group, and the next group if there is one. */
    private char following() {
        int last = size - 1;
        int end = ends[last];
        int gap = size == MAX || length(last) > LONG ? 0 : gap(end);
        separators[last] = gap == 0 ? 0 : kind(end, end + gap);
        if (gap > 0) {
            group(end + gap);
        }
        return separators[last];
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

    /** Whether a separator may begin with this character. */
    static boolean separates(char c) {
        return plain(c) != 0;
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

    int start(int group) {
        return starts[group];
    }

    int end(int group) {
        return ends[group];
    }

    int length(int group) {
        return ends[group] - starts[group];
    }

    /** What stands between this group and the next: a space, dash, dot or bracket; 0 if this is the last. */
    char separator(int group) {
        char known = separators[group];
        return known == UNREAD ? following() : known;
    }

    /** The character at an offset from the first group. */
    char before(int distance) {
        return at(text, starts[0] - distance, from, to);
    }

    /** Whether a letter or digit that is no end of an escape stands before the first group. */
    boolean isGlued() {
        return Chars.word(before(1)) && !Chars.afterEscape(text, starts[0], from);
    }

    char after(int group) {
        return at(text, ends[group], from, to);
    }

    /** Whether the first groups have these lengths. */
    boolean shaped(int... lengths) {
        for (int i = 0; i < lengths.length; i++) {
            if (!has(i) || length(i) != lengths[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether there are as many groups, with the same separator between. */
    boolean joined(int count, char separator) {
        for (int i = 0; i < count - 1; i++) {
            if (!has(i) || separator(i) != separator) {
                return false;
            }
        }
        return true;
    }
}
