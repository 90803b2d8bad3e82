package org.sallyport.plugin.injection.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.Text;
import org.sallyport.plugin.scan.Text.Octets;

/**
 * One reading of one text as words and what stands between. A word that can begin a phrase is looked at when the next
 * {@link Words#REACH} words are known, and then only for phrases whose anchor is among these; a character that can begin a
 * mark is looked at at once. Used once.
 */
final class Reading {
    /** Fewest characters for which octets are made. */
    private static final int WORTH = 24;

    /** More characters than any word of a phrase has. */
    private static final int LONGEST = 40;

    /** No word has the same character so often in a row. */
    private static final int PADDING = 8;

    /** It may be a mark's first character. */
    private static final int MARK = 1;

    private static final int STOP = 16;
    private static final int LINE = 32;
    private static final int COLON = 64;

    /** It may end a clause. */
    private static final int ENDS = STOP | LINE | COLON;

    private static final byte[] KINDS = new byte[128];

    static {
        for (char c = 0; c < KINDS.length; c++) {
            KINDS[c] = (byte) kindOf(c);
        }
    }

    private final Phrases phrases;
    private final Lexicon lexicon;
    private final boolean delimiters;
    private final boolean strict;
    private final CharSequence text;
    private final int from;
    private final int to;
    private final Hits hits;

    /** The same text in a form in which words are read faster; null if there is none, or it is not worth it. */
    private final @Nullable Octets octets;

    /** Up to here eight octets can be looked at from each place. */
    private final int octetsTo;

    /** Made at the first known word: in most short texts there is none. */
    private @Nullable Words words;

    private @Nullable DelimiterRule marks;
    /** Bit n: a phrase can begin with the word that was read n words ago. */
    private int first;

    private int unknown;
    private int flags = Words.START | Words.BREAK;

    Reading(Phrases phrases, boolean delimiters, boolean strict, CharSequence text, int from, int to, Hits hits) {
        this.phrases = phrases;
        this.lexicon = phrases.lexicon();
        this.delimiters = delimiters;
        this.strict = strict;
        this.text = text;
        this.from = from;
        this.to = to;
        this.hits = hits;
        octets = to - from >= WORTH && text instanceof Text plain ? plain.octets() : null;
        octetsTo = to == text.length() ? to : to - Long.BYTES;
    }

    void run() {
        CharSequence text = this.text;
        int i = from;
        while (i < to) {
            char c = text.charAt(i);
            char folded = Fold.of(c);
            if (folded > Fold.SKIP) {
                i = word(i);
            } else {
                if (c == '\\') {
                    i = backslash(i);
                    continue;
                }
                if (c != ' ' && folded != Fold.SKIP) {
                    between(i, c);
                }
                i++;
            }
        }
        if (words != null) {
            for (int ago = Words.REACH - 1; ago >= 0; ago--) {
                if ((first & 1 << ago) != 0) {
                    phrasesFrom(words, words.count() - 1 - ago);
                }
            }
        }
    }

    /** Reads a word and gives its end. */
    private int word(int start) {
        Octets octets = this.octets;
        if (octets != null) {
            long hash = 0;
            for (int i = start; i <= octetsTo; i += Long.BYTES) {
                long eight = octets.eight(i);
                long others = Letters.others(eight);
                if (others == 0) {
                    hash = Lexicon.hash(hash, Letters.folded(eight), Long.BYTES);
                    continue;
                }
                int count = Letters.count(others);
                byte after = (byte) (eight >>> 8 * count);
                if (after < 0 || after == '\'') {
                    // It may go on with a letter that is not ASCII, or is one with an apostrophe.
                    break;
                }
                if (count > 0) {
                    hash = Lexicon.hash(hash, Letters.folded(Letters.before(eight, others)), count);
                }
                add(lexicon.find(hash), start, i + count);
                return i + count;
            }
        }
        return anyWord(start);
    }

    /** Reads a word of any characters; an apostrophe between letters is skipped, so {@code you're} is {@code youre}. */
    private int anyWord(int start) {
        CharSequence text = this.text;
        int to = this.to;
        long hash = 0;
        int i = start;
        for (; i < to; i++) {
            char c = text.charAt(i);
            char folded = Fold.of(c);
            if (folded > Fold.SKIP) {
                hash = Lexicon.hash(hash, folded);
            } else if (folded == Fold.NONE && (c == ' ' || !isApostrophe(c, i))) {
                break;
            }
        }
        add(lexicon.find(hash), start, i);
        return i;
    }

    private boolean isApostrophe(char c, int i) {
        return (c == '\'' || c == '\u2019')
                && Fold.of(text.charAt(i - 1)) > Fold.SKIP
                && Fold.of(Chars.at(text, i + 1, from, to)) > Fold.SKIP;
    }

    /** Adds a word; one that is longer than any in use may be a short one with padding around it. */
    private void add(int id, int start, int end) {
        if (end - start <= LONGEST || id != Lexicon.UNKNOWN) {
            addWord(id, start, end);
            return;
        }
        int word = start;
        for (int i = start; i < end; ) {
            int run = i;
            char c = text.charAt(i);
            while (i < end && text.charAt(i) == c) {
                i++;
            }
            if (i - run >= PADDING) {
                piece(word, run);
                flags |= Words.START;
                word = i;
            }
        }
        piece(word, end);
    }

    private void piece(int start, int end) {
        if (end > start) {
            long hash = 0;
            for (int i = start; i < end && end - start <= LONGEST; i++) {
                char folded = Fold.of(text.charAt(i));
                hash = folded > Fold.SKIP ? Lexicon.hash(hash, folded) : hash;
            }
            addWord(end - start <= LONGEST ? lexicon.find(hash) : Lexicon.UNKNOWN, start, end);
        }
    }

    private void addWord(int id, int start, int end) {
        Words known = words;
        if (known == null) {
            if (id == Lexicon.UNKNOWN) {
                unknown++;
                flags = 0;
                return;
            }
            known = new Words(unknown, phrases.anchorSets());
            words = known;
        }
        known.add(id, start, end, flags);
        flags = 0;
        int role = phrases.role(id);
        if ((role & Phrases.ANCHOR) != 0) {
            for (int set : phrases.anchors(id)) {
                known.anchor(set);
            }
        }
        first = first << 1 | role & Phrases.FIRST;
        if ((first & 1 << Words.REACH) != 0) {
            phrasesFrom(known, known.count() - 1 - Words.REACH);
        }
    }

    private void between(int i, char c) {
        int kind = c < KINDS.length ? KINDS[c] : kindOf(c);
        flags |= kind & (Words.START | Words.EDGE);
        if ((kind & ENDS) != 0) {
            ends(i, kind);
        }
        if ((kind & MARK) != 0 && delimiters) {
            if (marks == null) {
                marks = new DelimiterRule(strict, text, from, to, hits);
            }
            marks.at(i);
        }
    }

    /**
     * Where reading goes on after a backslash. Text that is quoted within JSON is full of {@code \n}, whose letter is none
     * of the word that follows; but {@code \now} may be a word after a backslash.
     */
    private int backslash(int i) {
        char next = Chars.at(text, i + 1, from, to);
        if (next == 'u' && i + 6 <= to && Chars.afterEscape(text, i + 6, from)) {
            flags |= Words.START;
            return i + 6;
        }
        if (next != 'n' && next != 'r' && next != 't' || isKnown(i + 1)) {
            return i + 1;
        }
        flags |= Words.START;
        return i + 2;
    }

    private boolean isKnown(int start) {
        long hash = 0;
        for (int i = start; i < to && i - start < LONGEST; i++) {
            char folded = Fold.of(text.charAt(i));
            if (folded == Fold.NONE) {
                break;
            }
            hash = folded == Fold.SKIP ? hash : Lexicon.hash(hash, folded);
        }
        return lexicon.find(hash) != Lexicon.UNKNOWN;
    }

    /** A character that may end a clause: what follows tells. */
    private void ends(int i, int kind) {
        char next = Chars.at(text, i + 1, from, to);
        if ((kind & STOP) != 0 && (next <= ' ' || !Chars.alnum(next))) {
            flags |= Words.BREAK | Words.START;
        } else if ((kind & LINE) != 0 && next == '\n') {
            flags |= Words.BREAK;
        } else if ((kind & COLON) != 0) {
            if (flags == 0 && words != null) {
                words.colon();
            }
            flags |= Words.START;
        }
    }

    /** What a character between words is. Dashes, slashes and the rest join what they stand between. */
    private static int kindOf(char c) {
        int mark = DelimiterRule.STARTS.has(c) ? MARK : 0;
        return mark
                | switch (c) {
                    case '.', '!', '?', ';', '\u3002' -> STOP;
                    case '\n' -> LINE | Words.START;
                    case ':' -> COLON;
                    case '"', '`', '[', '{', '<' -> Words.START | Words.EDGE;
                    case ',', '\'', '(', '>', ']', ')', '*', '#', '|' -> Words.START;
                    case '\u201C', '\u2018', '\u2014' -> Words.START;
                    default -> 0;
                };
    }

    private void phrasesFrom(Words words, int word) {
        for (Phrases.Candidate candidate : phrases.startingWith(words.id(word))) {
            if (words.anchored(candidate.anchor(), word)) {
                int length = candidate.phrase().match(words, word);
                if (length > 0) {
                    hits.add(
                            words.start(word),
                            words.end(word + length - 1),
                            candidate.phrase().method().ordinal());
                }
            }
        }
    }
}
