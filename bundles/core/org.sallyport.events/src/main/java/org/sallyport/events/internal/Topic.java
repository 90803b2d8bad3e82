package org.sallyport.events.internal;

/**
 * The form of topics and patterns: 1 to {@value #MAX_WORDS} words joined by slashes, each of 1 to {@value #MAX_WORD}
 * letters, digits, dots, dashes or underscores, together at most {@value #MAX_LENGTH} characters. A pattern may end in
 * {@value #BELOW} to take all below.
 */
final class Topic {
    static final int MAX_WORDS = 16;
    static final int MAX_WORD = 128;
    static final int MAX_LENGTH = 512;

    /** How a pattern ends that takes all below. */
    static final String BELOW = "/*";

    private Topic() {}

    /** The topic, if it has that form. */
    static String checked(String topic) {
        if (!isTopic(topic)) {
            throw new IllegalArgumentException("Topic [" + shown(topic) + "] is not valid: use 1 to " + MAX_WORDS
                    + " words of letters, digits or ._- joined by slashes, at most " + MAX_LENGTH + " characters");
        }
        return topic;
    }

    /** The pattern, if it has that form. */
    static String checkedPattern(String pattern) {
        String topic = isBelow(pattern) ? above(pattern) : pattern;
        if (!isTopic(topic)) {
            throw new IllegalArgumentException("Pattern [" + shown(pattern) + "] is not valid: use a topic such as"
                    + " [sallyport/plugin/installed], or one that ends in [" + BELOW + "] to take all below");
        }
        return pattern;
    }

    /** Whether a pattern takes all below rather than one topic. */
    static boolean isBelow(String pattern) {
        return pattern.endsWith(BELOW);
    }

    /** What is before the end of a pattern that takes all below. */
    static String above(String pattern) {
        return pattern.substring(0, pattern.length() - BELOW.length());
    }

    private static boolean isTopic(String topic) {
        if (topic.isEmpty() || topic.length() > MAX_LENGTH) {
            return false;
        }
        int words = 1;
        int word = 0;
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            if (c == '/') {
                if (word == 0) {
                    return false;
                }
                words++;
                word = 0;
            } else if (isAllowed(c)) {
                word++;
            } else {
                return false;
            }
            if (word > MAX_WORD || words > MAX_WORDS) {
                return false;
            }
        }
        return word > 0;
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
