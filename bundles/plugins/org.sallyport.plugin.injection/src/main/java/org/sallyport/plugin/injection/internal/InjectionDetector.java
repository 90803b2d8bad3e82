package org.sallyport.plugin.injection.internal;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;

/**
 * Reads a text once as words and what stands between. A word that can begin a phrase is looked at when the next
 * {@link Words#REACH} words are known; a character that can begin a mark is looked at at once.
 */
final class InjectionDetector implements Detector {
    private final Phrases phrases;
    private final Lexicon lexicon;
    private final boolean delimiters;
    private final boolean strict;

    InjectionDetector(Set<Method> methods, Sensitivity sensitivity) {
        phrases = new Phrases(methods, sensitivity);
        lexicon = phrases.lexicon();
        delimiters = methods.contains(Method.DELIMITER_INJECTION);
        strict = sensitivity == Sensitivity.STRICT;
    }

    @Override
    public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
        if (opaque) {
            // Base64 is no language; what it encodes is looked at elsewhere.
            return;
        }
        new Pass(text, from, to, hits).run();
    }

    /** One reading of one text. */
    private final class Pass {
        private final CharSequence text;
        private final int from;
        private final int to;
        private final Hits hits;
        private final Words words = new Words();
        private @Nullable DelimiterRule marks;
        private int flags = Words.START | Words.BREAK;

        Pass(CharSequence text, int from, int to, Hits hits) {
            this.text = text;
            this.from = from;
            this.to = to;
            this.hits = hits;
        }

        void run() {
            int i = from;
            while (i < to) {
                char c = text.charAt(i);
                char folded = Fold.of(c);
                if (folded > Fold.SKIP) {
                    i = word(i);
                } else {
                    if (c != ' ' && folded != Fold.SKIP) {
                        between(i, c);
                    }
                    i++;
                }
            }
            for (int word = Math.max(0, words.count() - Words.REACH); word < words.count(); word++) {
                phrasesFrom(word);
            }
        }

        /** Reads a word; an apostrophe between letters is skipped, so {@code you're} is {@code youre}. */
        private int word(int start) {
            long hash = 0;
            int i = start;
            while (i < to) {
                char c = text.charAt(i);
                char folded = Fold.of(c);
                if (folded > Fold.SKIP) {
                    hash = Lexicon.hash(hash, folded);
                } else if (folded == Fold.NONE && !isApostrophe(c, i)) {
                    break;
                }
                i++;
            }
            int id = lexicon.find(hash);
            words.add(id, start, i, flags);
            flags = 0;
            int ripe = words.count() - 1 - Words.REACH;
            if (ripe >= 0) {
                phrasesFrom(ripe);
            }
            return i;
        }

        private boolean isApostrophe(char c, int i) {
            return (c == '\'' || c == '\u2019')
                    && Fold.of(text.charAt(i - 1)) > Fold.SKIP
                    && Fold.of(Chars.at(text, i + 1, from, to)) > Fold.SKIP;
        }

        private void between(int i, char c) {
            switch (c) {
                case '.', '!', '?', ';', '\u3002' -> {
                    char next = Chars.at(text, i + 1, from, to);
                    if (next <= ' ' || !Chars.alnum(next)) {
                        flags |= Words.BREAK | Words.START;
                    }
                }
                case '\n' -> {
                    boolean blank = Chars.at(text, i + 1, from, to) == '\n';
                    flags |= blank ? Words.BREAK | Words.START : Words.START;
                }
                case ':' -> {
                    if (flags == 0 && words.count() > 0) {
                        words.colon();
                    }
                    flags |= Words.START;
                }
                case ',',
                        '"',
                        '\'',
                        '`',
                        '(',
                        '[',
                        '{',
                        '<',
                        '>',
                        ']',
                        ')',
                        '*',
                        '#',
                        '|',
                        '\u201C',
                        '\u2018',
                        '\u2014' -> flags |= Words.START;
                default -> {
                    // Dashes, slashes and the rest join what they stand between.
                }
            }
            if (delimiters && DelimiterRule.mayStart(c)) {
                if (marks == null) {
                    marks = new DelimiterRule(strict, text, from, to, hits);
                }
                marks.at(i);
            }
        }

        private void phrasesFrom(int word) {
            int id = words.id(word);
            if (id == Lexicon.UNKNOWN) {
                return;
            }
            Phrase[] starting = phrases.startingWith(id);
            if (starting == null) {
                return;
            }
            for (Phrase phrase : starting) {
                int length = phrase.match(words, word);
                if (length > 0) {
                    hits.add(
                            words.start(word),
                            words.end(word + length - 1),
                            phrase.method().ordinal());
                }
            }
        }
    }

    @Override
    public String type(int type) {
        return Method.values()[type].key();
    }

    @Override
    public int types() {
        return Method.values().length;
    }

    @Override
    public String placeholder(int type) {
        return "[INJECTION REDACTED by Sallyport]";
    }
}
