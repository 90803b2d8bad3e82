package org.sallyport.spi.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.MetatypeXml.Attribute;

/** Makes one object class a schema. */
final class MetatypeSchema {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** Most steps of an id: deeper than anybody nests settings, and far from the depth that documents allow. */
    private static final int MAX_STEPS = 16;

    private MetatypeSchema() {}

    static Document of(MetatypeXml.Ocd ocd, boolean nested) throws IOException {
        Level root = new Level();
        for (Attribute attribute : ocd.attributes()) {
            try {
                root.add(nested ? attribute.id().split("\\.", -1) : new String[] {attribute.id()}, 0, attribute);
            } catch (IOException e) {
                throw new IOException("Attribute [" + attribute.id() + "] of [" + ocd.id() + "]: " + e.getMessage(), e);
            }
        }
        Map<String, Document> schema = new LinkedHashMap<>();
        schema.put("$schema", Document.of(DIALECT));
        putText(schema, "title", ocd.name());
        putText(schema, "description", ocd.description());
        schema.putAll(root.schema().members());
        return Document.object(schema);
    }

    /** An object on the way to an attribute. */
    private static final class Level {
        private final Map<String, Object> members = new LinkedHashMap<>();
        private final List<Document> required = new ArrayList<>();

        /** Returns whether something below has to be given, so that the way to it has to be there as well. */
        boolean add(String[] path, int at, Attribute attribute) throws IOException {
            String name = path[at];
            boolean needed;
            if (at == path.length - 1) {
                if (members.putIfAbsent(name, value(attribute)) != null) {
                    throw new IOException("its name is taken already");
                }
                needed = attribute.required() && attribute.defaults() == null;
            } else if (at < MAX_STEPS && members.computeIfAbsent(name, absent -> new Level()) instanceof Level below) {
                needed = below.add(path, at + 1, attribute);
            } else {
                throw new IOException(
                        at < MAX_STEPS
                                ? "[" + name + "] is a value already and cannot be an object as well"
                                : "its id has more than [" + MAX_STEPS + "] dots");
            }
            if (needed && !required.contains(Document.of(name))) {
                required.add(Document.of(name));
            }
            return needed;
        }

        Document schema() {
            Map<String, Document> properties = new LinkedHashMap<>();
            members.forEach((name, member) ->
                    properties.put(name, member instanceof Level below ? below.schema() : (Document) member));
            Map<String, Document> schema = new LinkedHashMap<>();
            schema.put("type", Document.of("object"));
            schema.put("properties", Document.object(properties));
            if (!required.isEmpty()) {
                schema.put("required", Document.array(required));
            }
            schema.put("additionalProperties", Document.FALSE);
            return Document.object(schema);
        }
    }

    private static Document value(Attribute attribute) throws IOException {
        Map<String, Document> schema = new LinkedHashMap<>();
        putText(schema, "description", attribute.description());
        int cardinality = attribute.cardinality();
        if (cardinality == 0) {
            scalar(attribute, schema);
            if (attribute.defaults() != null) {
                putDefault(schema, attribute.defaults(), single(attribute, attribute.defaults()));
            }
            return Document.object(schema);
        }
        Map<String, Document> items = new LinkedHashMap<>();
        scalar(attribute, items);
        schema.put("type", Document.of("array"));
        schema.put("items", Document.object(items));
        // The extremes mean "as many as you like"; a negative one asks for a Vector instead of an array.
        if (cardinality != Integer.MAX_VALUE && cardinality != Integer.MIN_VALUE) {
            schema.put("maxItems", Document.of(Math.abs(cardinality)));
        }
        if (attribute.defaults() != null) {
            List<Document> defaults = new ArrayList<>();
            for (String element : list(attribute.defaults())) {
                Document value = literal(attribute.type(), element);
                if (value != null) {
                    defaults.add(value);
                }
            }
            schema.put("default", Document.array(defaults));
        }
        return Document.object(schema);
    }

    private static void scalar(Attribute attribute, Map<String, Document> schema) throws IOException {
        switch (attribute.type()) {
            case "String" -> textOf(attribute, schema);
            case "Password" -> {
                textOf(attribute, schema);
                schema.put("writeOnly", Document.TRUE);
            }
            case "Character", "Char" -> {
                schema.put("type", Document.of("string"));
                schema.put("minLength", Document.of(1));
                schema.put("maxLength", Document.of(1));
            }
            case "Boolean" -> schema.put("type", Document.of("boolean"));
            case "Byte" -> whole(attribute, schema, "int8", (long) Byte.MIN_VALUE, (long) Byte.MAX_VALUE);
            case "Short" -> whole(attribute, schema, "int16", (long) Short.MIN_VALUE, (long) Short.MAX_VALUE);
            case "Integer" -> whole(attribute, schema, "int32", (long) Integer.MIN_VALUE, (long) Integer.MAX_VALUE);
            case "Long" -> whole(attribute, schema, "int64", Long.MIN_VALUE, Long.MAX_VALUE);
            case "BigInteger" -> whole(attribute, schema, "", null, null);
            case "Float" -> fraction(attribute, schema, "float");
            case "Double" -> fraction(attribute, schema, "double");
            case "BigDecimal" -> fraction(attribute, schema, "");
            default -> throw new IOException("its type [" + attribute.type() + "] is not known");
        }
        List<Document> options = new ArrayList<>();
        for (String option : attribute.options()) {
            Document value = literal(attribute.type(), option);
            if (value == null) {
                throw new IOException("its option [" + option + "] is no [" + attribute.type() + "]");
            }
            options.add(value);
        }
        if (!options.isEmpty() && !"Boolean".equals(attribute.type())) {
            schema.put("enum", Document.array(options));
        }
    }

    /** Of a string, min and max are lengths (section 105.8.3). */
    private static void textOf(Attribute attribute, Map<String, Document> schema) throws IOException {
        schema.put("type", Document.of("string"));
        bound(schema, "minLength", attribute.min(), null);
        bound(schema, "maxLength", attribute.max(), null);
    }

    private static void whole(
            Attribute attribute,
            Map<String, Document> schema,
            String format,
            @Nullable Long lowest,
            @Nullable Long highest)
            throws IOException {
        schema.put("type", Document.of("integer"));
        putText(schema, "format", format);
        bound(schema, "minimum", attribute.min(), lowest);
        bound(schema, "maximum", attribute.max(), highest);
    }

    private static void fraction(Attribute attribute, Map<String, Document> schema, String format) throws IOException {
        schema.put("type", Document.of("number"));
        putText(schema, "format", format);
        bound(schema, "minimum", attribute.min(), null);
        bound(schema, "maximum", attribute.max(), null);
    }

    private static void bound(
            Map<String, Document> schema, String keyword, @Nullable String text, @Nullable Long otherwise)
            throws IOException {
        if (text != null && !text.isBlank()) {
            Document number = number(text);
            if (number == null) {
                throw new IOException("its bound [" + text + "] is not a number");
            }
            schema.put(keyword, number);
        } else if (otherwise != null) {
            schema.put(keyword, Document.of(otherwise));
        }
    }

    private static @Nullable Document single(Attribute attribute, String text) {
        List<String> values = list(text);
        // A comma that nobody escaped in the default of a single value is meant as it stands.
        return literal(attribute.type(), values.size() == 1 ? values.get(0) : text);
    }

    private static void putDefault(Map<String, Document> schema, String text, @Nullable Document value) {
        if (value != null) {
            schema.put("default", value);
        } else if (!text.isBlank()) {
            schema.put("$comment", Document.of("default [" + text + "] is of another type"));
        }
    }

    /** The elements of a default: parted by commas, a backslash escapes, space around an element does not count. */
    static List<String> list(String text) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        int kept = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                element.append(text.charAt(++i));
                kept = element.length();
            } else if (c == ',') {
                elements.add(trimmed(element, kept));
                element.setLength(0);
                kept = 0;
            } else if (!Character.isWhitespace(c) || !element.isEmpty()) {
                element.append(c);
            }
        }
        if (!elements.isEmpty() || !element.isEmpty()) {
            elements.add(trimmed(element, kept));
        }
        return elements;
    }

    private static String trimmed(StringBuilder element, int kept) {
        int end = element.length();
        while (end > kept && Character.isWhitespace(element.charAt(end - 1))) {
            end--;
        }
        return element.substring(0, end);
    }

    private static @Nullable Document literal(String type, String text) {
        return switch (type) {
            case "String", "Password", "Character", "Char" -> Document.of(text);
            case "Boolean" -> Document.of(Boolean.parseBoolean(text.strip()));
            default -> number(text);
        };
    }

    private static @Nullable Document number(String text) {
        String stripped = text.strip();
        if (stripped.length() > 100) {
            return null;
        }
        try {
            // Through a decimal, as Java writes 1.0E10 and +1, which JSON does not know.
            return Document.number(new BigDecimal(stripped).toString());
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static void putText(Map<String, Document> schema, String keyword, String text) {
        if (!text.isEmpty()) {
            schema.put(keyword, Document.of(text));
        }
    }
}
