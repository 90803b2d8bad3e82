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
import org.sallyport.spi.plugin.VersionChoice;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.RegistrySnapshot;

/**
 * A table by id, and an index of what it held some changes ago. A search takes from the index what did not change since
 * and looks at the plugins that did, so a change costs its publisher nothing but the table's part. Of each
 * {@value #SHARE} plugins one may have changed, and {@value #MIN_CHANGES} at least, before a search makes a new index: so
 * a change costs searches at most {@value #SHARE} plugins put into an index, however many there are. Immutable.
 */
final class IndexedSnapshot implements RegistrySnapshot {
    /** Changes of versions that a search looks at one by one, however few plugins there are. */
    static final int MIN_CHANGES = 64;

    private static final int SHARE = 16;

    private static final Comparator<PluginVersion> ORDER =
            Comparator.comparing(PluginVersion::id).thenComparing(PluginVersion::version, Comparator.reverseOrder());

    private final long generation;
    private final Table table;

    private final View view;

    private IndexedSnapshot(long generation, Table table, View view) {
        this.generation = generation;
        this.table = table;
        this.view = view;
    }

    /** The first snapshot of one registry: it has an index of its own, which must not be another registry's. */
    static IndexedSnapshot empty() {
        return new IndexedSnapshot(0, Table.EMPTY, View.fresh());
    }

    /** What a search takes from an index: that of a snapshot at most as new as the one that is searched. */
    private record Made(Index index, long generation) {}

    /** The index that successive snapshots share. Thread-safe. */
    private static final class Base {
        /** Made by the first search of any of the snapshots; if two need it at once, both make one, and either will do. */
        private volatile @Nullable Made made;

        Made of(IndexedSnapshot now) {
            Made there = made;
            if (there == null || there.generation > now.generation) {
                there = new Made(new Index(now.table), now.generation);
                made = there;
            }
            return there;
        }
    }

    /**
     * An index, and all changes that it can lack.
     *
     * @param count how many they are
     * @param last the last one
     */
    private record View(Base base, int count, @Nullable Change last) {
        static View fresh() {
            return new View(new Base(), 0, null);
        }

        /** The view after one more change among so many plugins. */
        View after(String id, long generation, int size) {
            return count == Math.max(MIN_CHANGES, size / SHARE)
                    ? fresh()
                    : new View(base, count + 1, new Change(id, generation, last));
        }

        /** The plugins that changed since. */
        Set<String> changedSince(long generation) {
            Change change = last;
            if (change == null || change.generation <= generation) {
                return Set.of();
            }
            Set<String> ids = new HashSet<>();
            for (; change != null && change.generation > generation; change = change.before) {
                ids.add(change.id);
            }
            return ids;
        }
    }

    private record Change(
            String id, long generation, @Nullable Change before) {}

    /** The snapshot after a plugin became known or something else became known of it. */
    IndexedSnapshot with(KnownPlugin plugin) {
        Row before = table.get(plugin.status().id());
        Row row = new Row(plugin, before);
        Table next = table.with(row);
        boolean indexed = before != null && row.hasVersionsOf(before);
        return new IndexedSnapshot(
                generation + 1, next, indexed ? view : view.after(row.id, generation + 1, next.size()));
    }

    /** The snapshot after a plugin was forgotten. */
    IndexedSnapshot without(String id) {
        Table next = table.without(id);
        return new IndexedSnapshot(generation + 1, next, view.after(id, generation + 1, next.size()));
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
        return table.newest(wanted);
    }

    @Override
    public List<PluginVersion> versions(PluginRange wanted) {
        Row row = table.get(wanted.id());
        return row == null ? List.of() : row.within(wanted);
    }

    @Override
    public List<PluginVersion> search(PluginQuery query) {
        Made made = view.base.of(this);
        Set<String> changed = view.changedSince(made.generation);
        List<PluginVersion> indexed = made.index.search(query, changed);
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

    @Override
    public Resolution resolve(Collection<PluginRange> required) {
        Map<String, VersionRange> ranges = new HashMap<>();
        for (PluginRange one : required) {
            ranges.merge(one.id(), one.range(), VersionRange::intersection);
        }
        Map<String, PluginVersion> chosen = new HashMap<>();
        ranges.forEach((id, range) -> {
            VersionChoice choice = new VersionChoice(range, false);
            choice.pick(versions(new PluginRange(id, range)), PluginVersion::version, PluginVersion::stage)
                    .ifPresent(version -> chosen.put(id, version));
        });
        return new Resolution(
                chosen,
                required.stream().filter(one -> !chosen.containsKey(one.id())).toList());
    }
}
