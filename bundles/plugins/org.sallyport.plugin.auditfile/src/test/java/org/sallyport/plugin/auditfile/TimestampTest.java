package org.sallyport.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A timestamp")
class TimestampTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T12:00:00Z",
                "2026-01-31T12:00:00.001Z",
                "2026-01-31T12:00:00.009999999Z",
                "2026-01-31T12:00:00.01Z",
                "2026-01-31T12:00:00.099Z",
                "2026-01-31T12:00:00.1Z",
                "2026-01-31T12:00:59.999999999Z",
                "1969-12-31T23:59:59.999Z",
                "-0001-01-01T00:00:00.5Z",
                "+1000000000-12-31T23:59:59.999Z"
            })
    @DisplayName("is what the Java library makes of it with three digits")
    void sameAsLibrary(String text) {
        Instant at = Instant.parse(text);

        assertThat(Timestamp.of(at))
                .isEqualTo(new DateTimeFormatterBuilder()
                        .appendInstant(3)
                        .toFormatter()
                        .format(at));
    }
}
