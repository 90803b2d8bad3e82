package org.sallyport.plugin.injection.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * A row of words, each from a set, some of them optional or repeated.
 *
 * <p>Written as elements with blanks between: {@code a|b} is one of two words, {@code .} any word, {@code $NAME} a set
 * that is defined elsewhere; {@code ?} after it makes it optional, <code>{0,3}</code> says how often; {@code a:} wants
 * a colon after the word. {@code ^} in front wants the phrase to begin a clause, {@code $} at the end wants it to end
 * one.
 *
 * <p>Matching keeps the set of all places that are reached so far, as bits; so the work is bounded by the number of
 * elements times {@link Words#REACH}, whatever the text. Immutable.
 */
final class Phrase {
    private record Element(boolean[] accepted, int shortest, boolean any, boolean colon, int min, int max) {}

    private final Method method;
    private final boolean imperative;
    private final boolean closing;
    private final List<Element> elements;
    private final boolean[] leads;

    private Phrase(Method method, boolean imperative, boolean closing, List<Element> elements, boolean[] leads) {
        this.method = method;
        this.imperative = imperative;
        this.closing = closing;
        this.elements = elements;
        this.leads = leads;
    }

    /**
     * Reads a phrase.
     *
     * @param sets the named sets, without the dollar sign
     * @param leads words that may stand before an imperative without making it something else
     */
    static Phrase of(Method method, String text, Map<String, String> sets, String leads, Lexicon lexicon) {
        String body = text.strip();
        boolean imperative = body.startsWith("^ ");
        boolean closing = body.endsWith(" $");
        body = body.substring(imperative ? 2 : 0, body.length() - (closing ? 2 : 0));
        List<Element> elements = new ArrayList<>();
        for (String element : body.split("\\s+")) {
            elements.add(element(element, sets, lexicon));
        }
        return new Phrase(method, imperative, closing, List.copyOf(elements), set(leads, lexicon));
    }

    private static Element element(String text, Map<String, String> sets, Lexicon lexicon) {
        int min = 1;
        int max = 1;
        String words = text;
        if (words.endsWith("?")) {
            min = 0;
            words = words.substring(0, words.length() - 1);
        } else if (words.endsWith("}")) {
            int open = words.indexOf('{');
            String[] bounds = words.substring(open + 1, words.length() - 1).split(",");
            min = Integer.parseInt(bounds[0]);
            max = Integer.parseInt(bounds[1]);
            words = words.substring(0, open);
        }
        boolean colon = words.endsWith(":");
        if (colon) {
            words = words.substring(0, words.length() - 1);
        }
        if (words.equals(".")) {
            return new Element(new boolean[0], 1, true, colon, min, max);
        }
        StringBuilder expanded = new StringBuilder();
        for (String word : words.split("\\|")) {
            String named = word.startsWith("$") ? sets.get(word.substring(1)) : word;
            if (named == null) {
                throw new IllegalArgumentException("Phrase [" + text + "] uses the unknown set [" + word + "]");
            }
            expanded.append(named).append('|');
        }
        int shortest = Arrays.stream(expanded.toString().split("[|]"))
                .mapToInt(String::length)
                .min()
                .orElseThrow();
        return new Element(set(expanded.toString(), lexicon), shortest, false, colon, min, max);
    }

    private static boolean[] set(String words, Lexicon lexicon) {
        List<Integer> ids = new ArrayList<>();
        for (String word : words.split("[|\\s]+")) {
            ids.add(lexicon.add(word));
        }
        boolean[] set = new boolean[lexicon.size()];
        ids.forEach(id -> set[id] = true);
        return set;
    }

    Method method() {
        return method;
    }

    /** Whether the phrase can begin with the word of that id. */
    boolean beginsWith(int id) {
        return contains(elements.get(0).accepted, id);
    }

    /** Fewest characters of a text that has the phrase: its words and what parts them. */
    int shortest() {
        int shortest = -1;
        for (Element element : elements) {
            shortest += element.min * (element.shortest + 1);
        }
        return shortest;
    }

    /**
     * The ids of words one of which every text with the phrase has. Of the elements that must be there, the last one
     * without an ordinary word, else the last.
     */
    BitSet anchor(BitSet ordinary) {
        BitSet anchor = new BitSet();
        for (Element element : elements) {
            BitSet words = new BitSet();
            for (int id = 0; id < element.accepted.length; id++) {
                words.set(id, element.accepted[id]);
            }
            boolean better = !words.intersects(ordinary) || anchor.isEmpty() || anchor.intersects(ordinary);
            if (element.min > 0 && !element.any && better) {
                anchor = words;
            }
        }
        return anchor;
    }

    private static boolean contains(boolean[] set, int id) {
        return id < set.length && set[id];
    }

    /** Number of words from {@code first} on that are the phrase, the most there are, or 0. */
    int match(Words words, int first) {
        if (imperative && !words.has(first, Words.START) && !(first > 0 && contains(leads, words.id(first - 1)))) {
            return 0;
        }
        // Bit n: the phrase so far may have taken n words.
        int reached = 1;
        for (Element element : elements) {
            int after = element.min == 0 ? reached : 0;
            int step = reached;
            for (int times = 1; times <= element.max && step != 0; times++) {
                step = advance(element, words, first, step);
                after |= times >= element.min ? step : 0;
            }
            reached = after;
            if (reached == 0) {
                return 0;
            }
        }
        if (closing) {
            reached = closed(words, first, reached);
        }
        return reached == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(reached);
    }

    private static int advance(Element element, Words words, int first, int step) {
        int next = 0;
        for (int left = step; left != 0; left &= left - 1) {
            int taken = Integer.numberOfTrailingZeros(left);
            int word = first + taken;
            if (taken < Words.REACH
                    && word < words.count()
                    && (taken == 0 || !words.has(word, Words.BREAK))
                    && (element.any || contains(element.accepted, words.id(word)))
                    && (!element.colon || words.has(word, Words.COLON))) {
                next |= 1 << taken + 1;
            }
        }
        return next;
    }

    private static int closed(Words words, int first, int reached) {
        int closed = 0;
        for (int left = reached; left != 0; left &= left - 1) {
            int taken = Integer.numberOfTrailingZeros(left);
            int word = first + taken;
            if (word >= words.count() || words.has(word, Words.BREAK | Words.EDGE)) {
                closed |= 1 << taken;
            }
        }
        return closed;
    }
}
