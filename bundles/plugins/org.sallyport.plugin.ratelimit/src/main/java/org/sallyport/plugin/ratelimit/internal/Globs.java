package org.sallyport.plugin.ratelimit.internal;

import java.util.List;

/**
 * Patterns in which {@code *} stands for any characters. Linear in text times stars, without backtracking beyond the last star. Immutable.
 */
record Globs(List<String> patterns) {
    /** Matches everything. */
    static final Globs ANY = of(List.of("*"));

    static Globs of(List<String> patterns) {
        return new Globs(List.copyOf(patterns));
    }

    boolean matches(String text) {
        for (String pattern : patterns) {
            if (matches(pattern, text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int from = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                from = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++from;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
