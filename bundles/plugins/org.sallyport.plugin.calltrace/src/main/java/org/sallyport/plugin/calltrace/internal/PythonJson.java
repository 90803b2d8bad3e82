package org.sallyport.plugin.calltrace.internal;

import java.util.List;
import org.sallyport.api.document.Document;

/**
 * JSON as Python's {@code json.dumps} writes it, with a blank after each comma and colon: the form that users of this
 * trace know from elsewhere.
 */
final class PythonJson {
    /** What follows a text that was cut. */
    private static final String MORE = "...";

    private PythonJson() {}

    /** Bytes of the text in which everything beyond ASCII is an escape. Builds no text: results may be large. */
    static long size(Document value) {
        return switch (value.kind()) {
            case OBJECT -> {
                long size = around(value.size());
                List<String> keys = value.keys();
                List<Document> values = value.values();
                for (int i = 0; i < keys.size(); i++) {
                    size += size(keys.get(i)) + 2 + size(values.get(i));
                }
                yield size;
            }
            case ARRAY -> {
                long size = around(value.size());
                for (Document element : value.values()) {
                    size += size(element);
                }
                yield size;
            }
            case STRING -> size(value.text(""));
            case NUMBER -> value.numberText().orElse("").length();
            case BOOLEAN -> value.asBoolean(false) ? 4 : 5;
            case NULL -> 4;
        };
    }

    private static long around(int count) {
        return 2 + 2L * Math.max(0, count - 1);
    }

    private static long size(String text) {
        long size = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            size += c == '"' || c == '\\' || shortEscape(c) != 0 ? 2 : c < ' ' || c > 0x7e ? 6 : 1;
        }
        return size;
    }

    /** The text; of more than {@code max} characters only so many, and a mark. */
    static String text(Document value, int max) {
        Writer out = new Writer(max);
        write(value, out);
        return out.toString();
    }

    private static void write(Document value, Writer out) {
        if (out.full) {
            return;
        }
        switch (value.kind()) {
            case OBJECT -> {
                out.put("{");
                List<String> keys = value.keys();
                for (int i = 0; i < keys.size() && !out.full; i++) {
                    out.put(i == 0 ? "" : ", ");
                    quote(keys.get(i), out);
                    out.put(": ");
                    write(value.values().get(i), out);
                }
                out.put("}");
            }
            case ARRAY -> {
                out.put("[");
                for (int i = 0; i < value.size() && !out.full; i++) {
                    out.put(i == 0 ? "" : ", ");
                    write(value.get(i), out);
                }
                out.put("]");
            }
            case STRING -> quote(value.text(""), out);
            default -> out.put(value.toJson());
        }
    }

    private static void quote(String text, Writer out) {
        out.put("\"");
        for (int i = 0; i < text.length() && !out.full; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '"' || c == '\\') {
                out.put("\\" + (char) c);
            } else if (c < ' ' && shortEscape((char) c) != 0) {
                out.put("\\" + shortEscape((char) c));
            } else if (isPrintable(c)) {
                out.put(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.put(String.format("\\u%04x", (int) unit));
                }
            }
        }
        out.put("\"");
    }

    private static char shortEscape(char c) {
        return switch (c) {
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            case '\b' -> 'b';
            case '\f' -> 'f';
            default -> 0;
        };
    }

    /** Whether a character shows and stays on its line. */
    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** Takes characters until it has enough. */
    private static final class Writer {
        private final StringBuilder out = new StringBuilder();
        private final int max;
        private int length;
        private boolean full;

        Writer(int max) {
            this.max = max;
        }

        void put(String text) {
            text.codePoints().forEach(this::put);
        }

        void put(int codePoint) {
            if (full) {
                return;
            }
            if (length == max) {
                full = true;
                out.append(MORE);
                return;
            }
            out.appendCodePoint(codePoint);
            length++;
        }

        @Override
        public String toString() {
            return out.toString();
        }
    }
}
