package org.sallyport.api.document;

/** Writes JSON text. */
final class JsonWriter {
    private JsonWriter() {}

    static void write(Document document, StringBuilder out, int indent, int level) {
        switch (document.kind()) {
            case OBJECT -> writeObject((ObjectNode) document, out, indent, level);
            case ARRAY -> writeArray((ArrayNode) document, out, indent, level);
            case STRING -> quote(((StringNode) document).value, out);
            case NUMBER -> out.append(((NumberNode) document).text);
            case BOOLEAN -> out.append(((BooleanNode) document).value);
            case NULL -> out.append("null");
        }
    }

    private static void writeObject(ObjectNode object, StringBuilder out, int indent, int level) {
        out.append('{');
        for (int i = 0; i < object.keys.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            newLine(out, indent, level + 1);
            quote(object.keys[i], out);
            out.append(indent < 0 ? ":" : ": ");
            write(object.values[i], out, indent, level + 1);
        }
        if (object.keys.length > 0) {
            newLine(out, indent, level);
        }
        out.append('}');
    }

    private static void writeArray(ArrayNode array, StringBuilder out, int indent, int level) {
        out.append('[');
        for (int i = 0; i < array.elements.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            newLine(out, indent, level + 1);
            write(array.elements[i], out, indent, level + 1);
        }
        if (array.elements.length > 0) {
            newLine(out, indent, level);
        }
        out.append(']');
    }

    private static void newLine(StringBuilder out, int indent, int level) {
        if (indent >= 0) {
            out.append('\n').append(" ".repeat(indent * level));
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= '~' ? c >= ' ' && c != '"' && c != '\\' : isPlain(c) && !lonely(text, i)) {
                continue;
            }
            out.append(text, plainFrom, i);
            plainFrom = i + 1;
            escape(c, out);
        }
        out.append(text, plainFrom, text.length()).append('"');
    }

    /** Beyond ASCII: what is neither a control character (U+0085 is a line break) nor a separator of lines. */
    private static boolean isPlain(char c) {
        return c > '\u009f' && c != '\u2028' && c != '\u2029';
    }

    /** A surrogate without its partner has no UTF-8 form, so it is written as an escape. */
    private static boolean lonely(String text, int i) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        return Character.isHighSurrogate(c)
                ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default -> {
                String hex = Integer.toHexString(c);
                out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
            }
        }
    }
}
