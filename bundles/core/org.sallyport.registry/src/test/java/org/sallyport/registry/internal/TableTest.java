package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.spi.registry.KnownPlugin;

@DisplayName("A table of plugins")
class TableTest {
    private static Row row(String id) {
        return new Row(new KnownPlugin(Known.active(id, "1"), List.of(), List.of(), KnownPlugin.Statistics.NONE), null);
    }

    @Test
    @DisplayName("grows, and finds each of many")
    void grows() {
        Table table = Table.EMPTY;
        for (int i = 0; i < 5_000; i++) {
            table = table.with(row("com.acme.p" + i));
        }

        assertThat(table.size()).isEqualTo(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(table.get("com.acme.p" + i)).isNotNull();
        }
        assertThat(table.get("com.acme.p5000")).isNull();
        assertThat(Table.EMPTY.size()).isZero();
        assertThat(Table.EMPTY.get("com.acme.p1")).isNull();
    }
}
