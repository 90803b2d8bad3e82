package org.sallyport.plugin.auditfile;

/** Makes text from strangers fit for a line of a log. */
public final class Printable {
    private static final String MORE = "…";

    private Printable() {}

    /** At most {@code max} characters of a text, with a mark in the last place if there was more; keeps pairs whole. */
    public static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = max - MORE.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + MORE;
    }

    /**
     * The text on one line: line breaks, control characters, invisible format characters (such as those that turn the
     * direction of writing) and lone surrogates are shown as {@code \n}, {@code \r}, {@code \t} or {@code &#92;uXXXX}.
     */
    public static String oneLine(String text) {
        return escape(text, false);
    }

    /** The same as {@link #oneLine}, and a backslash becomes two, so that the text can be had back. */
    public static String reversible(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean backslashes) {
        StringBuilder out = null;
        int plainFrom = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            if (c == '\\' ? backslashes : !isPrintable(c)) {
                out = out == null ? new StringBuilder(text.length() + 16) : out;
                out.append(text, plainFrom, i);
                plainFrom = next;
                append(c, out);
            }
            i = next;
        }
        return out == null ? text : out.append(text, plainFrom, text.length()).toString();
    }

    private static boolean isPrintable(int c) {
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    private static void append(int c, StringBuilder out) {
        switch (c) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                for (char unit : Character.toChars(c)) {
                    String hex = Integer.toHexString(unit);
                    out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                }
            }
        }
    }
}
