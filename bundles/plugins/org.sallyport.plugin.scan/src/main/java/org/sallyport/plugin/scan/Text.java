package org.sallyport.plugin.scan;

/**
 * A text whose characters lie in an array. A {@code String} keeps them in one of two forms and asks for the form at each
 * character, which is dear when every character is read. Refilled from one text to the next, so it takes two bytes for
 * each character of the longest text, or 128 KiB if that is more. Used by one thread.
 */
final class Text implements CharSequence {
    private char[] chars = new char[64];
    private int length;

    /** Takes these characters in place of those before. */
    Text of(String text) {
        length = text.length();
        if (length > chars.length) {
            // Growing by leaps spares most of the arrays when texts grow slowly.
            chars = new char[Math.max(length, Math.min(chars.length * 2, 1 << 16))];
        }
        text.getChars(0, length, chars, 0);
        return this;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return chars[index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(chars, start, end - start);
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
