package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.hooks.internal.Candidate.Phase;
import org.sallyport.hooks.internal.HandlerOrder.Ordered;
import org.sallyport.hooks.internal.HandlerOrder.Placed;

@DisplayName("The order of handlers")
class HandlerOrderTest {
    private static Candidate candidate(
            String plugin, Phase phase, int priority, Set<String> before, Set<String> after) {
        return new Candidate(
                "h", HookKind.ACTION, plugin, plugin, "1.0.0", plugin, phase, priority, before, after, new Object());
    }

    private static Candidate plain(String plugin, int priority) {
        return candidate(plugin, Phase.NORMAL, priority, Set.of(), Set.of());
    }

    private static List<String> ids(List<Placed> placed) {
        return placed.stream().map(at -> at.candidate().plugin()).toList();
    }

    @Test
    @DisplayName("is phase, then priority, then plugin id")
    void natural() {
        var order = HandlerOrder.of(List.of(
                candidate("a", Phase.LATE, 0, Set.of(), Set.of()),
                plain("d", 50),
                plain("c", 50),
                plain("b", 60),
                candidate("e", Phase.EARLY, 100, Set.of(), Set.of())));

        assertThat(ids(order.placed())).containsExactly("e", "c", "d", "b", "a");
    }

    @Test
    @DisplayName("puts before and after above priority, and says so")
    void constraints() {
        var order = HandlerOrder.of(List.of(
                plain("a", 1),
                candidate("b", Phase.NORMAL, 100, Set.of("a"), Set.of()),
                candidate("c", Phase.NORMAL, 0, Set.of(), Set.of("a"))));

        assertThat(ids(order.placed())).containsExactly("b", "a", "c");
        assertThat(order.placed().get(1).why()).isEqualTo("phase normal, after [b], before [c], priority 1");
    }

    @Test
    @DisplayName("has no use for constraints on absent plugins, other phases and the handler's own plugin")
    void uselessConstraints() {
        var order = HandlerOrder.of(List.of(
                candidate("a", Phase.NORMAL, 50, Set.of("a", "absent"), Set.of("z", "a")),
                candidate("z", Phase.LATE, 50, Set.of("a"), Set.of())));

        assertThat(ids(order.placed())).containsExactly("a", "z");
        assertThat(order.refused()).isEmpty();
    }

    @Test
    @DisplayName("refuses the last important handler of a cycle and names the cycle")
    void cycle() {
        var order = HandlerOrder.of(List.of(
                candidate("a", Phase.NORMAL, 10, Set.of("b"), Set.of()),
                candidate("b", Phase.NORMAL, 20, Set.of("c"), Set.of()),
                candidate("c", Phase.NORMAL, 30, Set.of("a"), Set.of()),
                plain("d", 40)));

        assertThat(ids(order.placed())).containsExactly("a", "b", "d");
        assertThat(order.refused()).hasSize(1);
        assertThat(order.refused().get(0).candidate().plugin()).isEqualTo("c");
        assertThat(order.refused().get(0).why())
                .isEqualTo("not called: its before and after close the cycle [c -> a -> b -> c]");
    }

    @Test
    @DisplayName("copes with the most handlers there can be in one chain of constraints")
    void longChain() {
        int most = CandidateReader.MAX_HANDLERS;
        List<Candidate> chain = IntStream.range(0, most)
                .mapToObj(i -> candidate("p" + i, Phase.NORMAL, 50, Set.of("p" + (i + 1) % most), Set.of()))
                .toList();

        var order = HandlerOrder.of(chain);

        assertThat(order.placed()).hasSize(most - 1);
        assertThat(order.refused()).hasSize(1);
    }

    @Property(tries = 500)
    @Label("of any handlers does not depend on how they came, loses none, and keeps all that was accepted")
    void properties(@ForAll("handlers") List<Candidate> candidates, @ForAll Random random) {
        Ordered order = HandlerOrder.of(candidates);

        assertThat(order.placed().size() + order.refused().size()).isEqualTo(candidates.size());
        assertPhasesAndConstraints(order);
        assertThat(firstIsMostImportant(order)).isTrue();
        List<Candidate> shuffled = new ArrayList<>(candidates);
        Collections.shuffle(shuffled, random);
        assertThat(HandlerOrder.of(shuffled)).isEqualTo(order);
        // Without those refused, nobody is refused and nobody moves.
        assertThat(ids(HandlerOrder.of(
                                order.placed().stream().map(Placed::candidate).toList())
                        .placed()))
                .isEqualTo(ids(order.placed()));
    }

    /** Each refused one names a cycle of handlers of its phase, each of which has to run before the next. */
    @Property(tries = 500)
    @Label("names, of each handler it refuses, a cycle that is one")
    void cycles(@ForAll("handlers") List<Candidate> candidates) {
        Map<String, Candidate> byPlugin =
                candidates.stream().collect(Collectors.toMap(Candidate::plugin, candidate -> candidate));
        for (Placed refused : HandlerOrder.of(candidates).refused()) {
            String why = refused.why();
            String[] cycle =
                    why.substring(why.indexOf('[') + 1, why.length() - 1).split(" -> ");

            assertThat(cycle)
                    .hasSizeGreaterThan(2)
                    .startsWith(refused.candidate().plugin());
            assertThat(cycle[cycle.length - 1]).isEqualTo(cycle[0]);
            for (int i = 0; i + 1 < cycle.length; i++) {
                Candidate first = byPlugin.get(cycle[i]);
                Candidate second = byPlugin.get(cycle[i + 1]);
                assertThat(first.phase()).isEqualTo(second.phase());
                assertThat(first.before().contains(second.plugin())
                                || second.after().contains(first.plugin()))
                        .isTrue();
            }
        }
    }

    @Provide
    Arbitrary<List<Candidate>> handlers() {
        Arbitrary<Set<String>> names =
                Arbitraries.integers().between(0, 11).map(i -> "p" + i).set().ofMaxSize(2);
        return Combinators.combine(Arbitraries.of(Phase.values()), Arbitraries.of(0, 25, 50, 75), names, names)
                .as((phase, priority, before, after) -> candidate("", phase, priority, before, after))
                .list()
                .ofMaxSize(12)
                .map(made -> IntStream.range(0, made.size())
                        .mapToObj(i -> candidate(
                                "p" + i,
                                made.get(i).phase(),
                                made.get(i).priority(),
                                made.get(i).before(),
                                made.get(i).after()))
                        .toList());
    }

    private static void assertPhasesAndConstraints(Ordered order) {
        List<Candidate> placed = order.placed().stream().map(Placed::candidate).toList();
        for (int i = 0; i < placed.size(); i++) {
            for (int j = i + 1; j < placed.size(); j++) {
                Candidate first = placed.get(i);
                Candidate second = placed.get(j);
                assertThat(first.phase()).isLessThanOrEqualTo(second.phase());
                if (first.phase() == second.phase()) {
                    assertThat(first.after()).doesNotContain(second.plugin());
                    assertThat(second.before()).doesNotContain(first.plugin());
                }
            }
        }
    }

    /** Two neighbours without a constraint between them stand in natural order unless one has to wait for another. */
    private static boolean firstIsMostImportant(Ordered order) {
        List<Candidate> placed = order.placed().stream().map(Placed::candidate).toList();
        for (int i = 0; i + 1 < placed.size(); i++) {
            Candidate a = placed.get(i);
            Candidate b = placed.get(i + 1);
            boolean bound = a.before().contains(b.plugin()) || b.after().contains(a.plugin());
            if (!bound && Candidate.NATURAL.compare(a, b) > 0) {
                return false;
            }
        }
        return true;
    }
}
