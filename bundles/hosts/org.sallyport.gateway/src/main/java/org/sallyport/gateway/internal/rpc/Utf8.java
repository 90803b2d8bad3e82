package org.sallyport.gateway.internal.rpc;

/** UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    /** Whether the bytes are UTF-8. A NUL counts as not: it can only come from another encoding of JSON text. */
    static boolean isValid(byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            byte b = bytes[i];
            if (b > 0) {
                i++;
                continue;
            }
            int more = tail(b, i + 1 < bytes.length ? bytes[i + 1] : 0);
            if (more == 0 || i + more >= bytes.length) {
                return false;
            }
            for (int k = 1; k <= more; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    return false;
                }
            }
            i += more + 1;
        }
        return true;
    }

    /** How many bytes follow a lead byte; 0 if none may. The second byte decides on overlong forms and the like. */
    private static int tail(byte lead, byte second) {
        int b = lead & 0xFF;
        int next = second & 0xFF;
        if (b >= 0xC2 && b <= 0xDF) {
            return 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            boolean overlong = b == 0xE0 && next < 0xA0;
            boolean surrogate = b == 0xED && next > 0x9F;
            return overlong || surrogate ? 0 : 2;
        } else if (b >= 0xF0 && b <= 0xF4) {
            boolean overlong = b == 0xF0 && next < 0x90;
            boolean beyond = b == 0xF4 && next > 0x8F;
            return overlong || beyond ? 0 : 3;
        }
        return 0;
    }
}
