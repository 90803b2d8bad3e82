package org.sallyport.plugin.injection.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.RandomTexts;

@DisplayName("The short cuts of the scan for injections")
class InjectionShortCutsTest {
    private static final List<String> MARKS = List.of(
            "<system>",
            "</system>",
            "<system ",
            "<sys>",
            "<ai>",
            "<|im_start|>",
            "<<SYS>>",
            "<",
            ">",
            "[INST]",
            "[/INST]",
            "[SYSTEM PROMPT]",
            "[ADMIN]:",
            "[new instructions]",
            "```system\n",
            "```",
            "~~~",
            "[USER]",
            "[/USER]",
            "\\",
            "\\n",
            "\\u003c",
            "'''admin:",
            "\"\"\"",
            "### System:",
            "### new instructions",
            "--- ADMIN ---",
            "=== NEW INSTRUCTIONS ===",
            "{{admin}}",
            "#",
            "-",
            "`",
            "{",
            "\n\n",
            ". ",
            ": ",
            "it's",
            "you're",
            "you\u2019re",
            "IGNORE",
            "\u200b",
            "\u0456gn\u043er\u0435",
            "\uff49gnore",
            "\u4e2d",
            "x",
            "administrator");

    @ParameterizedTest
    @EnumSource(Sensitivity.class)
    @DisplayName("find what a try of each phrase at each word and of each mark at each character finds")
    void alike(Sensitivity sensitivity) {
        EnumSet<Method> methods = EnumSet.allOf(Method.class);
        List<String> vocabulary = new ArrayList<>(MARKS);
        for (int i = 0; i < 3; i++) {
            vocabulary.addAll(new Phrases(methods, sensitivity).lexicon().words());
        }
        RandomTexts.assertAlike(
                new InjectionDetector(methods, sensitivity), new EachPhrase(methods, sensitivity), vocabulary);
    }

    /** Reads the words as strings, keeps them all, and then tries each phrase at each of them. */
    private static final class EachPhrase implements Detector {
        private final Phrases phrases;
        private final boolean strict;

        EachPhrase(EnumSet<Method> methods, Sensitivity sensitivity) {
            phrases = new Phrases(methods, sensitivity);
            strict = sensitivity == Sensitivity.STRICT;
        }

        private record Word(int id, int start, int end, int flags) {}

        @Override
        public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
            DelimiterRule marks = new DelimiterRule(strict, text, from, to, hits);
            List<Word> words = new ArrayList<>();
            int flags = Words.START | Words.BREAK;
            for (int i = from; i < to; i++) {
                StringBuilder word = new StringBuilder();
                int start = i;
                while (i < to
                        && (Fold.of(text.charAt(i)) != Fold.NONE
                                || word.length() > 0 && apostrophe(text, i, from, to))) {
                    char folded = Fold.of(text.charAt(i));
                    if (folded > Fold.SKIP) {
                        word.append(folded);
                    } else if (word.length() == 0) {
                        break;
                    }
                    i++;
                }
                if (word.length() > 0) {
                    words.add(new Word(id(word.toString()), start, i, flags));
                    flags = 0;
                }
                int escape = i < to && text.charAt(i) == '\\' ? escape(text, i, to) : 0;
                if (escape > 0) {
                    flags |= Words.START;
                    i += escape;
                } else if (i < to && Fold.of(text.charAt(i)) == Fold.NONE) {
                    flags = between(text, i, to, flags, words);
                    if (DelimiterRule.STARTS.has(text.charAt(i))) {
                        marks.at(i);
                    }
                }
            }
            for (int first = 0; first < words.size(); first++) {
                phrasesFrom(words, first, hits);
            }
        }

        /** Length of what follows a backslash and is no word. */
        private int escape(CharSequence text, int i, int to) {
            String rest = text.subSequence(i + 1, to).toString();
            if (rest.matches("(?s)u[0-9A-Fa-f]{4}.*")) {
                return 5;
            }
            StringBuilder word = new StringBuilder();
            for (int k = 0; k < rest.length() && Fold.of(rest.charAt(k)) != Fold.NONE; k++) {
                char folded = Fold.of(rest.charAt(k));
                word.append(folded > Fold.SKIP ? String.valueOf(folded) : "");
            }
            return rest.matches("(?s)[nrt].*") && id(word.toString()) == Lexicon.UNKNOWN ? 1 : 0;
        }

        private int id(String word) {
            return phrases.lexicon().words().contains(word) ? phrases.lexicon().add(word) : Lexicon.UNKNOWN;
        }

        private static boolean apostrophe(CharSequence text, int i, int from, int to) {
            return "'\u2019".indexOf(text.charAt(i)) >= 0
                    && Fold.of(text.charAt(i - 1)) > Fold.SKIP
                    && Fold.of(Chars.at(text, i + 1, from, to)) > Fold.SKIP;
        }

        private static int between(CharSequence text, int i, int to, int flags, List<Word> words) {
            char c = text.charAt(i);
            char next = Chars.at(text, i + 1, 0, to);
            if (".!?;\u3002".indexOf(c) >= 0) {
                return next <= ' ' || !Chars.alnum(next) ? flags | Words.BREAK | Words.START : flags;
            } else if (c == '\n') {
                return flags | Words.START | (next == '\n' ? Words.BREAK : 0);
            } else if (c == ':') {
                if (flags == 0 && !words.isEmpty()) {
                    Word last = words.remove(words.size() - 1);
                    words.add(new Word(last.id, last.start, last.end, last.flags | Words.COLON));
                }
                return flags | Words.START;
            }
            if ("\"`[{<".indexOf(c) >= 0) {
                return flags | Words.START | Words.EDGE;
            }
            return ",'(>])*#|\u201C\u2018\u2014".indexOf(c) >= 0 ? flags | Words.START : flags;
        }

        private void phrasesFrom(List<Word> all, int first, Hits hits) {
            int last = Math.min(all.size(), first + Words.REACH + 1);
            Words words = new Words(0, phrases.anchorSets());
            for (Word word : all.subList(Math.max(0, first - 1), last)) {
                words.add(word.id, word.start, word.end, word.flags);
            }
            int start = first == 0 ? 0 : 1;
            for (Phrases.Candidate candidate : phrases.candidates()) {
                int length = candidate.phrase().match(words, start);
                if (length > 0) {
                    int method = candidate.phrase().method().ordinal();
                    hits.add(words.start(start), words.end(start + length - 1), method);
                }
            }
        }

        @Override
        public int shortest() {
            return 2;
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
            return "";
        }
    }
}
