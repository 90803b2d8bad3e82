package org.sallyport.registry.internal;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * Which rows may contain a text: for each of {@value #SLICES} classes of three successive characters one bit a row. A row
 * that is not named does not contain it; one that is named has to be looked at. Immutable; takes half a kilobyte a row.
 */
final class TextIndex {
    private static final int GRAM = 3;

    private static final int SLICES = 4_096;

    private final int width;
    private final long[] slices;

    /** @param rows sorted; their places are the numbers that are given */
    TextIndex(Row[] rows) {
        width = (rows.length + 63) / 64;
        slices = new long[SLICES * width];
        for (int row = 0; row < rows.length; row++) {
            for (String text : rows[row].distinctTexts()) {
                for (int at = 0; at + GRAM <= text.length(); at++) {
                    slices[slice(text, at) + row / 64] |= 1L << row;
                }
            }
        }
    }

    /** Whether it can tell anything of these words: one of them is long enough. */
    static boolean knows(List<String> words) {
        for (String word : words) {
            if (word.length() >= GRAM) {
                return true;
            }
        }
        return false;
    }

    /** Names the rows that may contain all of these words, in their order. It has to know some of them. */
    void candidates(List<String> words, IntConsumer candidate) {
        int[] wanted = slices(words);
        for (int at = 0; at < width; at++) {
            long rows = slices[wanted[0] + at];
            for (int i = 1; i < wanted.length && rows != 0; i++) {
                rows &= slices[wanted[i] + at];
            }
            for (; rows != 0; rows &= rows - 1) {
                candidate.accept(at * 64 + Long.numberOfTrailingZeros(rows));
            }
        }
    }

    /** Those of all threes of successive characters. */
    private int[] slices(List<String> words) {
        int count = 0;
        for (String word : words) {
            count += Math.max(0, word.length() - GRAM + 1);
        }
        int[] wanted = new int[count];
        for (String word : words) {
            for (int at = 0; at + GRAM <= word.length(); at++) {
                wanted[--count] = slice(word, at);
            }
        }
        return wanted;
    }

    /** Where the bits of the three characters begin. */
    private int slice(String text, int at) {
        int gram = (text.charAt(at) * 31 + text.charAt(at + 1)) * 31 + text.charAt(at + 2);
        return (gram * 0x9E3779B9 >>> 20) * width;
    }
}
