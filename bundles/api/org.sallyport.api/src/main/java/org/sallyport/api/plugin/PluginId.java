package org.sallyport.api.plugin;

/**
 * Names a plugin.
 *
 * @param value {@value #SYNTAX}, at most {@value #MAX_LENGTH} characters
 */
public record PluginId(String value) implements Comparable<PluginId> {
    /** The form of an id, as a regular expression. */
    public static final String SYNTAX = "^[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*$";

    /** Most characters of an id. */
    public static final int MAX_LENGTH = 128;

    /** @throws IllegalArgumentException if the value has another form */
    public PluginId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Plugin id [" + value + "] is not valid: start with a lower-case letter,"
                    + " then use lower-case letters, digits, dashes and single dots, at most " + MAX_LENGTH
                    + " characters");
        }
    }

    /** Whether a text has the form of an id. Linear in its length. */
    public static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !isLetter(text.charAt(0)) || text.endsWith(".")) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ok = isLetter(c) || c >= '0' && c <= '9' || c == '-' || c == '.' && text.charAt(i - 1) != '.';
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    @Override
    public int compareTo(PluginId that) {
        return value.compareTo(that.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
