package org.sallyport.plugin.injection.internal;

/**
 * The last words of a text and what stands between them: a ring that is written while the text is read. Words are
 * counted from 0. Used within one scan.
 */
final class Words {
    /** How many words a phrase may have. */
    static final int REACH = 24;

    private static final int RING = 32;

    /** A sentence or paragraph ended before the word. */
    static final int BREAK = 1;

    /** A clause may begin with the word: it stands after a break, a line end, a colon, a quote mark or a bracket. */
    static final int START = 2;

    /** A colon stands after the word. */
    static final int COLON = 4;

    /** A quote mark, bracket or tag begins before the word, which ends what stood before. */
    static final int EDGE = 8;

    private final int[] ids = new int[RING];
    private final int[] starts = new int[RING];
    private final int[] ends = new int[RING];
    private final int[] flags = new int[RING];
    private int count;

    /** Number of the last word of each anchor set, plus one. */
    private final int[] seen;

    /**
     * @param before how many words were read before the first that is kept; none of them is known
     * @param anchors how many sets of anchors there are
     */
    Words(int before, int anchors) {
        count = before;
        seen = new int[anchors];
    }

    void add(int id, int start, int end, int flag) {
        int slot = count++ & RING - 1;
        ids[slot] = id;
        starts[slot] = start;
        ends[slot] = end;
        flags[slot] = flag;
    }

    /** Notes that the last word is in an anchor set. */
    void anchor(int set) {
        seen[set] = count;
    }

    /** Whether a word of an anchor set was read from that one on. */
    boolean anchored(int set, int word) {
        return seen[set] > word;
    }

    /** Marks that a colon follows the last word. */
    void colon() {
        flags[count - 1 & RING - 1] |= COLON;
    }

    /** Number of words read so far. */
    int count() {
        return count;
    }

    int id(int word) {
        return ids[word & RING - 1];
    }

    int start(int word) {
        return starts[word & RING - 1];
    }

    int end(int word) {
        return ends[word & RING - 1];
    }

    boolean has(int word, int flag) {
        return (flags[word & RING - 1] & flag) != 0;
    }
}
