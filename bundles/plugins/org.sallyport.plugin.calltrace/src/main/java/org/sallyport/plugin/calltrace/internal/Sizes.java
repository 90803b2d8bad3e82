package org.sallyport.plugin.calltrace.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sizes for people. */
final class Sizes {
    private static final String[] UNITS = {"KB", "MB", "GB"};

    private Sizes() {}

    /** Such as {@code 61 B}, {@code 2.3 KB} or {@code 1.5 MB}; steps of 1024, one decimal. */
    static String readable(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = 0;
        long divisor = 1024;
        while (unit < UNITS.length - 1 && bytes >= divisor * 1024) {
            divisor *= 1024;
            unit++;
        }
        // Half to even, as printf does for the exact value.
        return new BigDecimal(bytes).divide(BigDecimal.valueOf(divisor), 1, RoundingMode.HALF_EVEN) + " " + UNITS[unit];
    }
}
