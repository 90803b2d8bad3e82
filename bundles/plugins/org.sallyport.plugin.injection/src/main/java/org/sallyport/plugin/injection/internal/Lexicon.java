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

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Map<String, Integer> ids = new HashMap<>();
    private long[] hashes = new long[16];
    private int[] slots = new int[16];

    /** A set of words, for {@link #has}. */
    static Lexicon of(String... words) {
        Lexicon lexicon = new Lexicon();
        for (String word : words) {
            lexicon.add(word);
        }
        return lexicon;
    }

    /**
     * The hash of a word that goes on with one more folded character. Seven bits a character keep words of up to nine
     * plain letters and digits apart without a multiplication for each; a character of another script is spread over all
     * bits.
     */
    static long hash(long hash, char folded) {
        return Long.rotateLeft(hash, 7) ^ (folded < 128 ? folded : folded * SPREAD);
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
        if (ids.size() * 4 > hashes.length) {
            grow();
        }
        put(hash(word), id);
        return id;
    }

    private void grow() {
        hashes = new long[hashes.length * 2];
        slots = new int[hashes.length];
        ids.forEach((word, id) -> put(hash(word), id));
    }

    private void put(long hash, int id) {
        int slot = slot(hash);
        while (slots[slot] != UNKNOWN && hashes[slot] != hash) {
            slot = slot + 1 & slots.length - 1;
        }
        hashes[slot] = hash;
        slots[slot] = id;
    }

    private int slot(long hash) {
        return (int) (hash * SPREAD >>> 40) & slots.length - 1;
    }

    /** The id of the word with this hash, or {@link #UNKNOWN}. */
    int find(long hash) {
        int slot = slot(hash);
        while (slots[slot] != UNKNOWN) {
            if (hashes[slot] == hash) {
                return slots[slot];
            }
            slot = slot + 1 & slots.length - 1;
        }
        return UNKNOWN;
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
