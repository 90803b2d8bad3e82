package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What failed and may pass")
class BackoffTest {
    private static final long FIRST = Duration.ofSeconds(10).toNanos();

    /** Near the end of what it counts, as the clock's zero is anywhere. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - FIRST);

    private final Backoff tries = new Backoff(Duration.ofSeconds(10), clock::get);

    @Test
    @DisplayName("is tried again when the time is over, not a moment before")
    void edge() {
        assertThat(tries.isDue("x")).isFalse();
        assertThat(tries.isFree("x")).isTrue();
        tries.failed("x");

        clock.addAndGet(FIRST - 1);
        assertThat(tries.isDue("x")).isFalse();
        assertThat(tries.isFree("x")).isFalse();
        assertThat(tries.next("x")).contains(new Backoff.Try(1, Duration.ofNanos(1)));
        clock.addAndGet(1);
        assertThat(tries.isDue("x")).isTrue();
        assertThat(tries.isFree("x")).isTrue();
        assertThat(tries.isDue("other")).isFalse();
        clock.addAndGet(FIRST);
        assertThat(tries.next("x")).contains(new Backoff.Try(1, Duration.ZERO));
    }

    @Test
    @DisplayName("waits twice as long each time, up to 16 times the first, and is left after 6 tries")
    void longer() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < Backoff.MAX_TRIES; i++) {
            tries.failed("x");
            Duration wait = tries.next("x").orElseThrow().in();
            waits.add(wait.toSeconds());
            clock.addAndGet(wait.toNanos());
            assertThat(tries.isDue("x")).isTrue();
        }
        assertThat(waits).containsExactly(10L, 20L, 40L, 80L, 160L, 160L);

        tries.failed("x");
        clock.addAndGet(Duration.ofDays(1).toNanos());
        assertThat(tries.next("x")).isEmpty();
        assertThat(tries.isDue("x")).isFalse();
        assertThat(tries.isFree("x")).isFalse();
        tries.forget("x");
        assertThat(tries.isFree("x")).isTrue();
    }

    @Test
    @DisplayName("is new again when it served for the longest wait after it was tried")
    void settled() {
        tries.failed("x");
        tries.failed("x");
        clock.addAndGet(2 * FIRST + 16 * FIRST - 1);
        tries.settle("x");
        tries.failed("x");
        assertThat(tries.next("x").orElseThrow().number()).isEqualTo(3);

        clock.addAndGet(4 * FIRST + 16 * FIRST);
        tries.settle("x");
        tries.failed("x");
        assertThat(tries.next("x").orElseThrow().number()).isEqualTo(1);
    }
}
