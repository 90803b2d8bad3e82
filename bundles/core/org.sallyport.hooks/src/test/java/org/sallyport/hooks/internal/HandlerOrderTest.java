package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
                "h", HookKind.ACTION, plugin, "1.0.0", plugin, phase, priority, before, after, new Object());
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

    @Test
    @DisplayName("of random handlers does not depend on how they came, loses none, and keeps all that was accepted")
    void properties() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Candidate> candidates = random(random);

            Ordered order = HandlerOrder.of(candidates);

            assertThat(order.placed().size() + order.refused().size())
                    .as("seed %d", seed)
                    .isEqualTo(candidates.size());
            assertPhasesAndConstraints(order, seed);
            assertThat(firstIsMostImportant(order)).as("seed %d", seed).isTrue();
            List<Candidate> shuffled = new ArrayList<>(candidates);
            Collections.shuffle(shuffled, random);
            assertThat(HandlerOrder.of(shuffled)).as("seed %d", seed).isEqualTo(order);
            // Without those refused, nobody is refused and nobody moves.
            assertThat(ids(HandlerOrder.of(order.placed().stream()
                                    .map(Placed::candidate)
                                    .toList())
                            .placed()))
                    .as("seed %d", seed)
                    .isEqualTo(ids(order.placed()));
        }
    }

    private static List<Candidate> random(Random random) {
        List<Candidate> candidates = new ArrayList<>();
        int size = random.nextInt(12);
        for (int i = 0; i < size; i++) {
            candidates.add(candidate(
                    "p" + i,
                    Phase.values()[random.nextInt(3)],
                    random.nextInt(4) * 25,
                    names(random, size),
                    names(random, size)));
        }
        return candidates;
    }

    private static Set<String> names(Random random, int size) {
        return random.ints(random.nextInt(3), 0, size).mapToObj(i -> "p" + i).collect(Collectors.toSet());
    }

    private static void assertPhasesAndConstraints(Ordered order, int seed) {
        List<Candidate> placed = order.placed().stream().map(Placed::candidate).toList();
        for (int i = 0; i < placed.size(); i++) {
            for (int j = i + 1; j < placed.size(); j++) {
                Candidate first = placed.get(i);
                Candidate second = placed.get(j);
                assertThat(first.phase()).as("seed %d", seed).isLessThanOrEqualTo(second.phase());
                if (first.phase() == second.phase()) {
                    assertThat(first.after()).as("seed %d", seed).doesNotContain(second.plugin());
                    assertThat(second.before()).as("seed %d", seed).doesNotContain(first.plugin());
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
