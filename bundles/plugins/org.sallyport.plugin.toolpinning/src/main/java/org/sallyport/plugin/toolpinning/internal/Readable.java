package org.sallyport.plugin.toolpinning.internal;

/** Words of strangers as people may see them: nothing hidden, nothing that moves the line. */
final class Readable {
    /** Most characters of a name in a message. */
    private static final int MAX_NAME = 100;

    private Readable() {}

    static String name(String name) {
        return of(name, MAX_NAME);
    }

    /** What is not printable as an escape, at most that many characters of the original. */
    static String of(String text, int most) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), most) + 16);
        int shown = 0;
        for (int i = 0; i < text.length() && shown < most; shown++) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        }
        int left = text.codePointCount(0, text.length()) - shown;
        return left == 0 ? out.toString() : out + "… (" + left + " more)";
    }

    /** Tags, zero-width characters and changes of direction are what hidden instructions are made of. */
    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
