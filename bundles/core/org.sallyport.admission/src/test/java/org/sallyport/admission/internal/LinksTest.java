package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.admission.internal.archive.Manifests;
import org.sallyport.admission.internal.archive.Wires;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("What a plugin waits for")
class LinksTest {
    @Test
    @DisplayName("is read from its manifest, without what is optional and what it exports itself")
    void wires() {
        Wires wires = Wires.of(Descriptors.of(Manifests.plugin("x")
                .header("Import-Package", "a;version=1,b;c;resolution:=optional,own")
                .header("Export-Package", "own,d;e;version=1")));

        assertThat(wires.needs()).containsExactly("a");
        assertThat(wires.offers()).containsExactlyInAnyOrder("own", "d", "e");
    }

    @Test
    @DisplayName("is followed from plugin to plugin, to the last missing link")
    void chain() {
        Slot a = waits("a", "pa", "pb");
        Slot b = waits("b", "pb", "pc");
        Slot c = waits("c", "pc", "nowhere");
        c.show(PluginState.QUARANTINED, "it needs package [nowhere], which nobody exports", "");

        assertThat(Links.of(a, List.of(a, b, c)))
                .containsExactly(
                        "Plugin [a] needs package [pb], which plugin [b] exports, which is not in service itself: b's cause.",
                        "Plugin [b] needs package [pc], which plugin [c] exports, which is not in service itself: it needs"
                                + " package [nowhere], which nobody exports.");
        assertThat(Links.of(c, List.of(a, b, c))).isEmpty();
        assertThat(Links.cycle(a, List.of(a, b, c))).isEmpty();
    }

    @Test
    @DisplayName("is named as a cycle of two")
    void two() {
        Slot a = waits("a", "pa", "pb");
        Slot b = waits("b", "pb", "pa");

        assertThat(Links.cycle(a, List.of(a, b)))
                .isEqualTo(
                        Optional.of("it is part of a dependency cycle: [a] needs package [pb] of [b], [b] needs package"
                                + " [pa] of [a]"));
        assertThat(Links.of(a, List.of(a, b))).hasSize(2);
    }

    @Test
    @DisplayName("is named as a cycle of three, by each of them")
    void three() {
        Slot a = waits("a", "pa", "pb");
        Slot b = waits("b", "pb", "pc");
        Slot c = waits("c", "pc", "pa");

        for (Slot one : List.of(a, b, c)) {
            assertThat(Links.cycle(one, List.of(c, a, b)).orElse(""))
                    .startsWith("it is part of a dependency cycle: [" + one.id + "] needs package [")
                    .contains(
                            "[a] needs package [pb] of [b]",
                            "[b] needs package [pc] of [c]",
                            "[c] needs package [pa] of [a]");
        }
    }

    @Test
    @DisplayName("ends, also if it leads into a cycle that it is no part of")
    void intoCycle() {
        Slot a = waits("a", "pa", "pb");
        Slot b = waits("b", "pb", "pa");
        Slot c = waits("c", "pc", "pa");

        assertThat(Links.cycle(c, List.of(a, b, c))).isEmpty();
        assertThat(Links.of(c, List.of(a, b, c))).hasSize(3);
    }

    @Test
    @DisplayName("is nothing that another plugin in service offers")
    void served() {
        Slot a = waits("a", "pa", "pb");
        Slot b = waits("b", "pb", "pa");
        b.waits = false;

        assertThat(Links.of(a, List.of(a, b))).isEmpty();
    }

    private static Slot waits(String id, String offers, String needs) {
        Slot slot = new Slot(id, any -> {});
        slot.show(
                Optional.empty(),
                Optional.of(Descriptors.of(
                        Manifests.plugin(id).header("Export-Package", offers).header("Import-Package", needs))));
        slot.show(PluginState.QUARANTINED, id + "'s cause", "");
        slot.waits = true;
        return slot;
    }
}
