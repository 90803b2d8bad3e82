package org.sallyport.config.internal;

import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** Makes Java properties of an entry, in the types that its definition names. */
final class CmProperties {
    private CmProperties() {}

    /**
     * The properties of an entry that passed its schema.
     *
     * @throws IllegalArgumentException if the schema is none
     */
    static Map<String, Object> of(String schema, Document value) {
        Document definition;
        try {
            definition = Json.read(schema).get("properties");
        } catch (JsonException e) {
            throw new IllegalArgumentException("The schema is not JSON", e);
        }
        Map<String, Object> properties = new HashMap<>();
        PlatformPids.flat(value).members().forEach((name, member) -> {
            Document type = definition.get(name);
            properties.put(name, member.isArray() ? array(type.get("items"), member) : scalar(type, member));
        });
        return properties;
    }

    private static Object array(Document type, Document value) {
        List<Object> elements =
                value.values().stream().map(element -> scalar(type, element)).toList();
        Object array = Array.newInstance(javaType(type, elements), elements.size());
        for (int i = 0; i < elements.size(); i++) {
            Array.set(array, i, elements.get(i));
        }
        return array;
    }

    /** An empty array has its type as well. */
    private static Class<?> javaType(Document type, List<Object> elements) {
        if (!elements.isEmpty()) {
            return elements.get(0).getClass();
        }
        return switch (type.get("type").text("")) {
            case "integer" -> scalar(type, Document.of(0)).getClass();
            case "number" -> scalar(type, Document.of(0)).getClass();
            case "boolean" -> Boolean.class;
            default -> String.class;
        };
    }

    private static Object scalar(Document type, Document value) {
        return switch (value.kind()) {
            case BOOLEAN -> value.asBoolean(false);
            case NUMBER -> number(type, value);
            case STRING -> value.text("");
            default -> value.toJson();
        };
    }

    private static Object number(Document type, Document value) {
        long whole = value.asLong(0);
        double fraction = Double.parseDouble(value.numberText().orElse("0"));
        return switch (type.get("format").text("")) {
            case "int8" -> (byte) whole;
            case "int16" -> (short) whole;
            case "int32" -> (int) whole;
            case "int64" -> whole;
            case "float" -> (float) fraction;
            case "double" -> fraction;
            default -> {
                if (type.get("type").text("").equals("integer")) {
                    yield whole;
                }
                yield fraction;
            }
        };
    }
}
