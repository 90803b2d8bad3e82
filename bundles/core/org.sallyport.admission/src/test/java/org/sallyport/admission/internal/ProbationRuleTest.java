package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.spi.plugin.CallCounter.Calls;

@DisplayName("A version in probation")
class ProbationRuleTest {
    private static final long MS = 1_000_000;

    private static ProbationRule after(Calls... old) {
        return new ProbationRule("1.0.0", List.of(old));
    }

    private static Calls calls(long calls, long errors, long p50Nanos) {
        return new Calls("hook x", calls, errors, p50Nanos);
    }

    @Test
    @DisplayName(
            "has it go when it is kept out of a place that the version before was called at, however many calls went well")
    void suspended() {
        Calls out = new Calls("hook x", 1_000, 5, 0, true);
        assertThat(after(calls(1_000, 0, 0)).look(List.of(out), ""))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains(
                                "at [hook x] it is kept out", "it failed in [5] of [1000] calls", "in [0] of [1000]"));
        assertThat(after(out).look(List.of(out), "")).as("no worse than before").isEmpty();
    }

    @Test
    @DisplayName(
            "has to go with the fifth error, if it fails more often than the version before by more than a twentieth")
    void errors() {
        assertThat(after().look(List.of(calls(4, 4, 0)), "")).isEmpty();
        assertThat(after().look(List.of(calls(5, 5, 0)), ""))
                .contains("at [hook x] it failed in [5] of [5] calls, version [1.0.0] in [0] of [0]");
        assertThat(after().look(List.of(calls(100, 5, 0)), "")).isEmpty();
        assertThat(after().look(List.of(calls(99, 5, 0)), "")).isPresent();
        // One in ten failed before, so it may be a little more.
        assertThat(after(calls(100, 10, 0)).look(List.of(calls(100, 15, 0)), ""))
                .isEmpty();
        assertThat(after(calls(100, 10, 0)).look(List.of(calls(100, 16, 0)), ""))
                .isPresent();
        // What was counted at another place is no comparison.
        assertThat(after(new Calls("hook y", 100, 100, 0)).look(List.of(calls(5, 5, 0)), ""))
                .isPresent();
    }

    @Test
    @DisplayName("has to go also if it begins to fail late, when most of its calls were good")
    void late() {
        ProbationRule rule = after();
        assertThat(rule.look(List.of(calls(1_000_000, 0, 0)), "")).isEmpty();
        assertThat(rule.look(List.of(calls(1_000_004, 4, 0)), "")).isEmpty();
        assertThat(rule.look(List.of(calls(1_000_009, 9, 0)), ""))
                .contains("at [hook x] it failed in [5] of [5] calls, version [1.0.0] in [0] of [0]");
    }

    @Test
    @DisplayName("has to go if three looks in a row find its median twice that of the version before")
    void slow() {
        ProbationRule rule = after(calls(100, 0, 5 * MS));
        List<Calls> twice = List.of(calls(100, 0, 10 * MS));
        assertThat(rule.look(twice, "")).isEmpty();
        assertThat(rule.look(twice, "")).isEmpty();
        assertThat(rule.look(List.of(calls(100, 0, 10 * MS - 1)), "")).isEmpty();
        assertThat(rule.look(twice, "")).isEmpty();
        assertThat(rule.look(twice, "")).isEmpty();
        assertThat(rule.look(twice, ""))
                .contains("at [hook x] half of its calls take longer than [10.0] ms,"
                        + " those of version [1.0.0] than [5.0] ms");
    }

    private static boolean stays(Calls old, Calls now) {
        ProbationRule rule = after(old);
        for (int i = 0; i < ProbationRule.LOOKS; i++) {
            if (rule.look(List.of(now), "").isPresent()) {
                return false;
            }
        }
        return true;
    }

    @Test
    @DisplayName(
            "is not called slow by few calls, by a version before that was not timed, or by less than a millisecond")
    void slack() {
        assertThat(stays(calls(100, 0, 5 * MS), calls(99, 0, 50 * MS))).isTrue();
        assertThat(stays(calls(99, 0, 5 * MS), calls(100, 0, 50 * MS))).isTrue();
        assertThat(stays(calls(100, 0, 0), calls(100, 0, 50 * MS))).isTrue();
        assertThat(stays(calls(100, 0, 1_000), calls(100, 0, MS + 999))).isTrue();
        assertThat(stays(calls(100, 0, 1_000), calls(100, 0, MS + 1_000))).isFalse();
    }

    @Test
    @DisplayName("has to go if it says three times in a row that it is not healthy")
    void health() {
        ProbationRule rule = after();
        assertThat(rule.look(List.of(), "no disk")).isEmpty();
        assertThat(rule.look(List.of(), "no disk")).isEmpty();
        assertThat(rule.look(List.of(), "")).isEmpty();
        assertThat(rule.look(List.of(), "no disk")).isEmpty();
        assertThat(rule.look(List.of(), "no disk")).isEmpty();
        assertThat(rule.look(List.of(), "no disk")).contains("it is not healthy: no disk");
    }
}
