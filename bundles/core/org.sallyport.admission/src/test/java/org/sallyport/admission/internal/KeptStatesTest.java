package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("The state of a plugin that is switched off")
class KeptStatesTest {
    private final MapStore store = new MapStore();
    private final KeptStates states = new KeptStates(store);

    @Test
    @DisplayName("is kept in the registry with its form, the last one counts, and is forgotten when it comes back")
    void keeps() throws Exception {
        states.keep("x", new Handover.State(1, Document.of("old")));
        states.keep("x", new Handover.State(7, Document.of("new")));
        states.keep("y", new Handover.State(1, Document.NULL));

        Document kept = store.get("state/x").orElseThrow().value();
        assertThat(kept.get("schemaVersion").asLong(0)).isEqualTo(7);
        assertThat(kept.get("content")).isEqualTo(Document.of("new"));
        states.forget("x");
        states.forget("x");
        assertThat(store.all()).containsOnlyKeys("state/y");
    }

    @Test
    @DisplayName("is kept up to 4 Mi characters")
    void bound() throws Exception {
        states.keep("x", new Handover.State(1, Document.of("x".repeat(KeptStates.MAX - 2))));
        states.keep("y", new Handover.State(1, Document.of("x".repeat(KeptStates.MAX - 1))));

        assertThat(store.all()).containsOnlyKeys("state/x");
    }

    @Test
    @DisplayName("is kept although others are faster, and a registry that fails stops nothing")
    void failures() throws Exception {
        store.faster = 2;
        states.keep("x", new Handover.State(1, Document.of("x")));
        assertThat(store.all()).containsOnlyKeys("state/x");

        store.broken = true;
        states.keep("x", new Handover.State(1, Document.of("y")));
        states.forget("x");
        store.broken = false;
        assertThat(store.get("state/x").orElseThrow().value().get("content")).isEqualTo(Document.of("x"));
    }
}
