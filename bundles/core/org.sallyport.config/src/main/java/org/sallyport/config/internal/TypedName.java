package org.sallyport.config.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sallyport.api.document.Document;

/**
 * A property's name that says its type (OSGi Compendium 8, section 150.4.4), such as {@code port:Integer} or
 * {@code hosts:String[]}.
 *
 * @param name the property
 * @param type one of the specification's scalar types
 * @param many whether it is an array or collection
 */
record TypedName(String name, String type, boolean many) {
    private static final Map<String, Function<String, Document>> TYPES = Map.ofEntries(
            Map.entry("String", Document::of),
            Map.entry("Integer", text -> whole(text, 31)),
            Map.entry("int", text -> whole(text, 31)),
            Map.entry("Long", text -> whole(text, 63)),
            Map.entry("long", text -> whole(text, 63)),
            Map.entry("Short", text -> whole(text, 15)),
            Map.entry("short", text -> whole(text, 15)),
            Map.entry("Byte", text -> whole(text, 7)),
            Map.entry("byte", text -> whole(text, 7)),
            Map.entry("Double", TypedName::fraction),
            Map.entry("double", TypedName::fraction),
            Map.entry("Float", TypedName::fraction),
            Map.entry("float", TypedName::fraction),
            Map.entry("Boolean", TypedName::truth),
            Map.entry("boolean", TypedName::truth),
            Map.entry("Character", TypedName::character),
            Map.entry("char", TypedName::character));

    /** Parses a name; empty if it says no type that is known, so that a colon may be part of a plain name. */
    static Optional<TypedName> of(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            return Optional.empty();
        }
        String type = text.substring(colon + 1).strip();
        boolean many = true;
        if (type.endsWith("[]")) {
            type = type.substring(0, type.length() - 2);
        } else if (type.startsWith("Collection<") && type.endsWith(">")) {
            type = type.substring("Collection<".length(), type.length() - 1);
        } else {
            many = false;
        }
        return TYPES.containsKey(type)
                ? Optional.of(new TypedName(text.substring(0, colon), type, many))
                : Optional.empty();
    }

    /**
     * The value in its type.
     *
     * @throws IllegalArgumentException if it has no such form
     */
    Document convert(Document value) {
        if (value.isNull()) {
            return value;
        } else if (!many) {
            return scalar(value);
        }
        List<Document> values = value.isArray() ? value.values() : List.of(value);
        return Document.array(values.stream().map(this::scalar).toList());
    }

    private Document scalar(Document value) {
        if (value.isObject() || value.isArray()) {
            if (type.equals("String")) {
                return Document.of(value.toJson());
            }
        } else {
            String text = value.text().or(value::numberText).orElseGet(value::toJson);
            try {
                return TYPES.get(type).apply(text);
            } catch (IllegalArgumentException | ArithmeticException e) {
                // refused below
            }
        }
        String shown = value.toJson();
        throw new IllegalArgumentException("[" + (shown.length() <= 80 ? shown : shown.substring(0, 80) + "…")
                + "] is not of the type [" + type + "] that its name says");
    }

    private static Document whole(String text, int bits) {
        if (text.length() > 100 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            throw new IllegalArgumentException(text);
        }
        BigInteger number = new BigDecimal(text.strip()).toBigIntegerExact();
        if (number.bitLength() > bits) {
            throw new IllegalArgumentException(text);
        }
        return Document.number(number.toString());
    }

    private static Document fraction(String text) {
        if (text.length() > 100 || !Double.isFinite(Double.parseDouble(text))) {
            throw new IllegalArgumentException(text);
        }
        return Document.of(new BigDecimal(text.strip()));
    }

    private static Document truth(String text) {
        return switch (text) {
            case "true" -> Document.TRUE;
            case "false" -> Document.FALSE;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Document character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException(text);
        }
        return Document.of(text);
    }
}
