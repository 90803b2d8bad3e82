package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.VersionRange;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.RegistrySnapshot;

/**
 * A table by id, and an index of what it held a few changes ago. A search takes from the index what did not change since
 * and looks at the plugins that did, so a change costs its publisher nothing but the table's part. The index is made anew
 * by the first search after {@value #MAX_CHANGES} changes, once for this snapshot and those after it. Immutable.
 */
final class IndexedSnapshot implements RegistrySnapshot {
    /** Most changes of versions that a search looks at one by one. */
    static final int MAX_CHANGES = 64;

    static final IndexedSnapshot EMPTY = new IndexedSnapshot(0, Table.EMPTY, null);

    private static final Comparator<PluginVersion> ORDER =
            Comparator.comparing(PluginVersion::id).thenComparing(PluginVersion::version, Comparator.reverseOrder());

    private final long generation;
    private final Table table;

    /** Made by the first search that needs it; if two need it at once, both make the same. */
    private volatile @Nullable View view;

    private IndexedSnapshot(long generation, Table table, @Nullable View view) {
        this.generation = generation;
        this.table = table;
        this.view = view;
    }

    /**
     * An index and the changes that it lacks.
     *
     * @param count how many they are
     * @param last the last one
     */
    private record View(Index index, int count, @Nullable Change last) {
        @Nullable View without(String id) {
            return count == MAX_CHANGES ? null : new View(index, count + 1, new Change(id, last));
        }

        Set<String> changed() {
            Set<String> ids = count == 0 ? Set.of() : new HashSet<>();
            for (Change change = last; change != null; change = change.before) {
                ids.add(change.id);
            }
            return ids;
        }
    }

    private record Change(String id, @Nullable Change before) {}

    /** The snapshot after a plugin became known or something else became known of it. */
    IndexedSnapshot with(KnownPlugin plugin) {
        Row before = table.get(plugin.status().id());
        Row row = new Row(plugin, before);
        View now = view;
        boolean indexed = before != null && row.hasVersionsOf(before);
        return new IndexedSnapshot(generation + 1, table.with(row), now == null || indexed ? now : now.without(row.id));
    }

    /** The snapshot after a plugin was forgotten. */
    IndexedSnapshot without(String id) {
        View now = view;
        return new IndexedSnapshot(generation + 1, table.without(id), now == null ? null : now.without(id));
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public Optional<KnownPlugin> plugin(String id) {
        Row row = table.get(id);
        return row == null ? Optional.empty() : Optional.of(row.known);
    }

    @Override
    public @Nullable PluginVersion newest(PluginRange wanted) {
        Row row = table.get(wanted.id());
        return row == null ? null : row.newest(wanted);
    }

    @Override
    public List<PluginVersion> versions(PluginRange wanted) {
        Row row = table.get(wanted.id());
        return row == null ? List.of() : row.within(wanted);
    }

    @Override
    public List<PluginVersion> search(PluginQuery query) {
        View now = view();
        Set<String> changed = now.changed();
        List<PluginVersion> indexed = now.index.search(query, changed);
        if (changed.isEmpty()) {
            return Collections.unmodifiableList(indexed);
        }
        List<PluginVersion> hits = new ArrayList<>(indexed);
        for (String id : changed) {
            Row row = table.get(id);
            if (row != null) {
                row.search(query, hits);
            }
        }
        hits.sort(ORDER);
        return Collections.unmodifiableList(hits);
    }

    private View view() {
        View made = view;
        if (made == null) {
            made = new View(new Index(table), 0, null);
            view = made;
        }
        return made;
    }

    @Override
    public Resolution resolve(Collection<PluginRange> required) {
        Map<String, VersionRange> ranges = new HashMap<>();
        for (PluginRange one : required) {
            ranges.merge(one.id(), one.range(), VersionRange::intersection);
        }
        Map<String, PluginVersion> chosen = new HashMap<>();
        ranges.forEach((id, range) -> {
            PluginVersion newest = newest(new PluginRange(id, range));
            if (newest != null) {
                chosen.put(id, newest);
            }
        });
        return new Resolution(
                chosen,
                required.stream().filter(one -> !chosen.containsKey(one.id())).toList());
    }
}
