package org.sallyport.admission.internal.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The search for plugins that do harm")
class BisectTest {
    private static List<String> plugins(int count) {
        return IntStream.range(0, count).mapToObj(i -> "p" + i).toList();
    }

    /** Answers by what is on. */
    private static Bisect search(List<String> plugins, Set<String> harmful, int most) {
        Bisect bisect = Bisect.of(plugins);
        for (int tries = 0; !bisect.isOver(); tries++) {
            assertThat(tries).as("tries").isLessThan(most);
            assertThat(bisect.on()).as("cleared ones stay off").noneMatch(bisect.cleared()::contains);
            assertThat(bisect.on()).as("culprits stay off").noneMatch(bisect.culprits()::contains);
            // It is interrupted by a restart at each step.
            bisect = Bisect.of(bisect.toDocument());
            bisect = bisect.on().stream().anyMatch(harmful::contains) ? bisect.bad() : bisect.good();
        }
        return bisect;
    }

    @Property(tries = 300)
    void findsAllAndNoOther(
            @ForAll @IntRange(min = 1, max = 200) int count,
            @ForAll @Size(min = 1, max = 6) Set<@IntRange(max = 199) Integer> which) {
        Set<String> harmful = new HashSet<>();
        which.forEach(i -> harmful.add("p" + i % count));
        int log = 32 - Integer.numberOfLeadingZeros(count);

        Bisect end = search(plugins(count), harmful, harmful.size() * (log + 2) + 1);

        assertThat(end.culprits()).containsExactlyInAnyOrderElementsOf(harmful);
        assertThat(end.cleared()).hasSize(count - harmful.size()).doesNotContainAnyElementsOf(harmful);
        assertThat(end.suspects()).isEmpty();
    }

    @Test
    @DisplayName("begins with half of them, and takes the last of a guilty group for the culprit without a try")
    void steps() {
        Bisect first = Bisect.of(List.of("a", "b", "c"));
        assertThat(first.on()).containsExactly("a");
        Bisect second = first.good();
        assertThat(second.on()).containsExactly("b");
        Bisect third = second.good();
        assertThat(third.culprits()).containsExactly("c");
        assertThat(third.isOver()).isTrue();
        assertThat(first.bad().culprits()).containsExactly("a");
        assertThat(first.bad().on()).containsExactly("b", "c");
        assertThat(first.bad().good().isOver()).isTrue();
    }

    @Test
    @DisplayName("ends at once without plugins, and blames one of two that do harm only together")
    void edges() {
        assertThat(Bisect.of(List.of()).isOver()).isTrue();
        Bisect bisect = Bisect.of(List.of("a", "b"));
        // Alone, neither does: the second is taken for the culprit, as harm was said to be there.
        assertThat(bisect.good().culprits()).containsExactly("b");
    }
}
