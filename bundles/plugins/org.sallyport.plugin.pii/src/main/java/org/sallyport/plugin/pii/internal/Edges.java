package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.digit;

import org.sallyport.plugin.scan.Chars;

/** Whether groups of digits stand alone or are part of something longer. */
final class Edges {
    private Edges() {}

    /** Nothing before the first group that would make it the tail of a longer number or word. */
    static boolean opens(DigitGroups groups) {
        char before = groups.before(1);
        if (groups.isGlued()) {
            return false;
        }
        return !(before == '-' || before == '.') || !digit(groups.before(2));
    }

    /** Nothing after a group that would make it the head of a longer number or word. */
    static boolean closes(DigitGroups groups, int last) {
        char after = groups.after(last);
        if (Chars.word(after) || after == '_') {
            return false;
        }
        return !(after == '-' || after == '.')
                || !digit(Chars.at(groups.text(), groups.end(last) + 1, groups.from(), groups.to()));
    }
}
