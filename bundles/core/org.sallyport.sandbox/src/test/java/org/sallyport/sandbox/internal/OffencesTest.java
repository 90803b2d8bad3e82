package org.sallyport.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Calls that were ended")
class OffencesTest {
    private final AtomicLong now = new AtomicLong();
    private final Offences offences = new Offences(now::get);

    @Test
    @DisplayName("take a plugin out of service at the third within ten minutes, and count from anew then")
    void tooMany() {
        assertThat(offences.isTooMany("a")).isFalse();
        assertThat(offences.isTooMany("a")).isFalse();
        assertThat(offences.isTooMany("b")).isFalse();
        now.set(Offences.SPAN);
        assertThat(offences.isTooMany("a")).isTrue();
        assertThat(offences.isTooMany("a")).isFalse();
    }

    @Test
    @DisplayName("are forgotten after that time")
    void forgotten() {
        offences.isTooMany("a");
        offences.isTooMany("a");
        now.set(Offences.SPAN + 1);
        assertThat(offences.isTooMany("a")).isFalse();
    }
}
