package org.sallyport.gateway.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A sequence")
class SequenceTest {
    private final List<String> ran = new ArrayList<>();

    @Test
    @DisplayName("lets nothing begin before the step that holds is done, and what follows holds nobody")
    void order() {
        Sequence sequence = new Sequence(10);
        List<Runnable> ends = new ArrayList<>();

        sequence.hold(done -> {
            ran.add("first");
            ends.add(done);
        });
        sequence.follow(() -> ran.add("answer"));
        sequence.hold(done -> {
            ran.add("second");
            done.run();
        });
        assertThat(ran).containsExactly("first");
        ends.get(0).run();

        assertThat(ran).containsExactly("first", "answer", "second");
        sequence.follow(() -> ran.add("later"));
        assertThat(ran).endsWith("later");
    }

    @Test
    @DisplayName("takes as many waiting steps as its limit, and refuses one more")
    void limit() {
        Sequence sequence = new Sequence(2);
        sequence.hold(done -> {});

        assertThat(sequence.hold(done -> {})).isTrue();
        assertThat(sequence.follow(() -> {})).isTrue();
        assertThat(sequence.hold(done -> {})).isFalse();
        assertThat(sequence.follow(() -> {})).isFalse();
    }

    @Test
    @DisplayName("runs 100,000 waiting steps without growing the stack")
    void depth() {
        Sequence sequence = new Sequence(100_000);
        List<Runnable> ends = new ArrayList<>();
        sequence.hold(ends::add);
        IntStream.range(0, 100_000)
                .forEach(i -> sequence.hold(done -> {
                    ran.add("x");
                    done.run();
                }));

        ends.get(0).run();

        assertThat(ran).hasSize(100_000);
    }

    @Test
    @DisplayName("ignores a step that says more than once that it is done")
    void doneTwice() {
        Sequence sequence = new Sequence(10);
        List<Runnable> ends = new ArrayList<>();
        sequence.hold(ends::add);
        sequence.hold(ends::add);
        sequence.hold(ends::add);

        ends.get(0).run();
        ends.get(0).run();

        assertThat(ends).hasSize(2);
    }

    @Test
    @DisplayName("goes on after a step that throws, and tells who ran it")
    void throwing() {
        Sequence sequence = new Sequence(10);
        List<Runnable> ends = new ArrayList<>();
        assertThatThrownBy(() -> sequence.hold(done -> {
                    throw new IllegalStateException("alone");
                }))
                .hasMessage("alone");
        sequence.hold(ends::add);
        sequence.hold(done -> {
            throw new IllegalStateException("waited");
        });
        sequence.follow(() -> {
            throw new IllegalStateException("followed");
        });
        sequence.hold(done -> {
            done.run();
            throw new StackOverflowError();
        });
        sequence.hold(ends::add);

        assertThatThrownBy(ends.get(0)::run)
                .hasMessage("waited")
                .satisfies(first -> assertThat(first.getSuppressed())
                        .extracting(Throwable::getClass)
                        .containsExactly(IllegalStateException.class, StackOverflowError.class));

        assertThat(ends).as("the last one began").hasSize(2);
        ends.get(1).run();
        sequence.follow(() -> ran.add("free"));
        assertThat(ran).containsExactly("free");
    }
}
