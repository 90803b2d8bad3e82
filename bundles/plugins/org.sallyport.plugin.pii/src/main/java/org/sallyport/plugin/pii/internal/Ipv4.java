package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.at;
import static org.sallyport.plugin.scan.Chars.digit;

/** Four octets with dots between. */
final class Ipv4 {
    private Ipv4() {}

    /** End of the address that starts here, or -1. */
    static int end(CharSequence text, int start, int to) {
        int i = start;
        for (int octet = 0; octet < 4; octet++) {
            int value = 0;
            int first = i;
            while (i - first < 4 && digit(at(text, i, start, to))) {
                value = value * 10 + text.charAt(i++) - '0';
            }
            if (i == first || i - first > 3 || value > 255) {
                return -1;
            }
            if (octet < 3 && at(text, i++, start, to) != '.') {
                return -1;
            }
        }
        return i;
    }
}
