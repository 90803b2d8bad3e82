package org.sallyport.gateway.internal.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Replaces one value in JSON text, leaving every other byte as it is. Only for text that a strict parser has read
 * before: it is taken as well-formed and without duplicate names.
 */
final class Splice {
    private final byte[] json;
    private int at;

    private Splice(byte[] json) {
        this.json = json;
    }

    /**
     * The text with another value at that place.
     *
     * @param path member names from the outside in
     * @return {@code null} if there is no such member, or a name on the way is written with escapes; the document has
     *     to be written anew then
     */
    static byte @Nullable [] replace(byte[] json, byte[] value, String... path) {
        Splice splice = new Splice(json);
        for (String name : path) {
            if (!splice.enter(name.getBytes(StandardCharsets.UTF_8))) {
                return null;
            }
        }
        int from = splice.at;
        splice.skipValue();
        int to = splice.at;
        byte[] out = new byte[from + value.length + json.length - to];
        System.arraycopy(json, 0, out, 0, from);
        System.arraycopy(value, 0, out, from, value.length);
        System.arraycopy(json, to, out, from + value.length, json.length - to);
        return out;
    }

    /** Moves to the value of a member of the object that begins here. */
    private boolean enter(byte[] name) {
        skipSpace();
        if (at >= json.length || json[at] != '{') {
            return false;
        }
        at++;
        for (; ; ) {
            skipSpace();
            if (json[at] == '}') {
                return false;
            } else if (json[at] == ',') {
                at++;
                continue;
            }
            int from = at + 1;
            if (skipString()) {
                return false;
            }
            boolean found = Arrays.equals(json, from, at - 1, name, 0, name.length);
            skipSpace();
            at++;
            skipSpace();
            if (found) {
                return true;
            }
            skipValue();
        }
    }

    private void skipValue() {
        int open = 0;
        do {
            byte b = json[at];
            if (b == '"') {
                skipString();
            } else if (b == '{' || b == '[') {
                open++;
                at++;
            } else if (b == '}' || b == ']') {
                open--;
                at++;
            } else if (open > 0) {
                at++;
            } else {
                skipScalar();
            }
        } while (open > 0);
    }

    private void skipScalar() {
        while (at < json.length && ",]} \t\r\n".indexOf(json[at]) < 0) {
            at++;
        }
    }

    /** Moves behind a string; tells whether it has escapes. */
    private boolean skipString() {
        boolean escapes = false;
        at++;
        for (; json[at] != '"'; at++) {
            if (json[at] == '\\') {
                escapes = true;
                at++;
            }
        }
        at++;
        return escapes;
    }

    private void skipSpace() {
        while (at < json.length && json[at] <= ' ' && json[at] >= 0) {
            at++;
        }
    }
}
