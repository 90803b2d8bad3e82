package org.sallyport.plugin.toolpinning.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.document.Document;

/**
 * The one text of a JSON value: members sorted, numbers as ECMAScript writes doubles, no blanks (RFC 8785). Two things
 * that the RFC refuses have a text nevertheless, so that no server can escape by them: a number beyond a double's range
 * stays as it was written, and half a surrogate pair is an escape.
 */
final class CanonicalJson {
    private static final double EXACT = 9_007_199_254_740_992.0;
    private static final int MOST_DIGITS = 17;

    private CanonicalJson() {}

    static String of(Document document) {
        StringBuilder out = new StringBuilder(256);
        write(document, out);
        return out.toString();
    }

    private static void write(Document document, StringBuilder out) {
        switch (document.kind()) {
            case OBJECT -> object(document, out);
            case ARRAY -> array(document, out);
            case STRING -> quote(document.text(""), out);
            case NUMBER -> out.append(number(document.numberText().orElse("0")));
            default -> out.append(document.toJson());
        }
    }

    private static void object(Document object, StringBuilder out) {
        // RFC 8785, section 3.2.3: by UTF-16 code units, which is how Java compares strings.
        List<String> keys = new ArrayList<>(object.keys());
        keys.sort(null);
        char before = '{';
        for (String key : keys) {
            out.append(before);
            quote(key, out);
            out.append(':');
            write(object.get(key), out);
            before = ',';
        }
        out.append(keys.isEmpty() ? "{}" : "}");
    }

    private static void array(Document array, StringBuilder out) {
        out.append('[');
        String before = "";
        for (Document element : array.values()) {
            out.append(before);
            write(element, out);
            before = ",";
        }
        out.append(']');
    }

    /** RFC 8785, section 3.2.2.2. */
    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ' || isLonely(text, i)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isLonely(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /** RFC 8785, section 3.2.2.3, which is ECMA-262, section 6.1.6.1.20: {@code Number::toString}. */
    static String number(String text) {
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            return text;
        } else if (value == 0) {
            return "0";
        } else if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
            return Long.toString((long) value);
        }
        String sign = value < 0 ? "-" : "";
        BigDecimal shortest = shortest(Math.abs(value)).stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        int k = digits.length();
        int n = k - shortest.scale();
        if (k <= n && n <= 21) {
            return sign + digits + "0".repeat(n - k);
        } else if (0 < n && n <= 21) {
            return sign + digits.substring(0, n) + '.' + digits.substring(n);
        } else if (-6 < n && n <= 0) {
            return sign + "0." + "0".repeat(-n) + digits;
        }
        String exponent = (n - 1 < 0 ? "e-" : "e+") + Math.abs(n - 1);
        return sign + digits.charAt(0) + (k == 1 ? "" : "." + digits.substring(1)) + exponent;
    }

    /** The fewest digits that mean this double. {@code Double.toString} gives more than that before Java 19. */
    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < MOST_DIGITS; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return rounded;
            }
        }
        return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
    }
}
