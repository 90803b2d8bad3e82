package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.policy.internal.Breaker.Effect;
import org.sallyport.policy.internal.Breaker.Permit;
import org.sallyport.policy.internal.Breaker.State;

@DisplayName("A breaker")
class BreakerTest {
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();
    private static final long SPAN = Duration.ofMinutes(10).toNanos();

    private final Breaker breaker =
            new Breaker(new Breaker.Rule(4, 2, Duration.ofSeconds(10), 3, Duration.ofMinutes(10)));
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    private Effect call(boolean failed) {
        return breaker.leave(breaker.enter(now), failed, now);
    }

    private Effect open() {
        call(true);
        return call(true);
    }

    @Test
    @DisplayName("takes a call for slow that took longer than its limit")
    void slow() {
        Breaker.Rule rule =
                new Breaker.Rule(4, 2, Duration.ofSeconds(10), 3, Duration.ofMinutes(10), Duration.ofMillis(5));
        assertThat(rule.isSlow(5_000_000)).isFalse();
        assertThat(rule.isSlow(5_000_001)).isTrue();
        assertThat(new Breaker.Rule(4, 2, Duration.ofSeconds(10), 3, Duration.ofMinutes(10))
                        .isSlow(Duration.ofHours(23).toNanos()))
                .isFalse();
    }

    @Test
    @DisplayName("opens at the second failure of the last four calls, not at the first")
    void opens() {
        assertThat(call(true)).isEqualTo(Effect.NONE);
        assertThat(call(false)).isEqualTo(Effect.NONE);
        assertThat(call(false)).isEqualTo(Effect.NONE);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        assertThat(call(true)).isEqualTo(Effect.OPENED);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.enter(now)).isEqualTo(Permit.REFUSED);
    }

    @Test
    @DisplayName("forgets a failure that four calls came after")
    void window() {
        for (int i = 0; i < 100; i++) {
            assertThat(call(i % 4 == 0)).isEqualTo(Effect.NONE);
        }
    }

    @Test
    @DisplayName("takes a window of 64 calls too")
    void widest() {
        Breaker wide = new Breaker(new Breaker.Rule(64, 64, Duration.ofSeconds(1), 9, Duration.ofMinutes(1)));
        for (int i = 0; i < 63; i++) {
            assertThat(wide.leave(wide.enter(now), true, now)).isEqualTo(Effect.NONE);
        }
        assertThat(wide.leave(wide.enter(now), true, now)).isEqualTo(Effect.OPENED);
    }

    @Test
    @DisplayName("lets one probe through after its pause, and no second one beside it")
    void probes() {
        open();
        now += PAUSE - 1;
        assertThat(breaker.enter(now)).isEqualTo(Permit.REFUSED);

        now += 1;
        assertThat(breaker.enter(now)).isEqualTo(Permit.PROBE);
        assertThat(breaker.enter(now)).isEqualTo(Permit.REFUSED);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    @DisplayName("closes after a good probe and begins to count anew")
    void recovers() {
        open();
        now += PAUSE;
        assertThat(call(false)).isEqualTo(Effect.NONE);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(call(true)).isEqualTo(Effect.NONE);
        assertThat(call(true)).isEqualTo(Effect.OPENED);
    }

    @Test
    @DisplayName("opens again after a failed probe, and says at the third time that it is too often")
    void tooOften() {
        assertThat(open()).isEqualTo(Effect.OPENED);
        now += PAUSE;
        assertThat(call(true)).isEqualTo(Effect.OPENED);
        now += PAUSE;
        assertThat(call(true)).isEqualTo(Effect.TOO_OFTEN);
    }

    @Test
    @DisplayName("forgets openings that are long ago")
    void forgets() {
        open();
        now += PAUSE;
        call(true);
        now += SPAN + 1;

        assertThat(call(true)).isEqualTo(Effect.OPENED);
    }

    @Test
    @DisplayName("does not count calls that began before it opened")
    void lateFailures() {
        Permit before = breaker.enter(now);
        open();

        assertThat(breaker.leave(before, true, now)).isEqualTo(Effect.NONE);
        now += PAUSE;
        Permit probe = breaker.enter(now);
        assertThat(breaker.leave(before, false, now)).isEqualTo(Effect.NONE);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(probe).isEqualTo(Permit.PROBE);
    }

    @Test
    @DisplayName("takes back a permit that was not used: another call is the probe, and nothing was proven")
    void unused() {
        open();
        now += PAUSE;
        breaker.unused(breaker.enter(now));

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.enter(now)).isEqualTo(Permit.PROBE);
        assertThat(breaker.enter(now)).isEqualTo(Permit.REFUSED);
    }
}
