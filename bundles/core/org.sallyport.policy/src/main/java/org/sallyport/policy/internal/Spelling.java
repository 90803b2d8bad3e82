package org.sallyport.policy.internal;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was meant. */
final class Spelling {
    /** Longest name that is looked at; the work grows with its square. */
    private static final int MAX_LENGTH = 200;

    private Spelling() {}

    /** The name that takes the fewest edits, at most a third of its length; the first of equals. */
    static Optional<String> nearest(String typed, Collection<String> names) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String name : names) {
            if (name.length() <= MAX_LENGTH && typed.length() <= MAX_LENGTH) {
                int edits = distance(typed, name);
                if (edits < least && edits <= Math.max(1, name.length() / 3)) {
                    best = name;
                    least = edits;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
