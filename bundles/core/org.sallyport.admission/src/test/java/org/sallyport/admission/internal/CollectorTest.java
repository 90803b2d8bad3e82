package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.admission.internal.Desired.Displaced;
import org.sallyport.admission.internal.journal.Disk;

@DisplayName("What nothing refers to any more")
class CollectorTest {
    private final MapStore registry = new MapStore();
    private final DesiredState desired = new DesiredState(registry);
    private final ArtefactStore store = new ArtefactStore(null, Disk.REAL);
    private final List<Set<String>> told = new ArrayList<>();
    private final Collector collector =
            new Collector(store, desired, () -> Set.of("brought"), told::add, Runnable::run);

    @BeforeEach
    void wanted() throws Exception {
        desired.set(
                "x",
                new Desired(
                        "test.x",
                        "2.0.0",
                        "now",
                        Desired.ENABLED,
                        "shell",
                        false,
                        List.of(new Displaced("1.0.0", "before", "shell"))));
        for (String sha256 : List.of("now", "before", "brought", "gone")) {
            store.put(sha256, new byte[1]);
        }
    }

    private boolean has(String sha256) {
        try {
            return store.read(sha256) != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("goes; what is wanted, what there is a way back to, and what is being brought stays")
    void collects() {
        collector.collect();

        assertThat(List.of("now", "before", "brought")).allMatch(this::has);
        assertThat(has("gone")).isFalse();
        assertThat(told).containsExactly(Set.of("now", "before", "brought"));
    }

    @Test
    @DisplayName("stays while the registry cannot say what is wanted, and nobody is told otherwise")
    void broken() {
        registry.broken = true;

        collector.collect();

        assertThat(List.of("now", "gone")).allMatch(this::has);
        assertThat(told).isEmpty();
    }
}
