package org.sallyport.api.document;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A number, kept as it was written. */
final class NumberNode extends Document {
    final String text;

    NumberNode(String text) {
        this.text = text;
    }

    @Override
    public Kind kind() {
        return Kind.NUMBER;
    }

    @Override
    public Optional<String> numberText() {
        return Optional.of(text);
    }

    @Override
    public long asLong(long otherwise) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notPlain) {
            return wholeOr(otherwise);
        }
    }

    private long wholeOr(long otherwise) {
        BigDecimal value = new BigDecimal(text);
        // A huge exponent would make toBigInteger build a huge number; a long has at most 19 digits.
        if (value.signum() == 0) {
            return 0;
        }
        if (value.precision() - (long) value.scale() > 19) {
            return otherwise;
        }
        try {
            return value.longValueExact();
        } catch (ArithmeticException notWhole) {
            return otherwise;
        }
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public Object toJava() {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notLong) {
            return new BigDecimal(text);
        }
    }

    /** Numbers compare by value: {@code 1.0} equals {@code 1}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NumberNode that
                && (text.equals(that.text) || new BigDecimal(text).compareTo(new BigDecimal(that.text)) == 0);
    }

    @Override
    public int hashCode() {
        return Double.hashCode(Double.parseDouble(text) + 0.0);
    }

    /** The text, if it is a number as RFC 8259 section 6 writes it. */
    static String checked(String text) {
        if (!isNumber(text)) {
            throw new IllegalArgumentException("[" + text + "] is not a JSON number (RFC 8259, section 6)");
        }
        return text;
    }

    private static boolean isNumber(String text) {
        int i = 0;
        int n = text.length();
        if (i < n && text.charAt(i) == '-') {
            i++;
        }
        int digits = digits(text, i);
        if (digits == i || text.charAt(i) == '0' && digits > i + 1) {
            return false;
        }
        i = digits;
        if (i < n && text.charAt(i) == '.') {
            digits = digits(text, i + 1);
            if (digits == i + 1) {
                return false;
            }
            i = digits;
        }
        if (i < n && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < n && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
                i++;
            }
            digits = digits(text, i);
            if (digits == i) {
                return false;
            }
            i = digits;
        }
        return i == n;
    }

    private static int digits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }
}
