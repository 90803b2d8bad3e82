package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * Writes out the generated values of a case: {@code {"$repeat":[text,n]}}, {@code {"$concat":[…]}}, {@code {"$keys":n}}
 * (an object of n members) and {@code {"$nest":n}} (n objects within one another). At most {@value #MAX_CHARS}
 * characters a case.
 */
final class Generated {
    /** Most characters that are generated. */
    static final int MAX_CHARS = 64 << 20;

    private final StringBuilder out = new StringBuilder();

    private Generated() {}

    /**
     * The value with all of it written out.
     *
     * @throws JsonException if what is generated is deeper than a document can be
     * @throws IllegalArgumentException if a generator is not used right
     */
    static Document expand(Document value) throws JsonException {
        if (!has(value)) {
            return value;
        }
        Generated generated = new Generated();
        generated.write(value);
        return Json.read(generated.out.toString());
    }

    private static boolean has(Document value) {
        return isGenerator(value) || value.values().stream().anyMatch(Generated::has);
    }

    private static boolean isGenerator(Document value) {
        return value.isObject()
                && value.size() == 1
                && value.keys().get(0).startsWith("$")
                && List.of("$repeat", "$concat", "$keys", "$nest")
                        .contains(value.keys().get(0));
    }

    private void write(Document value) {
        if (isGenerator(value)) {
            generate(value);
        } else if (value.isObject()) {
            String separator = "{";
            for (String key : value.keys()) {
                out.append(separator).append(Document.of(key).toJson()).append(':');
                write(value.get(key));
                separator = ",";
            }
            out.append(value.size() == 0 ? "{}" : "}");
        } else if (value.isArray()) {
            String separator = "[";
            for (Document element : value.values()) {
                out.append(separator);
                write(element);
                separator = ",";
            }
            out.append(value.size() == 0 ? "[]" : "]");
        } else {
            out.append(value.toJson());
        }
        bounded(out.length());
    }

    private void generate(Document value) {
        switch (value.keys().get(0)) {
            case "$keys" -> {
                long keys = count(value.get("$keys"));
                out.append('{');
                for (long i = 0; i < keys; i++) {
                    out.append(i == 0 ? "\"k" : ",\"k").append(i).append("\":").append(i);
                }
                out.append('}');
            }
            case "$nest" -> {
                int levels = (int) count(value.get("$nest"));
                out.append("{\"n\":".repeat(Math.max(0, levels - 1)))
                        .append("{}")
                        .append("}".repeat(Math.max(0, levels - 1)));
            }
            default -> out.append(Document.of(text(value)).toJson());
        }
    }

    private static String text(Document value) {
        if (value.isString()) {
            return value.text("");
        } else if (value.has("$repeat")) {
            Document of = value.get("$repeat");
            String repeated = text(of.get(0));
            long times = count(of.get(1));
            bounded(repeated.length() * times);
            return repeated.repeat((int) times);
        } else if (value.has("$concat")) {
            List<String> parts = new ArrayList<>();
            long length = 0;
            for (Document part : value.get("$concat").values()) {
                parts.add(text(part));
                length += parts.get(parts.size() - 1).length();
                bounded(length);
            }
            return String.join("", parts);
        }
        throw new IllegalArgumentException("$repeat and $concat are made of text, not of " + value.kind());
    }

    private static long count(Document number) {
        long count = number.asLong(-1);
        if (count < 0 || count > MAX_CHARS / 8) {
            throw new IllegalArgumentException(
                    "A generator takes a number of 0 to " + MAX_CHARS / 8 + ", not [" + number.toJson() + "]");
        }
        return count;
    }

    private static void bounded(long length) {
        if (length > MAX_CHARS) {
            throw new IllegalArgumentException("The case generates more than " + MAX_CHARS + " characters");
        }
    }
}
