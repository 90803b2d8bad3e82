package org.sallyport.plugin.injection.internal;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Folds characters to what they look like, so that capitals, accents, full-width forms, look-alikes of other scripts
 * and invisible characters do not hide a word. A table for the scripts that look alike, rules for the rest.
 */
final class Fold {
    /** Not part of a word. */
    static final char NONE = 0;

    /** Invisible: as if it were not there. */
    static final char SKIP = 1;

    /** Latin, accents, Greek, Cyrillic. */
    private static final char[] TABLE = new char[0x530];

    private static final String LOOK_ALIKES = "аaеeоoрpсcуyхxіiѕsјjһhкkмmтtвbнhοoαaιiνvρpτtυuκkεe";

    static {
        for (char c = 0; c < TABLE.length; c++) {
            TABLE[c] = c < 0x250 ? latin(c) : other(c);
        }
    }

    private Fold() {}

    /** The folded character, {@link #NONE} or {@link #SKIP}. */
    static char of(char c) {
        return c < TABLE.length ? TABLE[c] : other(c);
    }

    private static char latin(char c) {
        char first = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .charAt(0);
        boolean word = first == '_' || Character.isLetterOrDigit(first);
        return c == '\u00AD' ? SKIP : word ? first : NONE;
    }

    private static char other(char c) {
        if (c >= 0x4E00 && c <= 0x9FA5 || c >= 0xAC00 && c <= 0xD7A3) {
            // Han and Hangul: no capitals, and worth a short cut.
            return c;
        }
        if (c >= 0x300 && c <= 0x36F
                || c >= 0x200B && c <= 0x200F
                || c >= 0x2060 && c <= 0x2064
                || c >= 0xFE00 && c <= 0xFE0F
                || c == 0xFEFF
                || c == 0x180E
                || c == 0xDB40) {
            return SKIP;
        }
        if (c >= 0xDC00 && c <= 0xDFFF) {
            // After U+DB40 these are the invisible tag characters, which spell ASCII; few others matter.
            return c >= 0xDC41 && c <= 0xDC7A ? of((char) (c - 0xDC00)) : NONE;
        }
        if (c >= 0xFF01 && c <= 0xFF5E) {
            return of((char) (c - 0xFEE0));
        }
        char lower = Character.toLowerCase(c);
        int i = lower >= 0x370 && lower < 0x530 ? LOOK_ALIKES.indexOf(lower) : -1;
        if (i >= 0) {
            return LOOK_ALIKES.charAt(i + 1);
        }
        return Character.isLetterOrDigit(c) ? lower : NONE;
    }
}
