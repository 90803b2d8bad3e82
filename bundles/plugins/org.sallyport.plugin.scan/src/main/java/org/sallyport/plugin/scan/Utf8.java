package org.sallyport.plugin.scan;

/** Tells text from binary by the form of its UTF-8. */
final class Utf8 {
    private Utf8() {}

    /** Whether the bytes are UTF-8 that may break off within its last character. */
    static boolean isPrefix(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            int b = bytes[i++];
            if (b >= 0) {
                continue;
            }
            int more = (b & 0xE0) == 0xC0 ? 1 : (b & 0xF0) == 0xE0 ? 2 : (b & 0xF8) == 0xF0 ? 3 : -1;
            if (more < 0) {
                return false;
            }
            for (; more > 0 && i < length; more--) {
                if ((bytes[i++] & 0xC0) != 0x80) {
                    return false;
                }
            }
        }
        return true;
    }
}
