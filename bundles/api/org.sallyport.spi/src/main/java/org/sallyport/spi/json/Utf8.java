package org.sallyport.spi.json;

/**
 * Checks that bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. The JSON parser is
 * more lenient, and a message that one peer reads in another way than we did would pass our filters unseen.
 */
final class Utf8 {
    private Utf8() {}

    /** The place of the first byte that does not belong there, or -1. */
    static int firstInvalid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            byte first = bytes[i];
            if (first >= 0) {
                i++;
                continue;
            }
            int more = following(bytes, i, end);
            if (more == 0) {
                return i;
            }
            i += more + 1;
        }
        return -1;
    }

    /** How many bytes the byte order mark at the beginning has, which RFC 8259 section 8.1 lets readers ignore. */
    static int byteOrderMark(byte[] bytes, int offset, int length) {
        boolean marked = length >= 3
                && bytes[offset] == (byte) 0xef
                && bytes[offset + 1] == (byte) 0xbb
                && bytes[offset + 2] == (byte) 0xbf;
        return marked ? 3 : 0;
    }

    /** How many bytes follow the first of a well-formed sequence; 0 if it is not well-formed. RFC 3629, section 4. */
    private static int following(byte[] bytes, int i, int end) {
        int first = bytes[i] & 0xff;
        int more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
        if (more == 0 || i + more >= end) {
            return 0;
        }
        int second = bytes[i + 1] & 0xff;
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int k = 2; k <= more; k++) {
            if ((bytes[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return more;
    }
}
