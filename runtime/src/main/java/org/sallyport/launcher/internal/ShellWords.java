package org.sallyport.launcher.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into words: blanks part them, single quotes keep all between them, double quotes too but for a
 * backslash before a quote or a backslash; outside quotes a backslash keeps the next character. Nothing is expanded.
 */
final class ShellWords {
    private ShellWords() {}

    /** @throws IllegalArgumentException if a quote is not closed */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                continue;
            }
            inWord = true;
            if (c == '\\' && escapes(quote, text, i)) {
                word.append(text.charAt(++i));
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("The quote [" + quote + "] in [" + text + "] is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    private static boolean escapes(char quote, String text, int at) {
        if (at + 1 == text.length() || quote == '\'') {
            return false;
        }
        char next = text.charAt(at + 1);
        return quote == 0 || next == '"' || next == '\\';
    }
}
