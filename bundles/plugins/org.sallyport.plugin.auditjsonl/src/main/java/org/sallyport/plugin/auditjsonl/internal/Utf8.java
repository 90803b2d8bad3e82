package org.sallyport.plugin.auditjsonl.internal;

/** Sizes in UTF-8, without building the bytes. */
final class Utf8 {
    private Utf8() {}

    /** How many characters from the beginning fit into so many bytes; never half a pair. */
    static int lengthWithin(String text, int maxBytes) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            bytes += size(c);
            if (bytes > maxBytes) {
                return i;
            }
            i += Character.charCount(c);
        }
        return text.length();
    }

    static long bytes(String text) {
        return text.codePoints().mapToLong(Utf8::size).sum();
    }

    private static int size(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
