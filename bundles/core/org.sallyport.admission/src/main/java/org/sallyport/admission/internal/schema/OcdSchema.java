package org.sallyport.admission.internal.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.schema.Metatype.Attribute;
import org.sallyport.admission.internal.schema.Metatype.Ocd;
import org.sallyport.api.document.Document;

/**
 * Derives JSON Schema 2020-12 from an object class definition: a dot in an attribute's id is a step into a nested object,
 * a cardinality an array, options an enumeration, min and max the bounds of a number or of a text's length. Unknown
 * members are refused; what has a default need not be there.
 */
final class OcdSchema {
    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private OcdSchema() {}

    /** An object of the schema that is being built. */
    private static final class Node {
        final Map<String, Node> children = new LinkedHashMap<>();
        final List<String> required = new ArrayList<>();

        @Nullable Document leaf;

        Node child(String name) {
            return children.computeIfAbsent(name, n -> new Node());
        }

        Map<String, Document> members() {
            if (leaf != null) {
                return leaf.members();
            }
            Map<String, Document> members = new LinkedHashMap<>();
            members.put("type", Document.of("object"));
            Map<String, Document> properties = new LinkedHashMap<>();
            children.forEach((name, child) -> properties.put(name, Document.object(child.members())));
            members.put("properties", Document.object(properties));
            if (!required.isEmpty()) {
                members.put("required", Document.fromJava(required));
            }
            members.put("additionalProperties", Document.FALSE);
            return members;
        }
    }

    /**
     * The schema.
     *
     * @throws IllegalArgumentException if the definition contradicts itself
     */
    static Document of(Ocd definition) {
        Node root = new Node();
        for (Attribute attribute : definition.attributes()) {
            add(root, attribute);
        }
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("$schema", Document.of(DIALECT));
        described(members, definition.name(), definition.description());
        members.putAll(root.members());
        return Document.object(members);
    }

    /** The schema of a handler that has no settings. */
    static Document none() {
        return of(new Ocd("", "", "", List.of()));
    }

    private static void add(Node root, Attribute attribute) {
        Node node = root;
        String[] steps = attribute.id().split("\\.", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty() || node.leaf != null) {
                throw new IllegalArgumentException("the attribute [" + attribute.id() + "] has an id that is no path");
            }
            if (needed(attribute) && !node.required.contains(steps[i])) {
                node.required.add(steps[i]);
            }
            node = node.child(steps[i]);
        }
        if (node.leaf != null || !node.children.isEmpty()) {
            throw new IllegalArgumentException("the attribute [" + attribute.id() + "] is there twice");
        }
        node.leaf = Document.object(leaf(attribute));
    }

    /** An array can be left out: the empty one is its natural default, and metatype cannot write that down. */
    private static boolean needed(Attribute attribute) {
        return attribute.required() && attribute.initial() == null && attribute.cardinality() == 0;
    }

    private static Map<String, Document> leaf(Attribute attribute) {
        Map<String, Document> members = new LinkedHashMap<>();
        described(members, attribute.name(), attribute.description());
        Map<String, Document> scalar = scalar(attribute);
        if (attribute.cardinality() == 0) {
            members.putAll(scalar);
            if (attribute.initial() != null) {
                members.put("default", value(attribute, unescaped(attribute.initial())));
            }
            return members;
        }
        members.put("type", Document.of("array"));
        members.put("items", Document.object(scalar));
        long most = Math.abs((long) attribute.cardinality());
        if (most < Integer.MAX_VALUE) {
            members.put("maxItems", Document.of(most));
        }
        if (attribute.initial() != null) {
            members.put(
                    "default",
                    Document.array(parts(attribute.initial()).stream()
                            .map(part -> value(attribute, part))
                            .toList()));
        }
        return members;
    }

    private static void described(Map<String, Document> members, String title, String description) {
        if (!title.isEmpty()) {
            members.put("title", Document.of(title));
        }
        if (!description.isEmpty()) {
            members.put("description", Document.of(description));
        }
    }

    private static Map<String, Document> scalar(Attribute attribute) {
        Map<String, Document> members = new LinkedHashMap<>();
        switch (attribute.type()) {
            case "Boolean" -> members.put("type", Document.of("boolean"));
            case "Byte" -> number(members, attribute, "integer", "-128", "127");
            case "Short" -> number(members, attribute, "integer", "-32768", "32767");
            case "Integer" -> number(members, attribute, "integer", "-2147483648", "2147483647");
            case "Long" -> number(members, attribute, "integer", "-9223372036854775808", "9223372036854775807");
            case "Float", "Double" -> number(members, attribute, "number", null, null);
            case "Char", "Character" -> {
                members.put("type", Document.of("string"));
                members.put("minLength", Document.of(1));
                members.put("maxLength", Document.of(1));
            }
            case "String", "Password" -> {
                members.put("type", Document.of("string"));
                bound(members, "minLength", attribute.min());
                bound(members, "maxLength", attribute.max());
            }
            default ->
                throw new IllegalArgumentException(
                        "the attribute [" + attribute.id() + "] has the unknown type [" + attribute.type() + "]");
        }
        if (!attribute.options().isEmpty()) {
            members.put(
                    "enum",
                    Document.array(attribute.options().stream()
                            .map(option -> value(attribute, option))
                            .toList()));
        }
        return members;
    }

    private static void number(
            Map<String, Document> members,
            Attribute attribute,
            String type,
            @Nullable String least,
            @Nullable String most) {
        members.put("type", Document.of(type));
        bound(members, "minimum", attribute.min() == null ? least : attribute.min());
        bound(members, "maximum", attribute.max() == null ? most : attribute.max());
    }

    private static void bound(Map<String, Document> members, String keyword, @Nullable String text) {
        if (text != null && !text.isBlank()) {
            members.put(keyword, number(text));
        }
    }

    private static Document number(String text) {
        String plain = text.trim();
        if (plain.length() > 400) {
            throw new IllegalArgumentException("a number has more than 400 characters");
        }
        // By way of BigDecimal: Java and metatype write numbers that JSON does not know, such as +1 or .5.
        BigDecimal value = new BigDecimal(plain);
        return value.scale() <= 0 && value.precision() - value.scale() < 20
                ? Document.number(value.toBigInteger().toString())
                : Document.number(value.toString());
    }

    private static Document value(Attribute attribute, String text) {
        return switch (attribute.type()) {
            case "Boolean" -> Document.of(Boolean.parseBoolean(text.trim()));
            case "Byte", "Short", "Integer", "Long", "Float", "Double" -> number(text);
            default -> Document.of(text);
        };
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
        }
        return plain.toString();
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                part.append(text.charAt(++i));
            } else if (c == ',') {
                parts.add(part.toString().trim());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (!part.isEmpty() || !parts.isEmpty()) {
            parts.add(part.toString().trim());
        }
        return parts;
    }
}
