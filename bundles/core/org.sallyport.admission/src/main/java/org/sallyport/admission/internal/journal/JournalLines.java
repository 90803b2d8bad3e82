package org.sallyport.admission.internal.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a journal by the operation that they are about, without a look at the rest: of each operation the last whole line counts, so
 * what stands before it need not be read.
 */
final class JournalLines {
    private final Map<Long, Last> last = new TreeMap<>();
    private final List<Integer> strange = new ArrayList<>();
    private int count;
    private boolean cut;

    private JournalLines() {}

    /**
     * A line.
     *
     * @param number from 1
     * @param begin of its first byte
     * @param end behind its last one
     * @param before the line before it about the same operation; null if there is none
     */
    record Last(int number, int begin, int end, @Nullable Last before) {}

    static JournalLines of(byte[] content) {
        JournalLines lines = new JournalLines();
        int begin = 0;
        for (int end = 0; end < content.length; end++) {
            if (content[end] == '\n') {
                lines.add(content, begin, end);
                begin = end + 1;
            }
        }
        lines.cut = begin < content.length;
        return lines;
    }

    private void add(byte[] content, int begin, int end) {
        count++;
        int at = begin;
        while (at < end && content[at] != ' ') {
            at++;
        }
        long id = Remembered.idAt(content, at + 1, end);
        if (id == 0) {
            strange.add(count);
        } else {
            last.put(id, new Last(count, begin, end, last.get(id)));
        }
    }

    /** The last line about each operation, oldest operation first. */
    Collection<Last> last() {
        return last.values();
    }

    /** The numbers of lines that are about no operation. */
    List<Integer> strange() {
        return strange;
    }

    /** How many lines there are. */
    int count() {
        return count;
    }

    /** Whether something stands after the last one. */
    boolean isCut() {
        return cut;
    }
}
