package org.sallyport.plugin.scan;

/**
 * The few ASCII characters at which a scan stops to look closely. All the rest of a text is passed in a loop so small that
 * the compiler unrolls it. Immutable.
 */
public final class Triggers {
    private final boolean[] table = new boolean[128];

    private Triggers(String characters) {
        for (int i = 0; i < characters.length(); i++) {
            table[characters.charAt(i)] = true;
        }
    }

    /** A scan that stops at each of these. */
    public static Triggers of(String characters) {
        return new Triggers(characters);
    }

    /** The first place from {@code from} on that has a trigger, or {@code to}. */
    public int next(CharSequence text, int from, int to) {
        boolean[] table = this.table;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < 128 && table[c]) {
                return i;
            }
        }
        return to;
    }

    /** Whether this is one. */
    public boolean has(char c) {
        return c < 128 && table[c];
    }
}
