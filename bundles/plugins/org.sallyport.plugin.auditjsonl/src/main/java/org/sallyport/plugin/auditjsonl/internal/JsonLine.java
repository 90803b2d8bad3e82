package org.sallyport.plugin.auditjsonl.internal;

import org.sallyport.api.document.Document;

/**
 * Writes one JSON object as text, member by member: a record has some eighty, and a document of it would be built to be
 * written once. Names are ours and need no escape. Used by one thread.
 */
final class JsonLine {
    private static final int USUAL_LENGTH = 2_048;

    private final StringBuilder out = new StringBuilder(USUAL_LENGTH);

    /** Begins an object, as an element or as the whole. */
    JsonLine begin() {
        separate();
        out.append('{');
        return this;
    }

    JsonLine end() {
        out.append('}');
        return this;
    }

    /** Begins a member that is an object. */
    JsonLine begin(String name) {
        name(name).append('{');
        return this;
    }

    JsonLine beginArray(String name) {
        name(name).append('[');
        return this;
    }

    JsonLine endArray() {
        out.append(']');
        return this;
    }

    JsonLine text(String name, String value) {
        StringBuilder to = name(name);
        if (isPlain(value)) {
            to.append('"').append(value).append('"');
        } else {
            to.append(Document.of(value).toJson());
        }
        return this;
    }

    JsonLine flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    JsonLine number(String name, long value) {
        name(name).append(value);
        return this;
    }

    JsonLine value(String name, Document value) {
        name(name).append(value.size() == 0 && value.isObject() ? "{}" : value.toJson());
        return this;
    }

    JsonLine nothing(String name) {
        name(name).append("null");
        return this;
    }

    /** Nanoseconds as milliseconds with three decimals: most plugins need less than one. */
    JsonLine millis(String name, long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        long rest = micros % 1_000;
        name(name)
                .append(micros / 1_000)
                .append(rest < 10 ? ".00" : rest < 100 ? ".0" : ".")
                .append(rest);
        return this;
    }

    private StringBuilder name(String name) {
        separate();
        return out.append('"').append(name).append("\":");
    }

    private void separate() {
        if (out.length() > 0 && out.charAt(out.length() - 1) != '{' && out.charAt(out.length() - 1) != '[') {
            out.append(',');
        }
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
