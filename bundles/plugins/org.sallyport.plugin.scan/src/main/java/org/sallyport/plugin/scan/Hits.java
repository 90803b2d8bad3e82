package org.sallyport.plugin.scan;

import java.util.Arrays;

/**
 * What detectors found in one text: places and types, merged before anything is replaced. Used by one thread; its
 * arrays are made at the first hit, so a clean text costs nothing.
 */
public final class Hits {
    /** Most types a detector may have. */
    public static final int MAX_TYPES = 31;

    private static final int[] NONE = new int[0];

    private int[] starts = NONE;
    private int[] ends = NONE;
    private int[] types = NONE;
    private int size;

    /** Adds a hit from {@code start} (inclusive) to {@code end} (exclusive). */
    public void add(int start, int end, int type) {
        if (size == starts.length) {
            int more = Math.max(8, size * 2);
            starts = Arrays.copyOf(starts, more);
            ends = Arrays.copyOf(ends, more);
            types = Arrays.copyOf(types, more);
        }
        starts[size] = start;
        ends[size] = end;
        types[size++] = type;
    }

    /** Number of hits. */
    public int size() {
        return size;
    }

    /** Whether nothing was found. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** First character of a hit. */
    public int start(int hit) {
        return starts[hit];
    }

    /** The character after a hit. */
    public int end(int hit) {
        return ends[hit];
    }

    /** Type of a hit. */
    public int type(int hit) {
        return types[hit];
    }

    /** Forgets all hits, keeps the arrays. */
    public void clear() {
        size = 0;
    }

    /** The types found, as bits. */
    public int typeBits() {
        int bits = 0;
        for (int i = 0; i < size; i++) {
            bits |= 1 << types[i];
        }
        return bits;
    }

    /**
     * Sorts the hits and joins those that overlap; the joined one has the type of the longest. Afterwards hits are in
     * order and disjoint.
     */
    public void merge() {
        if (size < 2) {
            return;
        }
        sort();
        int last = 0;
        int longest = ends[0] - starts[0];
        for (int i = 1; i < size; i++) {
            int length = ends[i] - starts[i];
            if (starts[i] < ends[last]) {
                ends[last] = Math.max(ends[last], ends[i]);
                if (length > longest) {
                    longest = length;
                    types[last] = types[i];
                }
            } else {
                last++;
                starts[last] = starts[i];
                ends[last] = ends[i];
                types[last] = types[i];
                longest = length;
            }
        }
        size = last + 1;
    }

    private void sort() {
        long[] order = new long[size];
        boolean sorted = true;
        for (int i = 0; i < size; i++) {
            order[i] = (long) starts[i] << 32 | i;
            sorted &= i == 0 || starts[i - 1] <= starts[i];
        }
        if (sorted) {
            return;
        }
        Arrays.sort(order);
        int[] s = starts.clone();
        int[] e = ends.clone();
        int[] t = types.clone();
        for (int i = 0; i < size; i++) {
            int from = (int) order[i];
            starts[i] = s[from];
            ends[i] = e[from];
            types[i] = t[from];
        }
    }

    /** The text with each hit replaced; call {@link #merge} first. */
    String replaceIn(String text, Detector detector) {
        StringBuilder out = new StringBuilder(text.length() + 16 * size);
        int from = 0;
        for (int i = 0; i < size; i++) {
            out.append(text, from, starts[i]).append(detector.placeholder(types[i]));
            from = ends[i];
        }
        return out.append(text, from, text.length()).toString();
    }
}
