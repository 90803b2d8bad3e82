package org.sallyport.plugin.injection.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * The words that phrases are made of. Found by a 64-bit hash of the folded word, so reading a text makes no strings.
 * Immutable once filled.
 */
final class Lexicon {
    /** Id of every word that no phrase uses. */
    static final int UNKNOWN = 0;

    private final Map<String, Integer> ids = new HashMap<>();
    private long[] hashes = new long[16];
    private int[] slots = new int[16];

    /** The hash of a word that goes on with one more folded character. */
    static long hash(long hash, char folded) {
        return (hash ^ folded) * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
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
        return (int) (hash >>> 40) & slots.length - 1;
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

    /** One more than the highest id. */
    int size() {
        return ids.size() + 1;
    }
}
