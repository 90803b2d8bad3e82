package org.sallyport.spi.config;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds the known name that somebody probably meant. Bounded: at most {@value #MAX_KNOWN} names of at most
 * {@value #MAX_LENGTH} characters are looked at, whatever a stranger's file or schema holds.
 */
public final class NearestName {
    static final int MAX_KNOWN = 1_000;
    static final int MAX_LENGTH = 100;

    private NearestName() {}

    /** The name with the fewest changed, swapped, missing or surplus characters: at most one in three. */
    public static Optional<String> of(String name, Collection<String> known) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, name.length() / 3) + 1;
        int looked = 0;
        for (String candidate : known) {
            if (++looked > MAX_KNOWN) {
                break;
            }
            if (candidate.length() > MAX_LENGTH || Math.abs(candidate.length() - name.length()) >= bestDistance) {
                continue;
            }
            int distance =
                    distance(name.toLowerCase(java.util.Locale.ROOT), candidate.toLowerCase(java.util.Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** A half sentence to append to a message; empty if nothing is like the name. */
    public static String hint(String name, Collection<String> known) {
        return of(name, known).map(near -> "; did you mean [" + near + "]?").orElse("");
    }

    /** Optimal string alignment distance. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] now = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(change, Math.min(last[j], now[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    now[j] = Math.min(now[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = now;
            now = free;
        }
        return last[b.length()];
    }
}
