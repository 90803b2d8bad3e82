package org.sallyport.spi.config;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/** Turns a document into the type of an annotation's member. */
final class Conversion {
    private final String path;

    /** @param path JSON Pointer of the setting, for messages */
    Conversion(String path) {
        this.path = path;
    }

    /** The value of a member's type; a single value stands for a list of one. */
    Object to(Class<?> type, Document value) {
        if (!type.isArray()) {
            return scalar(type, value);
        }
        Class<?> element = type.getComponentType();
        List<Document> values = value.isArray() ? value.values() : List.of(value);
        Object array = Array.newInstance(element, values.size());
        for (int i = 0; i < values.size(); i++) {
            Conversion below = value.isArray() ? new Conversion(path + "/" + i) : this;
            Array.set(array, i, below.scalar(element, values.get(i)));
        }
        return array;
    }

    /** What a member has if neither settings nor definition say anything (section 112.8.2.2). */
    static @Nullable Object nothing(Class<?> type) {
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        // An array of primitives holds the zero of its type.
        return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    private Object scalar(Class<?> type, Document value) {
        if (value.isObject() || value.isArray() || value.isNull()) {
            throw refused(value, "a single value");
        }
        if (type == String.class) {
            return plain(value);
        } else if (type == boolean.class) {
            return switch (plain(value)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw refused(value, "[true] or [false]");
            };
        } else if (type == int.class) {
            return (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (type == long.class) {
            return whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == short.class) {
            return (short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE);
        } else if (type == byte.class) {
            return (byte) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
        } else if (type == double.class) {
            return finite(value, Double.parseDouble(decimal(value).toString()));
        } else if (type == float.class) {
            return (float) finite(value, Float.parseFloat(decimal(value).toString()));
        } else if (type == char.class) {
            String text = plain(value);
            if (text.length() != 1) {
                throw refused(value, "one character");
            }
            return text.charAt(0);
        } else if (type.isEnum()) {
            return constant(type, value);
        }
        throw new SettingsException(
                path,
                "A definition cannot have a member of the type [" + type.getName()
                        + "]; use primitives, String, enums and arrays of them");
    }

    private Object constant(Class<?> type, Document value) {
        String name = plain(value);
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        Optional<Object> exact = find(type, name, false);
        // Settings are often written in lower case where Java has upper case.
        return exact.or(() -> find(type, name.replace('-', '_'), true))
                .orElseThrow(() -> new SettingsException(
                        path,
                        "[" + shown(name) + "] is none of "
                                + known.stream().limit(50).collect(Collectors.joining("], [", "[", "]"))
                                + NearestName.hint(name, known)));
    }

    private static Optional<Object> find(Class<?> type, String name, boolean anyCase) {
        return Arrays.stream(type.getEnumConstants())
                .map(Object.class::cast)
                .filter(constant -> anyCase
                        ? ((Enum<?>) constant).name().equalsIgnoreCase(name)
                        : ((Enum<?>) constant).name().equals(name))
                .findFirst();
    }

    private long whole(Document value, long lowest, long highest) {
        BigDecimal decimal = decimal(value);
        boolean small = decimal.precision() - (long) decimal.scale() <= 19;
        if (decimal.signum() == 0) {
            return 0;
        }
        try {
            long number = small ? decimal.longValueExact() : 0;
            if (small && number >= lowest && number <= highest) {
                return number;
            }
        } catch (ArithmeticException notWhole) {
            // refused below
        }
        throw refused(value, "a whole number from [" + lowest + "] to [" + highest + "]");
    }

    private BigDecimal decimal(Document value) {
        try {
            String text = plain(value).strip();
            if (text.length() <= 100) {
                return new BigDecimal(text);
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw refused(value, "a number");
    }

    private double finite(Document value, double number) {
        if (Double.isInfinite(number)) {
            throw refused(value, "a number of that size");
        }
        return number;
    }

    private static String plain(Document value) {
        return value.text().or(value::numberText).orElseGet(value::toJson);
    }

    private SettingsException refused(Document value, String wanted) {
        return new SettingsException(path, "[" + shown(value.toJson()) + "] is not " + wanted);
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
