package org.sallyport.config.internal.imports;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Gives servers names that tools can be prefixed with: {@code ^[a-z][a-z0-9_-]*$} without {@code __}, at most
 * {@value #MAX_LENGTH} characters, each once. Not thread-safe.
 */
final class ServerNames {
    static final int MAX_LENGTH = 60;

    private final Set<String> taken = new HashSet<>();

    /** A name that is like this one, or this one if it is right and free. */
    String of(String name) {
        String clean = cleaned(name);
        String unique = clean;
        for (int n = 2; !taken.add(unique); n++) {
            unique = clean + "-" + n;
        }
        return unique;
    }

    static String cleaned(String name) {
        String clean = name.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_-]+", "-")
                .replaceAll("_{2,}", "_")
                .replaceAll("^[^a-z]+", "")
                .replaceAll("[-_]+$", "");
        if (clean.length() > MAX_LENGTH) {
            clean = clean.substring(0, MAX_LENGTH).replaceAll("[-_]+$", "");
        }
        return clean.isEmpty() ? "server" : clean;
    }
}
