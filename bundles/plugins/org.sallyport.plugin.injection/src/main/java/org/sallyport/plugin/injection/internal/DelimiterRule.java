package org.sallyport.plugin.injection.internal;

import static org.sallyport.plugin.scan.Chars.letter;

import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.Triggers;

/**
 * Marks that imitate the border between system, user and tool: tags, fences with a role, chat-template tokens, role
 * headings. Each look reads a bounded stretch. What stands between two such marks is covered with them. Used within one
 * scan.
 */
final class DelimiterRule {
    /** Farthest that the other end of a pair is looked for, in characters. */
    private static final int MAX_SPAN = 4096;

    private static final int MAX_NAME = 24;

    /** What a mark may begin with. */
    static final Triggers STARTS = Triggers.of("<`~'\"[#-={");

    private static final Lexicon TAGS = Lexicon.of(
            "system",
            "admin",
            "administrator",
            "root",
            "sudo",
            "instruction",
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
    private static final Lexicon STRICT_TAGS =
            Lexicon.of("user", "human", "context", "rules", "developer", "ai", "tool", "instructions");
    private static final Lexicon ROLES = Lexicon.of(
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
    private static final Lexicon NOUNS = Lexicon.of(
            "mode", "prompt", "override", "message", "instruction", "instructions", "command", "access", "directive");

    private static final Lexicon ENDED = Lexicon.of("of", "the", "system", "user", "previous", "secret", "initial");
    private static final Lexicon ORDERS = Lexicon.of("ignore", "disregard", "forget", "override", "bypass");
    private static final Lexicon ALL = Lexicon.of("all", "any", "every", "the", "your");
    private static final Lexicon GIVEN = Lexicon.of(
            "previous",
            "prior",
            "earlier",
            "preceding",
            "original",
            "system",
            "security",
            "safety",
            "instructions",
            "restrictions");

    /** So many words of a fence are searched for an override. */
    private static final int MAX_WORDS = 8;

    private static final long SYSTEM = Lexicon.hash("system");
    private static final long NEW = Lexicon.hash("new");
    private static final long USER = Lexicon.hash("user");
    private static final long INST = Lexicon.hash("inst");
    private static final long INSTRUCTIONS = Lexicon.hash("instructions");
    private static final long END = Lexicon.hash("end");
    private static final long PROMPT = Lexicon.hash("prompt");
    private static final long DEVELOPER = Lexicon.hash("developer");
    private static final long OVERRIDE = Lexicon.hash("override");

    private final boolean strict;
    private final CharSequence text;
    private final int from;
    private final int to;
    private final Hits hits;
    private int nextClose = -1;
    private int nextBracket = -1;

    /** Where the word ends that was read last. */
    private int wordEnd;

    DelimiterRule(boolean strict, CharSequence text, int from, int to, Hits hits) {
        this.strict = strict;
        this.text = text;
        this.from = from;
        this.to = to;
        this.hits = hits;
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

    /**
     * {@code ```system}, {@code '''admin: …}, but not {@code """System configuration."""}; an order on what was said
     * before, {@code ```ignore all previous …}; an override, {@code """a system override"""}.
     */
    private void fence(int start, int runEnd, char quote) {
        int wordStart = spaces(runEnd);
        boolean newLine = peek(wordStart) == '\n';
        if (newLine) {
            wordStart = spaces(wordStart + 1);
        }
        // A role that begins the first line within a block of code is a key of YAML.
        boolean code = newLine && (quote == '`' || quote == '~');
        int end = code ? -1 : roleEnd(wordStart, quote);
        if (end < 0 && (quote == '`' || quote == '~')) {
            // Not between quote marks: a comment of Python says what a function does as an order.
            end = orderEnd(wordStart, quote);
        }
        if (end < 0) {
            end = overrideEnd(wordStart);
        }
        if (end > 0) {
            String close = String.valueOf(quote).repeat(3);
            hit(start, Math.max(end, through(end, close, MAX_SPAN)));
        }
    }

    /** The end of a role that speaks, or -1. */
    private int roleEnd(int start, char quote) {
        if (!isRole(word(start))) {
            return -1;
        }
        int end = wordEnd;
        int next = spaces(end);
        char after = peek(next);
        // Three apostrophes around a word are bold in wikis; a backslash begins a line end that is written out.
        boolean closed = after == quote && quote != '\'';
        boolean marked = after == ':' || after == '\n' || after == '\r' || after == '\\' || closed || after == 0;
        return strict || marked || NOUNS.has(word(next)) ? end : -1;
    }

    /** The end of an order that is all there is, or is about what was said before; or -1. */
    private int orderEnd(int start, char quote) {
        if (!ORDERS.has(word(start))) {
            return -1;
        }
        int end = wordEnd;
        int next = spaces(end);
        if (strict || peek(next) == quote && peek(next + 1) == quote) {
            return end;
        }
        if (ALL.has(word(next))) {
            next = spaces(wordEnd);
        }
        return GIVEN.has(word(next)) ? end : -1;
    }

    /** The end of the {@code override} after a role among the next few words of the line, or -1. */
    private int overrideEnd(int start) {
        long before = Lexicon.NONE;
        int i = start;
        for (int count = 0; count < MAX_WORDS; count++) {
            long word = word(i);
            if (word == Lexicon.NONE) {
                return -1;
            }
            if (word == OVERRIDE && isRole(before)) {
                char after = peek(spaces(wordEnd));
                return Chars.word(after) ? -1 : wordEnd;
            }
            before = word;
            i = spaces(wordEnd);
        }
        return -1;
    }

    /** {@code ### System:}, {@code --- ADMIN ---}, {@code === NEW INSTRUCTIONS ===}, {@code --- END OF PROMPT ---}. */
    private void heading(int start, int runEnd, char rule) {
        long first = word(spaces(runEnd));
        if (first == Lexicon.NONE) {
            return;
        }
        if (first == END) {
            endHeading(start, rule);
            return;
        }
        int end = wordEnd;
        int next = spaces(end);
        long second = word(next);
        boolean pair = (isRole(first) || first == NEW || first == USER) && NOUNS.has(second) && first != second;
        if (pair) {
            end = wordEnd;
            next = spaces(end);
        }
        boolean closed = peek(next) == rule && peek(next + 1) == rule && peek(next + 2) == rule;
        boolean role = isRole(first) && first != INSTRUCTIONS && first != DEVELOPER;
        boolean found = switch (rule) {
            case '#' -> (pair || role) && peek(next) == ':' || pair && second == OVERRIDE;
            default -> closed && (pair || role && first != SYSTEM || strict && isRole(first));
        };
        if (found) {
            int after = next;
            while (peek(after) == rule || peek(after) == ':') {
                after++;
            }
            hit(start, Math.max(end, after));
        }
    }

    /** {@code [INST]}, {@code [SYSTEM PROMPT]}, {@code [ADMIN]: …}, {@code [USER] … [/USER]}. */
    private void bracket(int start) {
        int wordStart = peek(start + 1) == '/' ? start + 2 : start + 1;
        long first = word(wordStart);
        int end = wordEnd;
        if (first == INST && peek(end) == ']') {
            hit(start, end + 1);
            return;
        }
        if (first == USER && peek(start + 1) != '/' && peek(end) == ']') {
            hit(start, closingBracket(end + 1, USER));
            return;
        }
        if (!isRole(first) && first != NEW) {
            return;
        }
        if (NOUNS.has(word(spaces(end))) && peek(wordEnd) == ']') {
            hit(start, wordEnd + 1);
        } else if (isRole(first) && peek(end) == ']') {
            boolean speaks = peek(spaces(end + 1)) == ':';
            if (speaks || strict || wordStart == start + 2) {
                hit(start, end + 1);
            }
        }
    }

    /** The words after {@code --- END}: {@code OF THE SYSTEM PROMPT ---}. */
    private void endHeading(int start, char rule) {
        int next = spaces(wordEnd);
        long word = word(next);
        while (ENDED.has(word)) {
            next = spaces(wordEnd);
            word = word(next);
        }
        int end = spaces(wordEnd);
        if ((word == PROMPT || word == INSTRUCTIONS) && peek(end) == rule && peek(end + 1) == rule) {
            while (peek(end) == rule) {
                end++;
            }
            hit(start, end);
        }
    }

    /** The end of {@code [/NAME]}, if the next closing bracket is of that name; looks at each character once a scan. */
    private int closingBracket(int after, long name) {
        if (nextBracket < after) {
            int i = after;
            while (i < to && !(text.charAt(i) == '[' && peek(i + 1) == '/')) {
                i++;
            }
            nextBracket = i;
        }
        boolean paired = nextBracket < to && nextBracket - after <= MAX_SPAN && word(nextBracket + 2) == name;
        return paired && peek(wordEnd) == ']' ? wordEnd + 1 : -1;
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
        long name = tagName(nameStart);
        if (!TAGS.has(name) && !(strict && STRICT_TAGS.has(name))) {
            return;
        }
        int tagEnd = tagEnd(wordEnd);
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
    private int pairEnd(int tagEnd, long name) {
        if (nextClose < tagEnd) {
            int i = Math.max(tagEnd, nextClose);
            while (i < to && !(text.charAt(i) == '<' && peek(i + 1) == '/')) {
                i++;
            }
            nextClose = i;
        }
        if (nextClose >= to || nextClose - tagEnd > MAX_SPAN || tagName(nextClose + 2) != name) {
            return -1;
        }
        return tagEnd(wordEnd);
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

    private static boolean isRole(long word) {
        return ROLES.has(word);
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

    /**
     * The hash of the word that begins here, in lower case; {@link Lexicon#NONE} if there is none or it is too long to mean
     * anything. Notes where it ends.
     */
    private long word(int start) {
        long hash = name(start, '_');
        return Chars.word(peek(wordEnd)) ? Lexicon.NONE : hash;
    }

    private long tagName(int start) {
        return name(start, '-');
    }

    /** Letters, and after the first one underscores and one more character. */
    private long name(int start, char more) {
        long hash = Lexicon.NONE;
        wordEnd = start;
        while (true) {
            char c = peek(wordEnd);
            boolean letter = letter(c);
            if (!letter && (c != '_' && c != more || wordEnd == start)) {
                return hash;
            }
            if (++wordEnd - start > MAX_NAME) {
                return Lexicon.NONE;
            }
            hash = Lexicon.hash(hash, letter ? (char) (c | 0x20) : c);
        }
    }

    private void hit(int start, int end) {
        if (end > start) {
            hits.add(start, end, Method.DELIMITER_INJECTION.ordinal());
        }
    }
}
