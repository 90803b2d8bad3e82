package org.sallyport.registry.internal;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;

/**
 * Rows by id. Immutable: a change copies one of {@value #GROUPS} times {@value #GROUPS} parts and the two lists that lead
 * to it, and shares the rest.
 */
final class Table {
    private static final int GROUPS = 32;

    static final Table EMPTY = empty();

    private final int size;
    private final Part[][] groups;

    private Table(int size, Part[][] groups) {
        this.size = size;
        this.groups = groups;
    }

    private static Table empty() {
        Part[] none = new Part[GROUPS];
        Arrays.fill(none, Part.EMPTY);
        Part[][] groups = new Part[GROUPS][];
        Arrays.fill(groups, none);
        return new Table(0, groups);
    }

    int size() {
        return size;
    }

    @Nullable Row get(String id) {
        int hash = mixed(id.hashCode());
        return part(hash).get(hash, id);
    }

    /** The highest version within a range, or null. Allocates nothing. */
    @Nullable PluginVersion newest(PluginRange wanted) {
        int hash = mixed(wanted.idHash());
        return part(hash).newest(hash, wanted);
    }

    /** This table with a row in place of the one of the same id. */
    Table with(Row row) {
        int hash = mixed(row.id.hashCode());
        return replaced(hash, part(hash).with(hash, row));
    }

    /** This table without a row. */
    Table without(String id) {
        int hash = mixed(id.hashCode());
        return replaced(hash, part(hash).without(hash, id));
    }

    void forEach(Consumer<Row> visitor) {
        for (Part[] group : groups) {
            for (Part part : group) {
                part.forEach(visitor);
            }
        }
    }

    /** The highest bits choose the part, the lowest the place in it. */
    private Part part(int hash) {
        return groups[hash >>> 27][hash >>> 22 & GROUPS - 1];
    }

    private Table replaced(int hash, Part part) {
        Part[][] all = groups.clone();
        Part[] group = all[hash >>> 27].clone();
        int newSize = size + part.size() - part(hash).size();
        group[hash >>> 22 & GROUPS - 1] = part;
        all[hash >>> 27] = group;
        return new Table(newSize, all);
    }

    private static int mixed(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 12;
    }
}
