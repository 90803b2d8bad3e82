package org.sallyport.plugin.secrets.internal;

import java.util.Set;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * Private keys in textual encoding (RFC 7468) and its older relatives, the whole block from the first dash to the last.
 * What {@code ssh-keygen} writes counts as SSH key. A block that breaks off is covered as far as it looks like one.
 */
final class PrivateKeyRule {
    private static final String BEGIN = "-BEGIN ";
    private static final int MAX_LABEL = 40;

    private PrivateKeyRule() {}

    /** The end of the block whose last dash before BEGIN is here, or -1. */
    static int match(CharSequence text, int i, int from, int to, Set<SecretType> types, Hits hits) {
        if (!Chars.startsWith(text, i, to, BEGIN)) {
            return puttyOr(text, i, from, to, types, hits);
        }
        int start = i;
        while (start > from && i - start < 4 && text.charAt(start - 1) == '-') {
            start--;
        }
        int label = i + BEGIN.length();
        int labelEnd = label;
        while (labelEnd < to && labelEnd - label < MAX_LABEL && isLabel(text.charAt(labelEnd))) {
            labelEnd++;
        }
        SecretType type =
                i - start == 4 ? typeOf(text.subSequence(label, labelEnd).toString()) : null;
        if (type == null || !Chars.startsWith(text, labelEnd, to, "-----")) {
            return -1;
        }
        if (!types.contains(type)) {
            return -1;
        }
        int end = blockEnd(text, labelEnd + 5, to);
        hits.add(start, end, type.ordinal());
        return end;
    }

    private static boolean isLabel(char c) {
        return c >= 'A' && c <= 'Z' || c == ' ' || Chars.digit(c);
    }

    private static @org.jspecify.annotations.Nullable SecretType typeOf(String label) {
        return switch (label) {
            case "OPENSSH PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY", "EC PRIVATE KEY", "SSH PRIVATE KEY" ->
                SecretType.SSH_PRIVATE_KEYS;
            default ->
                label.endsWith("PRIVATE KEY") || label.equals("PGP PRIVATE KEY BLOCK") ? SecretType.PRIVATE_KEYS : null;
        };
    }

    private static int puttyOr(CharSequence text, int i, int from, int to, Set<SecretType> types, Hits hits) {
        int start = i - 5;
        if (!types.contains(SecretType.SSH_PRIVATE_KEYS)
                || start < from
                || !Chars.startsWith(text, start, to, "PuTTY-User-Key-File-")) {
            return -1;
        }
        // The file ends with its MAC; nothing in it is worth keeping.
        hits.add(start, to, SecretType.SSH_PRIVATE_KEYS.ordinal());
        return to;
    }

    /**
     * Reads to the END line. Without one, to the first dash that starts no such line or the first blank-separated word
     * that cannot be a line of a key; what was read is covered, so it is not read again.
     */
    private static int blockEnd(CharSequence text, int bodyStart, int to) {
        int keyEnd = bodyStart;
        boolean lines = true;
        int i = bodyStart;
        while (i < to) {
            char c = text.charAt(i);
            if (c == '-' && Chars.startsWith(text, i, to, "-----END ")) {
                i += 9;
                while (i < to && isLabel(text.charAt(i))) {
                    i++;
                }
                while (i < to && text.charAt(i) == '-') {
                    i++;
                }
                return i;
            }
            if (c == '-' && Chars.startsWith(text, i, to, "-----BEGIN ")) {
                return i;
            }
            if (isSpace(c)) {
                i++;
                continue;
            }
            int word = i;
            int symbols = word;
            while (i < to && !isSpace(text.charAt(i)) && text.charAt(i) != '-') {
                symbols += symbols == i && isSymbol(text.charAt(i)) ? 1 : 0;
                i++;
            }
            if (i == word) {
                i++;
                continue;
            }
            // The last line is short. Dots may say that the rest was left out.
            lines = symbols - word >= 16 || lines && i == to && symbols == to;
            if (lines) {
                keyEnd = symbols;
            } else if (i - bodyStart > MAX_BLOCK) {
                return keyEnd;
            }
        }
        return keyEnd;
    }

    /** No key is longer; without this bound one BEGIN line would make the rest of any text its body. */
    private static final int MAX_BLOCK = 32 * 1024;

    private static boolean isSymbol(char c) {
        return Chars.alnum(c) || c == '+' || c == '/' || c == '=' || c == '\\';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
