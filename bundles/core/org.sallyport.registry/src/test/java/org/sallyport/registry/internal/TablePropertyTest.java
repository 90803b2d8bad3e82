package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.sallyport.spi.registry.KnownPlugin;

/** A table holds what a map holds, also of ids with the same hash, and earlier tables stay what they were. */
class TablePropertyTest {
    private static Row row(String id) {
        return new Row(new KnownPlugin(Known.active(id, "1"), List.of(), List.of(), KnownPlugin.Statistics.NONE), null);
    }

    /** Ids of which many have the same hash: each of the two letter pairs adds the same to it. */
    private static String id(int number) {
        StringBuilder id = new StringBuilder();
        for (int bit = 0; bit < 4; bit++) {
            id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return id.append(number >> 4).toString();
    }

    @Property(tries = 300)
    void holdsWhatAMapHolds(@ForAll @Size(max = 600) List<@IntRange(min = -400, max = 400) Integer> changes) {
        Map<String, Row> model = new HashMap<>();
        Table table = Table.EMPTY;
        for (int change : changes) {
            Table before = table;
            int size = before.size();
            String id = id(Math.abs(change));
            Row there = before.get(id);
            if (change < 0) {
                model.remove(id);
                table = table.without(id);
            } else {
                Row row = row(id);
                model.put(id, row);
                table = table.with(row);
            }
            assertThat(table.get(id)).isSameAs(model.get(id));
            assertThat(before.get(id)).isSameAs(there);
            assertThat(before.size()).isEqualTo(size);
        }
        assertThat(table.size()).isEqualTo(model.size());
        Set<Row> rows = new HashSet<>();
        table.forEach(row -> assertThat(rows.add(row)).isTrue());
        assertThat(rows).isEqualTo(new HashSet<>(model.values()));
        for (int number = 0; number <= 400; number++) {
            assertThat(table.get(id(number))).isSameAs(model.get(id(number)));
        }
    }
}
