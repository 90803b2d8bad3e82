package org.sallyport.plugin.injection.internal;

import static org.sallyport.plugin.scan.Chars.letter;

import java.util.Locale;
import java.util.Set;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * Marks that imitate the border between system, user and tool: tags, fences with a role, chat-template tokens, role
 * headings. Each look reads a bounded stretch. What stands between two such marks is covered with them. Used within one
 * scan.
 */
final class DelimiterRule {
    /** Farthest that the other end of a pair is looked for, in characters. */
    private static final int MAX_SPAN = 4096;

    private static final int MAX_NAME = 24;

    private static final Set<String> TAGS = Set.of(
            "system",
            "admin",
            "administrator",
            "root",
            "sudo",
            "instruction",
            "instructions",
            "assistant",
            "prompt",
            "override",
            "system_prompt",
            "system-prompt",
            "systemprompt",
            "system_message",
            "system-message",
            "system_instruction",
            "system_instructions",
            "new_instructions",
            "system_override",
            "sys",
            "inst");
    private static final Set<String> STRICT_TAGS =
            Set.of("user", "human", "context", "rules", "developer", "ai", "tool");
    private static final Set<String> ROLES = Set.of(
            "system",
            "admin",
            "administrator",
            "root",
            "superuser",
            "sudo",
            "assistant",
            "instruction",
            "instructions",
            "override",
            "developer");
    private static final Set<String> NOUNS = Set.of(
            "mode", "prompt", "override", "message", "instruction", "instructions", "command", "access", "directive");

    private final boolean strict;
    private final CharSequence text;
    private final int from;
    private final int to;
    private final Hits hits;
    private int nextClose = -1;

    DelimiterRule(boolean strict, CharSequence text, int from, int to, Hits hits) {
        this.strict = strict;
        this.text = text;
        this.from = from;
        this.to = to;
        this.hits = hits;
    }

    /** Whether a mark may begin with this character. */
    static boolean mayStart(char c) {
        return switch (c) {
            case '<', '`', '\'', '"', '[', '#', '-', '=', '{' -> true;
            default -> false;
        };
    }

    /** Looks at the mark that may begin here. */
    void at(int i) {
        char c = text.charAt(i);
        switch (c) {
            case '<' -> angle(i);
            case '[' -> bracket(i);
            case '{' -> {
                if (strict && peek(i + 1) == '{' && isRole(word(spaces(i + 2)))) {
                    hit(i, through(i, "}}", MAX_NAME * 3));
                }
            }
            default -> {
                if (peek(i - 1) != c) {
                    run(i, c);
                }
            }
        }
    }

    private void run(int i, char c) {
        if (peek(i + 1) != c || peek(i + 2) != c) {
            return;
        }
        int end = i + 3;
        while (peek(end) == c) {
            end++;
        }
        if (c == '#' || c == '-' || c == '=') {
            heading(i, end, c);
        } else {
            fence(i, end, c);
        }
    }

    /** {@code ```system}, {@code '''admin: …}, but not {@code """System configuration."""}. */
    private void fence(int start, int runEnd, char quote) {
        int wordStart = spaces(runEnd);
        if (peek(wordStart) == '\n') {
            wordStart = spaces(wordStart + 1);
        }
        String role = word(wordStart);
        if (!isRole(role)) {
            return;
        }
        int wordEnd = wordStart + role.length();
        int next = spaces(wordEnd);
        char after = peek(next);
        boolean marked = after == ':' || after == '\n' || after == '\r' || after == quote || after == 0;
        if (strict || marked || NOUNS.contains(word(next))) {
            String close = String.valueOf(quote).repeat(3);
            hit(start, Math.max(wordEnd, through(wordEnd, close, MAX_SPAN)));
        }
    }

    /** {@code ### System:}, {@code --- ADMIN ---}, {@code === NEW INSTRUCTIONS ===}, {@code --- END OF PROMPT ---}. */
    private void heading(int start, int runEnd, char rule) {
        int wordStart = spaces(runEnd);
        String first = word(wordStart);
        if (first.isEmpty()) {
            return;
        }
        int wordEnd = wordStart + first.length();
        int next = spaces(wordEnd);
        String second = word(next);
        boolean pair = (isRole(first) || first.equals("new") || first.equals("user"))
                && NOUNS.contains(second)
                && !first.equals(second);
        if (pair) {
            wordEnd = next + second.length();
            next = spaces(wordEnd);
        }
        boolean closed = peek(next) == rule && peek(next + 1) == rule && peek(next + 2) == rule;
        boolean role = isRole(first) && !first.equals("instructions") && !first.equals("developer");
        boolean found = switch (rule) {
            case '#' -> (pair || role) && peek(next) == ':' || pair && second.equals("override");
            default -> closed && (pair || role && !first.equals("system") || strict && isRole(first));
        };
        if (found) {
            int end = next;
            while (peek(end) == rule || peek(end) == ':') {
                end++;
            }
            hit(start, Math.max(wordEnd, end));
        }
    }

    /** {@code [INST]}, {@code [SYSTEM PROMPT]}, {@code [ADMIN]: …}. */
    private void bracket(int start) {
        int wordStart = peek(start + 1) == '/' ? start + 2 : start + 1;
        String first = word(wordStart);
        int wordEnd = wordStart + first.length();
        if (first.equals("inst") && peek(wordEnd) == ']') {
            hit(start, wordEnd + 1);
            return;
        }
        if (!isRole(first) && !first.equals("new")) {
            return;
        }
        int next = spaces(wordEnd);
        String second = word(next);
        if (NOUNS.contains(second) && peek(next + second.length()) == ']') {
            hit(start, next + second.length() + 1);
        } else if (isRole(first) && peek(wordEnd) == ']') {
            boolean speaks = peek(spaces(wordEnd + 1)) == ':';
            if (speaks || strict || wordStart == start + 2) {
                hit(start, wordEnd + 1);
            }
        }
    }

    private void angle(int start) {
        char next = peek(start + 1);
        if (next == '|') {
            int i = start + 2;
            while (i - start < MAX_NAME + 2 && (letter(peek(i)) || peek(i) == '_')) {
                i++;
            }
            if (i > start + 3 && peek(i) == '|' && peek(i + 1) == '>') {
                hit(start, i + 2);
            }
            return;
        }
        boolean doubled = next == '<';
        boolean closing = peek(start + (doubled ? 2 : 1)) == '/';
        int nameStart = start + 1 + (doubled ? 1 : 0) + (closing ? 1 : 0);
        String name = tagName(nameStart);
        if (!TAGS.contains(name) && !(strict && STRICT_TAGS.contains(name))) {
            return;
        }
        int tagEnd = tagEnd(nameStart + name.length());
        if (tagEnd < 0) {
            return;
        }
        if (doubled && peek(tagEnd) == '>') {
            tagEnd++;
        }
        hit(start, closing ? tagEnd : Math.max(tagEnd, pairEnd(tagEnd, name)));
    }

    /** The end of a tag whose name ends here: attributes are allowed, a dotted name is another name. */
    private int tagEnd(int nameEnd) {
        char after = peek(nameEnd);
        if (after != '>' && after != ' ' && after != '\n' && after != '\t' && after != '/') {
            return -1;
        }
        for (int i = nameEnd; i < to && i - nameEnd < 200; i++) {
            char c = text.charAt(i);
            if (c == '>') {
                return i + 1;
            } else if (c == '<') {
                return -1;
            }
        }
        return -1;
    }

    /** The end of the closing tag, if the next closing tag is of that name; looks at each character once a scan. */
    private int pairEnd(int tagEnd, String name) {
        if (nextClose < tagEnd) {
            int i = Math.max(tagEnd, nextClose);
            while (i < to && !(text.charAt(i) == '<' && peek(i + 1) == '/')) {
                i++;
            }
            nextClose = i;
        }
        if (nextClose >= to
                || nextClose - tagEnd > MAX_SPAN
                || !tagName(nextClose + 2).equals(name)) {
            return -1;
        }
        return tagEnd(nextClose + 2 + name.length());
    }

    /** The end of the next {@code close} within reach, or -1. */
    private int through(int start, String close, int reach) {
        for (int i = start; i < to && i - start < reach; i++) {
            if (text.charAt(i) == close.charAt(0) && Chars.startsWith(text, i, to, close)) {
                return i + close.length();
            }
        }
        return -1;
    }

    private boolean isRole(String word) {
        return ROLES.contains(word);
    }

    private char peek(int i) {
        return Chars.at(text, i, from, to);
    }

    private int spaces(int i) {
        int end = i;
        while (end - i < 4 && (peek(end) == ' ' || peek(end) == '\t')) {
            end++;
        }
        return end;
    }

    /** The word that begins here, in lower case; empty if there is none or it is too long to mean anything. */
    private String word(int start) {
        int end = start;
        while (letter(peek(end)) || peek(end) == '_' && end > start) {
            if (++end - start > MAX_NAME) {
                return "";
            }
        }
        return end == start || Chars.word(peek(end)) ? "" : lower(start, end);
    }

    private String tagName(int start) {
        int end = start;
        while (letter(peek(end)) || (peek(end) == '_' || peek(end) == '-') && end > start) {
            if (++end - start > MAX_NAME) {
                return "";
            }
        }
        return end == start ? "" : lower(start, end);
    }

    private String lower(int start, int end) {
        return text.subSequence(start, end).toString().toLowerCase(Locale.ROOT);
    }

    private void hit(int start, int end) {
        if (end > start) {
            hits.add(start, end, Method.DELIMITER_INJECTION.ordinal());
        }
    }
}
