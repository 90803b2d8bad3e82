package org.sallyport.registry.internal;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows by id. Immutable: a change copies one of {@value #PARTS} parts and the list of them, and shares the rest. A part is
 * a hash table with linear probing, at most half full.
 */
final class Table {
    private static final int PARTS = 256;

    static final Table EMPTY = empty();

    private final int size;
    private final Row[][] parts;

    private Table(int size, Row[][] parts) {
        this.size = size;
        this.parts = parts;
    }

    private static Table empty() {
        Row[][] parts = new Row[PARTS][];
        Arrays.fill(parts, new Row[1]);
        return new Table(0, parts);
    }

    int size() {
        return size;
    }

    @Nullable Row get(String id) {
        int hash = hash(id);
        Row[] part = parts[hash >>> 24];
        return part[place(part, hash, id)];
    }

    /** This table with a row in place of the one of the same id. */
    Table with(Row row) {
        int hash = hash(row.id);
        Row[] part = parts[hash >>> 24];
        boolean known = part[place(part, hash, row.id)] != null;
        Row[] next = known || hasRoom(part) ? part.clone() : filled(new Row[Math.max(4, part.length * 2)], part, "");
        next[place(next, hash, row.id)] = row;
        return replaced(hash, next, known ? size : size + 1);
    }

    /** This table without a row. */
    Table without(String id) {
        int hash = hash(id);
        Row[] part = parts[hash >>> 24];
        return part[place(part, hash, id)] == null
                ? this
                : replaced(hash, filled(new Row[part.length], part, id), size - 1);
    }

    void forEach(Consumer<Row> visitor) {
        for (Row[] part : parts) {
            for (Row row : part) {
                if (row != null) {
                    visitor.accept(row);
                }
            }
        }
    }

    /** Where an id lies in a part, or the free place where it would. */
    private static int place(Row[] part, int hash, String id) {
        int at = hash & part.length - 1;
        for (Row row = part[at]; row != null && !row.id.equals(id); row = part[at]) {
            at = at + 1 & part.length - 1;
        }
        return at;
    }

    /** Whether a part is at most half full with one more. */
    private static boolean hasRoom(Row[] part) {
        int rows = 1;
        for (Row row : part) {
            rows += row == null ? 0 : 1;
        }
        return rows <= part.length / 2;
    }

    /** Fills an empty part with the rows of another, but for one. */
    private static Row[] filled(Row[] empty, Row[] part, String but) {
        for (Row row : part) {
            if (row != null && !row.id.equals(but)) {
                empty[place(empty, hash(row.id), row.id)] = row;
            }
        }
        return empty;
    }

    private Table replaced(int hash, Row[] part, int newSize) {
        Row[][] all = parts.clone();
        all[hash >>> 24] = part;
        return new Table(newSize, all);
    }

    /** The highest bits choose the part, the lowest the place in it. */
    private static int hash(String id) {
        int hash = id.hashCode() * 0x9E3779B9;
        return hash ^ hash >>> 12;
    }
}
