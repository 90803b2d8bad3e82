package org.sallyport.config.internal.settings;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression from a stranger's schema. The JDK's matcher backtracks, so its work is counted in characters
 * looked at; a pattern that needs more than {@value #MAX_LOOKS} of them for one value is given up. Thread-safe.
 */
final class BoundedPattern {
    /** Most characters looked at in one match; a sane pattern needs a few for each character of the value. */
    static final int MAX_LOOKS = 1_000_000;

    /** Longest pattern. */
    static final int MAX_LENGTH = 2_000;

    /** Thrown out of the matcher, through the validator, to whoever asked. */
    static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GivenUp(String message) {
            super(message, null, false, false);
        }
    }

    private final Pattern pattern;

    BoundedPattern(String pattern) {
        if (pattern.length() > MAX_LENGTH) {
            throw new GivenUp("The schema has a pattern of more than [" + MAX_LENGTH + "] characters");
        }
        try {
            this.pattern = Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException | StackOverflowError e) {
            throw new GivenUp("The schema's pattern [" + pattern + "] is not a regular expression");
        }
    }

    /** Whether the pattern occurs in the value: JSON Schema's patterns are not anchored. */
    boolean occursIn(String value) {
        try {
            return pattern.matcher(new Counted(value, new int[1])).find();
        } catch (StackOverflowError e) {
            throw new GivenUp("The schema's pattern [" + pattern + "] is too deep for the value it was matched with");
        }
    }

    private final class Counted implements CharSequence {
        private final CharSequence text;
        private final int[] looks;

        Counted(CharSequence text, int[] looks) {
            this.text = text;
            this.looks = looks;
        }

        @Override
        public char charAt(int index) {
            if (++looks[0] > MAX_LOOKS) {
                throw new GivenUp("The schema's pattern [" + pattern + "] takes too long for the value it was matched"
                        + " with; the plugin's author has to simplify it");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), looks);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
