package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the lines of a history file lie that count: the last one of each plugin. A line is known by its first member; what else it
 * says is looked at when somebody asks, as there may be thousands of which nobody does.
 */
final class PastLines {
    /** {@link PastLine#write} writes this member first. */
    private static final byte[] ID = "{\"id\":\"".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final Map<String, Place> last = new LinkedHashMap<>();
    private int count;
    private int wrong;
    private boolean ended = true;

    private PastLines(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Where a line lies.
     *
     * @param at of its first byte in the file
     * @param length without its line feed
     */
    record Place(long at, int length) {}

    /** @param begin behind the first line */
    static PastLines of(byte[] bytes, int begin) {
        PastLines lines = new PastLines(bytes);
        int from = begin;
        for (int at = begin; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                lines.add(from, at - from, false);
                from = at + 1;
            }
        }
        if (from < bytes.length) {
            lines.ended = false;
            lines.add(from, bytes.length - from, true);
        }
        return lines;
    }

    private void add(int at, int length, boolean mayBeCut) {
        count++;
        int from = at + ID.length;
        int end = from;
        while (end < at + length && bytes[end] != '"' && bytes[end] != '\\') {
            end++;
        }
        boolean isPlain = startsWithId(at, length) && end < at + length && bytes[end] == '"' && end > from;
        if (!isPlain || bytes[at + length - 1] != '}' || mayBeCut) {
            addRead(at, length);
            return;
        }
        String id = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        // A line of nothing but the id forgets the plugin.
        put(id, end + 2 == at + length, at, length);
    }

    private boolean startsWithId(int at, int length) {
        if (length < ID.length) {
            return false;
        }
        for (int i = 0; i < ID.length; i++) {
            if (bytes[at + i] != ID[i]) {
                return false;
            }
        }
        return true;
    }

    private void addRead(int at, int length) {
        try {
            PastLine.Read read = PastLine.read(new String(bytes, at, length, StandardCharsets.UTF_8));
            put(read.id(), read.plugin().isEmpty(), at, length);
        } catch (IOException e) {
            wrong++;
        }
    }

    private void put(String id, boolean forgotten, int at, int length) {
        if (forgotten) {
            last.remove(id);
        } else {
            last.put(id, new Place(at, length));
        }
    }

    /** Those that count, by plugin. */
    Map<String, Place> last() {
        return last;
    }

    /** How many lines there are. */
    int count() {
        return count;
    }

    /** How many of them are none of ours. */
    int wrong() {
        return wrong;
    }

    /** Whether the last one has its end. */
    boolean isEnded() {
        return ended;
    }
}
