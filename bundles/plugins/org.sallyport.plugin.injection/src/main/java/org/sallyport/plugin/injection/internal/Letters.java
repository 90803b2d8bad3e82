package org.sallyport.plugin.injection.internal;

/**
 * Looks at eight characters together, one a byte, the first one lowest: a word is read in one or two steps, however long
 * it is, where a loop over its characters would be mispredicted at the end of each word.
 */
final class Letters {
    private static final long LOW = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long CASE = 0x2020202020202020L;

    private Letters() {}

    /** The highest bit of each byte that is no ASCII letter, digit or underscore. */
    static long others(long eight) {
        long seven = eight & ~HIGH;
        long lower = seven | CASE;
        long letters = from(lower, 'a') & ~from(lower, 'z' + 1);
        long digits = from(seven, '0') & ~from(seven, '9' + 1);
        return ~(letters | digits | underscores(seven)) & HIGH | eight & HIGH;
    }

    /** How many bytes stand before the first of these bits. */
    static int count(long others) {
        return Long.numberOfTrailingZeros(others) >>> 3;
    }

    /** The bytes before the first of these bits, which is there; zero for the rest. */
    static long before(long eight, long others) {
        return eight & (others ^ others - 1) >>> 8;
    }

    /** Letters, digits and underscores as {@link Fold} has them; zero stays zero. */
    static long folded(long eight) {
        long letters = from(eight, 'A') & ~from(eight, 'Z' + 1);
        return eight | letters >>> 2;
    }

    /** The highest bit of each byte that is at least the bound; all bytes and the bound are below 0x80. */
    private static long from(long seven, int bound) {
        return seven + LOW * (0x80 - bound) & HIGH;
    }

    private static long underscores(long seven) {
        return ~((seven ^ LOW * '_') + ~HIGH) & HIGH;
    }
}
