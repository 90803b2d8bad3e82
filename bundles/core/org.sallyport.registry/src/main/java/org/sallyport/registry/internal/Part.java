package org.sallyport.registry.internal;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;

/**
 * Some rows by the hash of their id: open addressing with linear probing, at most half full. The numbers of all versions
 * lie behind the hashes in one array, so that a look-up by range touches few places in memory and no row. Immutable.
 */
final class Part {
    static final Part EMPTY = new Part(0, new long[2], new String[2], new Row[2], new PluginVersion[0]);

    /** Below the number of every version, after those of each plugin. */
    private static final long END = Long.MIN_VALUE;

    private final int size;

    /** First the slots, each the hash and where the versions begin plus one, or 0; then the numbers of the versions. */
    private final long[] numbers;

    /** By slot. */
    private final @Nullable String[] ids;

    /** By slot. */
    private final @Nullable Row[] rows;

    /** Parallel to the numbers: plugin by plugin newest first, then null. */
    private final @Nullable PluginVersion[] versions;

    private Part(
            int size,
            long[] numbers,
            @Nullable String[] ids,
            @Nullable Row[] rows,
            @Nullable PluginVersion[] versions) {
        this.size = size;
        this.numbers = numbers;
        this.ids = ids;
        this.rows = rows;
        this.versions = versions;
    }

    int size() {
        return size;
    }

    @Nullable Row get(int hash, String id) {
        int slot = slot(hash, id);
        return slot < 0 ? null : rows[slot];
    }

    /** The highest version within a range, or null. */
    @Nullable PluginVersion newest(int hash, PluginRange wanted) {
        int slot = slot(hash, wanted.id());
        if (slot < 0) {
            return null;
        }
        int first = ids.length;
        int at = begin(numbers[slot]);
        while (wanted.isExceededBy(numbers[first + at], versions[at])) {
            at++;
        }
        return wanted.isMissedBy(numbers[first + at], versions[at]) ? null : versions[at];
    }

    void forEach(Consumer<Row> visitor) {
        for (Row row : rows) {
            if (row != null) {
                visitor.accept(row);
            }
        }
    }

    /** This part with a row in place of the one of the same id. */
    Part with(int hash, Row row) {
        int slot = slot(hash, row.id);
        Row before = slot < 0 ? null : rows[slot];
        if (before == null || !row.hasVersionsOf(before)) {
            return changed(slot, hash, row);
        }
        Row[] next = rows.clone();
        next[slot] = row;
        return new Part(size, numbers, ids, next, versions);
    }

    /** This part without a row. */
    Part without(int hash, String id) {
        int slot = slot(hash, id);
        return slot < 0 ? this : changed(slot, 0, null);
    }

    /** A copy that lacks the row of a slot, if it is not negative, and has another one behind the rest. */
    private Part changed(int lacking, int hash, @Nullable Row more) {
        Row less = lacking < 0 ? null : rows[lacking];
        int from = less == null ? versions.length : begin(numbers[lacking]);
        int gap = less == null ? 0 : less.versions.length + 1;
        int kept = versions.length - gap;
        int length = kept + (more == null ? 0 : more.versions.length + 1);
        int newSize = size - (less == null ? 0 : 1) + (more == null ? 0 : 1);
        int slots = Math.max(2, Integer.highestOneBit(Math.max(1, newSize * 2 - 1)) * 2);
        Part next = new Part(
                newSize, new long[slots + length], new String[slots], new Row[slots], new PluginVersion[length]);
        System.arraycopy(numbers, ids.length, next.numbers, slots, from);
        System.arraycopy(numbers, ids.length + from + gap, next.numbers, slots + from, kept - from);
        System.arraycopy(versions, 0, next.versions, 0, from);
        System.arraycopy(versions, from + gap, next.versions, from, kept - from);
        for (int slot = 0; slot < ids.length; slot++) {
            long number = numbers[slot];
            if (number != 0 && slot != lacking) {
                next.put(begin(number) > from ? number - gap : number, ids[slot], rows[slot]);
            }
        }
        if (more != null) {
            next.put((long) hash << 32 | kept + 1, more.id, more);
            System.arraycopy(more.keys, 0, next.numbers, slots + kept, more.keys.length);
            next.numbers[slots + length - 1] = END;
            System.arraycopy(more.versions, 0, next.versions, kept, more.versions.length);
        }
        return next;
    }

    /** Fills a free slot; only while the part is made. */
    private void put(long number, @Nullable String id, @Nullable Row row) {
        int slot = (int) (number >>> 32) & ids.length - 1;
        while (numbers[slot] != 0) {
            slot = slot + 1 & ids.length - 1;
        }
        numbers[slot] = number;
        ids[slot] = id;
        rows[slot] = row;
    }

    /** Where an id lies, or -1. */
    private int slot(int hash, String id) {
        int last = ids.length - 1;
        int slot = hash & last;
        for (long number = numbers[slot]; number != 0; number = numbers[slot]) {
            if ((int) (number >>> 32) == hash && id.equals(ids[slot])) {
                return slot;
            }
            slot = slot + 1 & last;
        }
        return -1;
    }

    private static int begin(long number) {
        return (int) number - 1;
    }
}
