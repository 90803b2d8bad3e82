package org.sallyport.spi.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Notices of failures")
class FaultNoticesTest {
    private final FaultNotices notices = new FaultNotices();
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    @Test
    @DisplayName("are due at once, again after a second, and at once when something else happened")
    void quiet() {
        assertThat(notices.isDue("a", now)).isTrue();
        assertThat(notices.isDue("a", now)).isFalse();
        assertThat(notices.isDue("b", now)).isTrue();
        now += FaultNotices.QUIET - 1;
        assertThat(notices.isDue("b", now)).isFalse();
        now += 1;
        assertThat(notices.isDue("b", now)).isTrue();
        assertThat(notices.isDue("b", now)).isFalse();
    }

    @Test
    @DisplayName("are no flood, even if each failure says something else")
    void flood() {
        int due = 0;
        for (int i = 0; i < 10_000; i++) {
            due += notices.isDue("number " + i, now + i) ? 1 : 0;
        }
        assertThat(due).isEqualTo(FaultNotices.MOST);

        now += 10_000 + FaultNotices.QUIET;
        assertThat(notices.isDue("number 9999", now)).isTrue();
    }
}
