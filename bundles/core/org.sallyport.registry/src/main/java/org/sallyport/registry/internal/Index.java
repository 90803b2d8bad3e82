package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginVersion;

/** Finds versions by what they say of themselves, as they were when it was made. Immutable. */
final class Index {
    private final Row[] rows;

    /** Those of the rows, near to each other. */
    private final String[] ids;

    /** All versions, row by row. */
    private final List<PluginVersion> versions;

    /** Where those of each row begin, and at last where they all end. */
    private final int[] begins;

    private final TextIndex texts;
    private final Map<PluginAttribute, Map<String, List<PluginVersion>>> byAttribute =
            new EnumMap<>(PluginAttribute.class);

    Index(Table table) {
        List<Row> all = new ArrayList<>(table.size());
        table.forEach(all::add);
        all.sort(Comparator.comparing(row -> row.id));
        rows = all.toArray(Row[]::new);
        ids = all.stream().map(row -> row.id).toArray(String[]::new);
        begins = new int[rows.length + 1];
        for (int at = 0; at < rows.length; at++) {
            begins[at + 1] = begins[at] + rows[at].versions.length;
        }
        versions =
                Arrays.stream(rows).flatMap(row -> Arrays.stream(row.versions)).toList();
        texts = new TextIndex(rows);
        for (PluginAttribute attribute : PluginAttribute.values()) {
            Map<String, List<PluginVersion>> byValue = new HashMap<>();
            for (Row row : rows) {
                for (PluginVersion version : row.versions) {
                    for (String value : attribute.of(version)) {
                        byValue.computeIfAbsent(value, key -> new ArrayList<>()).add(version);
                    }
                }
            }
            byValue.replaceAll((value, versions) -> List.copyOf(versions));
            byAttribute.put(attribute, byValue);
        }
    }

    /**
     * The versions that a query asks for, sorted by id, newest first; perhaps unmodifiable.
     *
     * @param changed plugins to leave out
     */
    List<PluginVersion> search(PluginQuery query, Set<String> changed) {
        List<PluginVersion> exact = exact(query);
        if (exact != null && changed.isEmpty()) {
            return exact;
        }
        List<PluginVersion> hits = new ArrayList<>();
        if (exact != null) {
            for (PluginVersion version : exact) {
                if (!changed.contains(version.id())) {
                    hits.add(version);
                }
            }
        } else {
            candidates(query, row -> {
                if (!changed.contains(row.id)) {
                    row.search(query, hits);
                }
            });
        }
        return hits;
    }

    /** The versions that are asked for, without a copy; null if candidates have to be looked at. */
    private @Nullable List<PluginVersion> exact(PluginQuery query) {
        if (!query.words().isEmpty()) {
            return null;
        } else if (query.attributes().isEmpty()) {
            int from = place(query.prefix());
            return versions.subList(begins[from], begins[end(query.prefix(), from)]);
        }
        return query.attributes().size() == 1 && query.prefix().isEmpty() ? rarest(query) : null;
    }

    /** Names all rows, sorted by id, that can have a version that is asked for, and some more. */
    private void candidates(PluginQuery query, Consumer<Row> candidate) {
        if (!query.attributes().isEmpty()) {
            String last = "";
            for (PluginVersion version : rarest(query)) {
                if (!version.id().equals(last)) {
                    last = version.id();
                    candidate.accept(rows[place(last)]);
                }
            }
        } else if (TextIndex.knows(query.words())) {
            texts.candidates(query.words(), at -> candidate.accept(rows[at]));
        } else {
            int from = place(query.prefix());
            for (int at = from, end = end(query.prefix(), from); at < end; at++) {
                candidate.accept(rows[at]);
            }
        }
    }

    /** The versions that have that wanted attribute which the fewest have. */
    private List<PluginVersion> rarest(PluginQuery query) {
        List<PluginVersion> rarest = null;
        for (Map.Entry<PluginAttribute, String> wanted : query.attributes().entrySet()) {
            List<PluginVersion> some = byAttribute.get(wanted.getKey()).getOrDefault(wanted.getValue(), List.of());
            if (rarest == null || some.size() < rarest.size()) {
                rarest = some;
            }
        }
        return rarest == null ? List.of() : rarest;
    }

    /** Where an id lies, or the next one if it is not there. */
    private int place(String id) {
        int from = 0;
        int to = ids.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (ids[middle].compareTo(id) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** Where the ids with a prefix end that begin at a place: it is looked for in steps that double. */
    private int end(String prefix, int from) {
        int low = from;
        int step = 1;
        while (low + step <= ids.length && ids[low + step - 1].startsWith(prefix)) {
            low += step;
            step *= 2;
        }
        int high = Math.min(low + step - 1, ids.length);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ids[middle].startsWith(prefix)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
