package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.hooks.internal.Breaker.Change;

@DisplayName("A breaker")
class BreakerTest {
    private final Breaker breaker = new Breaker();
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    private Change openIt() {
        Change last = Change.NONE;
        for (int i = 0; i < Breaker.MIN_FAULTS; i++) {
            breaker.admits(now);
            last = breaker.fault(now);
        }
        return last;
    }

    @Test
    @DisplayName("watches after the first fault and opens at the fifth in a row, not at the fourth")
    void opens() {
        assertThat(breaker.fault(now)).isEqualTo(Change.WATCHED);
        for (int i = 0; i < 3; i++) {
            assertThat(breaker.admits(now)).isTrue();
            assertThat(breaker.fault(now)).isEqualTo(Change.NONE);
        }
        assertThat(breaker.isOpen()).isFalse();

        assertThat(breaker.fault(now)).isEqualTo(Change.OPENED);
        assertThat(breaker.admits(now)).isFalse();
    }

    @Test
    @DisplayName("stays closed while fewer than half of the calls fail")
    void errorRate() {
        for (int i = 0; i < 100; i++) {
            breaker.admits(now);
            breaker.fault(now);
            for (int good = 0; good < 2; good++) {
                breaker.admits(now);
                breaker.succeeded(now);
            }
        }

        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    @DisplayName("opens when half of the calls fail, also if they do not fail in a row")
    void halfFail() {
        for (int i = 0; i < Breaker.MIN_FAULTS && !breaker.isOpen(); i++) {
            breaker.admits(now);
            breaker.succeeded(now);
            breaker.admits(now);
            breaker.fault(now);
        }

        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    @DisplayName("lets one probe through after its pause, and no second one beside it")
    void probes() {
        openIt();
        now += Breaker.PAUSE - 1;
        assertThat(breaker.admits(now)).isFalse();

        now += 1;
        assertThat(breaker.admits(now)).isTrue();
        assertThat(breaker.admits(now)).isFalse();
    }

    @Test
    @DisplayName("closes after a good probe and is calm after a window without a fault")
    void recovers() {
        openIt();
        now += Breaker.PAUSE;
        breaker.admits(now);
        assertThat(breaker.succeeded(now)).isFalse();
        assertThat(breaker.isOpen()).isFalse();

        now += Breaker.WINDOW;
        breaker.admits(now);
        assertThat(breaker.succeeded(now)).isTrue();
        assertThat(breaker.isCalm()).isTrue();
    }

    @Test
    @DisplayName("opens again after a failed probe, and says at the third time that it is too often")
    void tooOften() {
        assertThat(openIt()).isEqualTo(Change.OPENED);
        now += Breaker.PAUSE;
        breaker.admits(now);
        assertThat(breaker.fault(now)).isEqualTo(Change.OPENED);
        now += Breaker.PAUSE;
        breaker.admits(now);
        assertThat(breaker.fault(now)).isEqualTo(Change.OPENED_TOO_OFTEN);
    }

    @Test
    @DisplayName("forgets openings that are long ago")
    void forgets() {
        openIt();
        now += Breaker.PAUSE;
        breaker.admits(now);
        breaker.fault(now);
        now += Breaker.MEMORY + 1;
        breaker.admits(now);

        assertThat(breaker.fault(now)).isEqualTo(Change.OPENED);
    }

    @Test
    @DisplayName("does not count faults of calls that began before it opened")
    void lateFaults() {
        openIt();

        assertThat(breaker.fault(now)).isEqualTo(Change.NONE);
    }
}
