package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginVersion;

/** Finds versions by what they say of themselves, as they were when it was made. Immutable. */
final class Index {
    private final Row[] rows;

    /** Those of the rows, near to each other. */
    private final String[] ids;

    private final TextIndex texts;
    private final Map<PluginAttribute, Map<String, List<PluginVersion>>> byAttribute =
            new EnumMap<>(PluginAttribute.class);

    Index(Table table) {
        List<Row> all = new ArrayList<>(table.size());
        table.forEach(all::add);
        all.sort(Comparator.comparing(row -> row.id));
        rows = all.toArray(Row[]::new);
        ids = all.stream().map(row -> row.id).toArray(String[]::new);
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
        boolean asksForOne = query.attributes().size() == 1
                && query.prefix().isEmpty()
                && query.words().isEmpty();
        if (asksForOne && changed.isEmpty()) {
            return rarest(query);
        }
        List<PluginVersion> hits = new ArrayList<>();
        if (asksForOne) {
            rarest(query).stream()
                    .filter(version -> !changed.contains(version.id()))
                    .forEach(hits::add);
        } else {
            candidates(query, row -> {
                if (!changed.contains(row.id)) {
                    row.search(query, hits);
                }
            });
        }
        return hits;
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
            for (int at = place(query.prefix()); at < ids.length && ids[at].startsWith(query.prefix()); at++) {
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
}
