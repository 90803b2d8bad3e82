package org.sallyport.plugin.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Holds a detector against a plain one that takes no short cuts, on texts put together at random from what the detectors
 * look for, what only looks like it, and any characters. A failure names the text.
 */
public final class RandomTexts {
    private static final int TEXTS = 20_000;
    private static final int MOST_PIECES = 40;

    private RandomTexts() {}

    /** Fails if the two do not find the same in each of many texts, or find anything in a text said to be too short. */
    public static void assertAlike(Detector detector, Detector plain, List<String> vocabulary) {
        Random random = new Random(7);
        int found = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = text(random, vocabulary);
            String name = random.nextInt(4) == 0 ? vocabulary.get(random.nextInt(vocabulary.size())) : "";
            // Not from the first character to the last, so that a look outside of the range shows.
            int from = random.nextInt(Math.min(4, text.length()) + 1);
            int to = text.length() - random.nextInt(Math.min(4, text.length() - from) + 1);
            List<String> hits = hits(detector, text, from, to, name);
            assertThat(hits)
                    .as("[%s] from %d to %d under [%s]", text, from, to, name)
                    .isEqualTo(hits(plain, text, from, to, name));
            found += hits.isEmpty() ? 0 : 1;

            String shorter = text.substring(0, Math.min(text.length(), detector.shortest() - 1));
            assertThat(hits(plain, shorter, 0, shorter.length(), name))
                    .as("in [%s]", shorter)
                    .isEmpty();
        }
        assertThat(found).as("texts with hits, of [%d]", TEXTS).isBetween(TEXTS / 50, TEXTS - TEXTS / 50);
    }

    private static List<String> hits(Detector detector, String text, int from, int to, String name) {
        Hits hits = new Hits();
        detector.scan(new Text().of(text), from, to, name, false, hits);
        TreeSet<String> found = new TreeSet<>();
        for (int i = 0; i < hits.size(); i++) {
            found.add(hits.start(i) + "-" + hits.end(i) + " " + detector.type(hits.type(i)));
        }
        return new ArrayList<>(found);
    }

    private static String text(Random random, List<String> vocabulary) {
        StringBuilder text = new StringBuilder();
        for (int pieces = 1 + random.nextInt(MOST_PIECES); pieces > 0; pieces--) {
            switch (random.nextInt(12)) {
                case 0 -> text.append((char) random.nextInt(Character.MAX_VALUE));
                case 1 -> text.append((char) (' ' + random.nextInt(95)));
                case 2 -> text.append(" .,:;-_\n'\"/()[]<>".charAt(random.nextInt(17)));
                default -> {
                    String piece = vocabulary.get(random.nextInt(vocabulary.size()));
                    text.append(piece).append(random.nextInt(3) == 0 ? "" : " ");
                }
            }
        }
        return text.toString();
    }
}
