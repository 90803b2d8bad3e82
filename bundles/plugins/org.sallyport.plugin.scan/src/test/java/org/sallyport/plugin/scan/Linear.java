package org.sallyport.plugin.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

/**
 * Counts how many characters a detector reads of a text. A scan that is linear reads twice as many of a text twice as
 * long; one that begins anew at each place reads four times as many. Three times is allowed, for the whole may hold a look
 * ahead that the end of the half cut short.
 */
public final class Linear {
    /** More than the farthest that any rule reads ahead, a block of a private key. */
    private static final int SIZE = 40_000;

    /** Reads for each character of the text, whatever the text: rules look a bounded way back and ahead. */
    private static final long MOST_PER_CHARACTER = 2_000;

    /** Beginnings and middles of all that detectors look for, and what only looks like it. */
    private static final List<String> PIECES = List.of(
            "\"",
            "'",
            "`",
            "```",
            "-",
            "--",
            "---",
            "=",
            "@",
            "%",
            "%4",
            "%40",
            "%20",
            "\\n",
            "\\u003d",
            "a@",
            "a@b.",
            "a.",
            ".",
            ":",
            "::",
            "1",
            "1 ",
            "1-",
            "1.",
            "1.2.3.",
            "4111 ",
            "(555) ",
            "+1 ",
            "0",
            "fe80:",
            "/",
            "\\",
            "<",
            "<|",
            "[INST]",
            "###",
            "{",
            "{{",
            "[",
            " ",
            "\n",
            "\t",
            "A",
            "AK",
            "AKIA",
            "AIza",
            "eyJ",
            "eyJ.",
            "eyJa.eyJb.",
            "sk-",
            "xoxb-",
            "ghp_",
            "_",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY-----",
            "ignore ",
            "ignore all previous ",
            "you are now ",
            "system:",
            "</system>",
            "forget everything ",
            "ignore all the x prompt ",
            "act as if you are the x system root ",
            "<system>",
            "```system:",
            "~~~admin\n",
            "[USER]",
            "[/",
            "zzzzzzzz",
            "[ADMIN",
            "a'",
            "sk-proj-",
            "github_pat_",
            "PuTTY-User-",
            "data:image/png;base64,",
            ";base64,",
            "QUJD",
            "é",
            "\u200b",
            "\ud83d\ude00",
            "\ud83d");

    private Linear() {}

    /** Scans each piece over and over, and all of them mixed, at one length and at twice that length. */
    public static void assertLinear(Detector detector) {
        for (String piece : PIECES) {
            check(detector, piece, fill(piece, SIZE), fill(piece, 2 * SIZE));
        }
        for (int seed = 0; seed < 50; seed++) {
            String mixture = mixture(seed);
            check(detector, "mixture " + seed, mixture, mixture + mixture);
        }
    }

    private static void check(Detector detector, String name, String once, String twice) {
        long few = reads(detector, once);
        long many = reads(detector, twice);

        assertThat(few).as("reads of [%s]", name).isLessThanOrEqualTo(MOST_PER_CHARACTER * SIZE);
        assertThat(many).as("reads of [%s], after [%s] for half", name, few).isLessThanOrEqualTo(few * 3 + SIZE);
    }

    private static long reads(Detector detector, String text) {
        Counting counting = new Counting(text);
        detector.scan(counting, 0, text.length(), "", false, new Hits());
        return counting.reads;
    }

    private static String fill(String piece, int size) {
        return piece.repeat(size / piece.length() + 1).substring(0, size);
    }

    private static String mixture(int seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < SIZE) {
            text.append(PIECES.get(random.nextInt(PIECES.size())).repeat(1 + random.nextInt(200)));
        }
        return text.substring(0, SIZE);
    }

    /** A text that counts. */
    private static final class Counting implements CharSequence {
        private final String text;
        private long reads;

        Counting(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            reads++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            reads += end - start;
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            reads += text.length();
            return text;
        }
    }
}
