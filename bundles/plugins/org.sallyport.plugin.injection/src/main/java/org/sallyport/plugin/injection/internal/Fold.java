package org.sallyport.plugin.injection.internal;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Folds characters to what they look like, so that capitals, accents, full-width forms, look-alikes of other scripts
 * and invisible characters do not hide a word. A table for each character below U+0250, a switch for the rest.
 */
final class Fold {
    /** Not part of a word. */
    static final char NONE = 0;

    /** Invisible: as if it were not there. */
    static final char SKIP = 1;

    private static final char[] TABLE = new char[0x250];

    private static final String LOOK_ALIKES = "аaеeоoрpсcуyхxіiѕsјjһhкkмmтtвbнhοoαaιiνvρpτtυuκkεe";

    static {
        for (char c = 0; c < TABLE.length; c++) {
            String plain = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD)
                    .toLowerCase(Locale.ROOT);
            char first = plain.charAt(0);
            boolean word = first == '_' || Character.isLetterOrDigit(first);
            TABLE[c] = c == '\u00AD' ? SKIP : word ? first : NONE;
        }
    }

    private Fold() {}

    /** The folded character, {@link #NONE} or {@link #SKIP}. */
    static char of(char c) {
        return c < TABLE.length ? TABLE[c] : other(c);
    }

    private static char other(char c) {
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
