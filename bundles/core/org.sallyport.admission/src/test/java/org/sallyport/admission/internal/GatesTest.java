package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;

@DisplayName("The gates")
class GatesTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final CheckedCandidate CANDIDATE = new CheckedCandidate(new byte[] {1}, "x.jar");

    private final List<String> asked = new ArrayList<>();

    @Test
    @DisplayName("are asked in the order of the list, only those of the list, up to the first that refuses")
    void order() {
        List<AdmissionGate> present = List.of(
                gate("c", Verdict.PASSED),
                gate("b", Verdict.fail("no", "go")),
                gate("other", Verdict.PASSED),
                gate("a", Verdict.PASSED));

        Optional<Gates.Refusal> refusal = new Gates(" a , b,,c", () -> present, LONG).check(CANDIDATE);

        assertThat(asked).containsExactly("a", "b");
        assertThat(refusal.orElseThrow().sentence()).isEqualTo("the gate [b] refused it: no");
        assertThat(refusal.orElseThrow().verdict().next()).isEqualTo("go");
    }

    @Test
    @DisplayName("let by what passes all of them")
    void pass() {
        assertThat(new Gates("a,b", () -> List.of(gate("a", Verdict.PASSED), gate("b", Verdict.PASSED)), LONG)
                        .check(CANDIDATE))
                .isEmpty();
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    @DisplayName("refuse if one is absent, and wait a while for one that is late")
    void absent() {
        AtomicInteger looked = new AtomicInteger();
        Supplier<List<AdmissionGate>> late =
                () -> looked.incrementAndGet() < 3 ? List.of() : List.of(gate("a", Verdict.PASSED));

        assertThat(sentence(new Gates("a", List::of, SHORT)))
                .isEqualTo("the gate [a] could not check it: this required gate is absent");
        assertThat(new Gates("a", late, LONG).check(CANDIDATE)).isEmpty();
    }

    @Test
    @DisplayName("refuse if one throws, returns nothing, cannot say its name or could not run")
    void broken() {
        AdmissionGate nameless = new AdmissionGate() {
            @Override
            public String name() {
                throw new IllegalStateException("who am I?");
            }

            @Override
            public Verdict check(Candidate candidate) {
                return Verdict.PASSED;
            }
        };

        assertThat(sentence(new Gates(
                        "a",
                        () -> List.of(gate("a", () -> {
                            throw new StackOverflowError();
                        })),
                        LONG)))
                .isEqualTo("the gate [a] could not check it: it called itself without end (StackOverflowError)");
        assertThat(sentence(new Gates("a", () -> List.of(gate("a", () -> null)), LONG)))
                .isEqualTo("the gate [a] could not check it: it returned nothing");
        assertThat(sentence(new Gates("a", () -> List.of(nameless, gate("a", Verdict.fail("no", ""))), LONG)))
                .isEqualTo("the gate [a] refused it: no");
        assertThat(sentence(new Gates("a", () -> List.of(gate("a", Verdict.couldNotRun("no network", ""))), LONG)))
                .isEqualTo("the gate [a] could not check it: no network");
    }

    @Test
    @DisplayName("refuse if one hangs, and go on without it")
    void hangs() {
        CountDownLatch never = new CountDownLatch(1);

        assertThat(sentence(new Gates(
                        "a",
                        () -> List.of(gate("a", () -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                // As code does that swallows it.
                            }
                            return Verdict.PASSED;
                        })),
                        SHORT)))
                .isEqualTo(
                        "the gate [a] could not check it: it did not end within 200 ms; its thread is left alone until"
                                + " it ends");
        never.countDown();
    }

    @Test
    @DisplayName("repeat a reason in one line")
    void oneLine() {
        assertThat(sentence(new Gates("a", () -> List.of(gate("a", Verdict.fail("a\nb\u001b[2J", ""))), LONG)))
                .isEqualTo("the gate [a] refused it: a b [2J");
    }

    private static String sentence(Gates gates) {
        return gates.check(CANDIDATE).orElseThrow().sentence();
    }

    private AdmissionGate gate(String name, Verdict verdict) {
        return gate(name, () -> verdict);
    }

    private AdmissionGate gate(String name, Supplier<Verdict> verdict) {
        return new AdmissionGate() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Verdict check(Candidate candidate) {
                asked.add(name);
                return verdict.get();
            }
        };
    }
}
