package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The limits of the steps")
class LimitsTest {
    private static Limits with(String name, String text) {
        return Limits.of(Map.of("sallyport.limit." + name + ".millis", text)::get);
    }

    @Test
    @DisplayName("are the defaults if nothing is set")
    void defaults() {
        assertThat(Limits.of(name -> null)).isEqualTo(Limits.DEFAULT);
        assertThat(Limits.DEFAULT.resolve()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("are taken from 1 ms to a day; those that may be off from 0")
    void bounds() {
        assertThat(with("start", "1").start()).isEqualTo(Duration.ofMillis(1));
        assertThat(with("start", " 86400000 ").start()).isEqualTo(Duration.ofDays(1));
        assertThat(with("probation", "0").probation()).isZero();
        assertThat(with("reconcile", "0").reconcile()).isZero();
        assertThat(with("patience", "7").patience()).isEqualTo(Duration.ofMillis(7));
        assertThat(with("again", "7").again()).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    @DisplayName("keep their defaults if what is set is out of bounds or no number, so that the host starts")
    void outOfBounds() {
        for (String bad : new String[] {"0", "-1", "86400001", "10s", "", "99999999999999999999"}) {
            assertThat(with("start", bad)).as(bad).isEqualTo(Limits.DEFAULT);
        }
        assertThat(with("probation", "-1")).isEqualTo(Limits.DEFAULT);
    }
}
