package org.sallyport.config.internal.settings;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.sallyport.api.document.Document;

/**
 * Says yes quickly to what is plainly right. Schemas derived from metatype use few keywords; a document that satisfies
 * them needs no validator, and the validator's classes take half a second to load, which every start would pay. Says
 * no more than "not sure" to everything else; the validator decides then, and words the findings.
 */
final class SimpleSchema {
    private static final Set<String> SAYS_NOTHING =
            Set.of("title", "description", "default", "examples", "writeOnly", "readOnly", "deprecated", "$comment");
    private static final Set<String> FORMATS = Set.of("int8", "int16", "int32", "int64", "float", "double");
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private SimpleSchema() {}

    /** Whether the document is certainly valid. Bounded by the document's depth. */
    static boolean surelyAccepts(Document schema, Document value) {
        if (!schema.isObject()) {
            return schema.equals(Document.TRUE);
        }
        for (String keyword : schema.keys()) {
            if (!SAYS_NOTHING.contains(keyword) && !satisfied(keyword, schema, value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean satisfied(String keyword, Document schema, Document value) {
        Document wanted = schema.get(keyword);
        return switch (keyword) {
            case "$schema" -> wanted.text("").equals(DIALECT);
            case "format" -> FORMATS.contains(wanted.text(""));
            case "type" -> wanted.isString() && isOf(wanted.text(""), value);
            case "enum" -> wanted.isArray() && wanted.values().contains(value);
            case "minimum" -> compared(value, wanted) && number(value).compareTo(number(wanted)) >= 0;
            case "maximum" -> compared(value, wanted) && number(value).compareTo(number(wanted)) <= 0;
            case "minLength" -> value.isString() && length(value) >= wanted.asLong(Long.MAX_VALUE);
            case "maxLength" -> value.isString() && length(value) <= wanted.asLong(-1);
            case "maxItems" -> value.isArray() && value.size() <= wanted.asLong(-1);
            case "minItems" -> value.isArray() && value.size() >= wanted.asLong(Long.MAX_VALUE);
            case "items" -> value.isArray() && value.values().stream().allMatch(one -> surelyAccepts(wanted, one));
            case "properties" -> value.isObject() && propertiesAccept(wanted, value);
            case "required" -> value.isObject() && has(value, wanted);
            case "additionalProperties" -> noneAdditional(wanted, schema, value);
            default -> false;
        };
    }

    private static boolean propertiesAccept(Document properties, Document value) {
        return properties.isObject()
                && properties.keys().stream()
                        .allMatch(name -> !value.has(name) || surelyAccepts(properties.get(name), value.get(name)));
    }

    private static boolean has(Document value, Document required) {
        return required.isArray()
                && required.values().stream().allMatch(name -> name.isString() && value.has(name.text("")));
    }

    private static boolean noneAdditional(Document wanted, Document schema, Document value) {
        List<String> known = schema.get("properties").keys();
        return wanted.equals(Document.FALSE)
                && value.isObject()
                && !schema.has("patternProperties")
                && known.containsAll(value.keys());
    }

    private static boolean isOf(String type, Document value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.kind() == Document.Kind.BOOLEAN;
            case "number" -> small(value);
            // 1.0 is a whole number to JSON Schema; left to the validator.
            case "integer" ->
                small(value) && value.numberText().orElse("").chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
            default -> false;
        };
    }

    private static boolean compared(Document value, Document wanted) {
        return small(value) && small(wanted);
    }

    /** Huge exponents would make arithmetic expensive. */
    private static boolean small(Document value) {
        return value.numberText()
                .filter(text -> text.length() <= 30 && text.indexOf('e') < 0 && text.indexOf('E') < 0)
                .isPresent();
    }

    private static BigDecimal number(Document value) {
        return new BigDecimal(value.numberText().orElseThrow());
    }

    private static long length(Document value) {
        String text = value.text("");
        return text.codePointCount(0, text.length());
    }
}
