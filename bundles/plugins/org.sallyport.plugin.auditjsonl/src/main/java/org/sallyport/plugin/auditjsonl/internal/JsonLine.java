package org.sallyport.plugin.auditjsonl.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sallyport.api.document.Document;

/**
 * Writes one JSON object as UTF-8, member by member: a record has some eighty, and a document or a text of it would be built to be
 * written once. Names are ours, of ASCII, and need no escape. Used by one thread.
 */
final class JsonLine {
    private static final int USUAL_LENGTH = 2_048;

    /** Most digits of a number, with its sign. */
    private static final int DIGITS = 20;

    private byte[] out = new byte[USUAL_LENGTH];
    private int size;

    /** Whether something stands before the next member or element. */
    private boolean more;

    /** Begins an object, as an element or as the whole. */
    JsonLine begin() {
        room(2);
        separate();
        open('{');
        return this;
    }

    JsonLine end() {
        return close('}');
    }

    /** Begins a member that is an object. */
    JsonLine begin(String name) {
        name(name, 1);
        open('{');
        return this;
    }

    JsonLine beginArray(String name) {
        name(name, 1);
        open('[');
        return this;
    }

    JsonLine endArray() {
        return close(']');
    }

    private void open(char bracket) {
        out[size++] = (byte) bracket;
        more = false;
    }

    private JsonLine close(char bracket) {
        room(1);
        out[size++] = (byte) bracket;
        more = true;
        return this;
    }

    JsonLine text(String name, String value) {
        int length = value.length();
        name(name, length + 2);
        int at = size;
        byte[] to = out;
        to[at++] = '"';
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                // Nothing of it counts: the size is as it was.
                utf8(Document.of(value).toJson());
                return this;
            }
            to[at++] = (byte) c;
        }
        to[at++] = '"';
        size = at;
        return this;
    }

    JsonLine flag(String name, boolean value) {
        name(name, 5);
        ascii(value ? "true" : "false");
        return this;
    }

    JsonLine number(String name, long value) {
        name(name, DIGITS);
        ascii(Long.toString(value));
        return this;
    }

    JsonLine value(String name, Document value) {
        name(name, 2);
        if (value.size() == 0 && value.isObject()) {
            ascii("{}");
        } else {
            utf8(value.toJson());
        }
        return this;
    }

    JsonLine nothing(String name) {
        name(name, 4);
        ascii("null");
        return this;
    }

    /** Nanoseconds as milliseconds with three decimals: most plugins need less than one. */
    JsonLine millis(String name, long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        int rest = (int) (micros % 1_000);
        name(name, DIGITS + 4);
        ascii(Long.toString(micros / 1_000));
        out[size++] = '.';
        out[size++] = (byte) ('0' + rest / 100);
        out[size++] = (byte) ('0' + rest / 10 % 10);
        out[size++] = (byte) ('0' + rest % 10);
        return this;
    }

    /** A name, and room for so many bytes after it. */
    private void name(String name, int value) {
        room(name.length() + 4 + value);
        separate();
        out[size++] = '"';
        ascii(name);
        out[size++] = '"';
        out[size++] = ':';
    }

    private void separate() {
        if (more) {
            out[size++] = ',';
        }
        more = true;
    }

    /** Into room that is there. */
    private void ascii(String text) {
        byte[] to = out;
        int at = size;
        for (int i = 0; i < text.length(); i++) {
            to[at + i] = (byte) text.charAt(i);
        }
        size = at + text.length();
    }

    private void utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        room(bytes.length);
        System.arraycopy(bytes, 0, out, size, bytes.length);
        size += bytes.length;
    }

    private void room(int count) {
        if (count > out.length - size) {
            out = Arrays.copyOf(out, Math.max(Math.addExact(size, count), (int)
                    Math.min(Integer.MAX_VALUE - 8, 2L * size)));
        }
    }

    /** What was written so far, and a line feed. */
    byte[] line() {
        byte[] line = Arrays.copyOf(out, size + 1);
        line[size] = '\n';
        return line;
    }
}
