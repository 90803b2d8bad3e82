package org.sallyport.plugin.injection.internal;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The words that phrases are made of. Found by a 64-bit hash of the folded word, so reading a text makes no strings.
 * Immutable once filled.
 */
final class Lexicon {
    /** Id of every word that no phrase uses. */
    static final int UNKNOWN = 0;

    /** The hash of no word. */
    static final long NONE = 0;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** So many spreads are tried before the tables are made larger. */
    private static final int TRIES = 8;

    private final Map<String, Integer> ids = new HashMap<>();
    private long spread = SPREAD;
    private long[] hashes = new long[17];
    private int[] slots = new int[17];

    /** A set of words, for {@link #has}. */
    static Lexicon of(String... words) {
        Lexicon lexicon = new Lexicon();
        for (String word : words) {
            lexicon.add(word);
        }
        return lexicon;
    }

    /**
     * The hash of a word that goes on with one more folded character. Eight bits a character keep words of up to eight
     * plain letters and digits apart without a multiplication for each, and let eight of them be added together; a
     * character of another script is spread over all bits.
     */
    static long hash(long hash, char folded) {
        return Long.rotateLeft(hash, 8) ^ (folded < 128 ? folded : folded * SPREAD);
    }

    /** The same for up to eight folded characters below 128, one a byte, the first one lowest. */
    static long hash(long hash, long folded, int count) {
        return Long.rotateLeft(hash, 8 * count) ^ Long.reverseBytes(folded) >>> 64 - 8 * count;
    }

    static long hash(String word) {
        long hash = 0;
        for (int i = 0; i < word.length(); i++) {
            hash = hash(hash, word.charAt(i));
        }
        return hash;
    }

    /** The id of a word, which is added if it is new. */
    int add(String word) {
        Integer known = ids.get(word);
        if (known != null) {
            return known;
        }
        int id = ids.size() + 1;
        ids.put(word, id);
        if (ids.size() * 4 > hashes.length || !put(hash(word), id)) {
            grow();
        }
        return id;
    }

    /** Puts all words into tables so large, and with such a spread, that each lies at its slot or the next. */
    private void grow() {
        int size = hashes.length - 1;
        boolean placed = false;
        for (int tries = 1; !placed; tries++) {
            size = ids.size() * 4 > size || tries % TRIES == 0 ? size * 2 : size;
            spread = spread * SPREAD;
            hashes = new long[size + 1];
            slots = new int[size + 1];
            placed = ids.entrySet().stream().allMatch(word -> put(hash(word.getKey()), word.getValue()));
        }
    }

    /** Whether there is a place for it. */
    private boolean put(long hash, int id) {
        int slot = slot(hash);
        if (slots[slot] != UNKNOWN) {
            slot++;
        }
        if (slots[slot] != UNKNOWN) {
            return false;
        }
        hashes[slot] = hash;
        slots[slot] = id;
        return true;
    }

    private int slot(long hash) {
        return (int) (hash * spread >>> 40) & hashes.length - 2;
    }

    /** The id of the word with this hash, or {@link #UNKNOWN}. Without a branch: which words follow is not predictable. */
    int find(long hash) {
        int slot = slot(hash);
        int here = slots[slot];
        int next = slots[slot + 1];
        next = hashes[slot + 1] == hash ? next : UNKNOWN;
        return hashes[slot] == hash ? here : next;
    }

    /** Whether the word with this hash is known. */
    boolean has(long hash) {
        return find(hash) != UNKNOWN;
    }

    /** All words. */
    Set<String> words() {
        return Collections.unmodifiableSet(ids.keySet());
    }

    /** One more than the highest id. */
    int size() {
        return ids.size() + 1;
    }
}
