package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The settings of a server")
class UpstreamSettingsTest {
    private static UpstreamSettings with(String key, Object value) {
        Map<String, Object> values = new HashMap<>(Map.of("command", new String[] {"program"}));
        values.put(key, value);
        return Given.settings(values);
    }

    @ParameterizedTest
    @DisplayName("are refused beyond a bound, which is named")
    @CsvSource(delimiter = '|', textBlock = """
        restart_first_millis   | 9        | restart.first.millis' is 10 to 60000, not 9
        restart_last_millis    | 600001   | restart.last.millis' is 200 to 600000
        restart_last_millis    | 199      | restart.last.millis' is 200 to 600000
        max_line_bytes         | 1023     | max.line.bytes' is 1024 to 1073741824
        connect_timeout_millis | 99       | connect.timeout.millis' is
        request_timeout_millis | 86400001 | request.timeout.millis' is
        max_connections        | 0        | max.connections' is
        spare_processes        | 17       | spare.processes' is 0 to 16
        spare_processes        | -1       | spare.processes' is 0 to 16
        spare_idle_millis      | 999      | spare.idle.millis' is 1000 to 3600000
        spare_idle_millis      | 3600001  | spare.idle.millis' is 1000 to 3600000
        """)
    void bounds(String key, long value, String message) {
        assertThatThrownBy(() -> with(key, value))
                .hasMessageContaining("Server [srv]")
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName("may be at a bound, and the time for requests may be without one")
    void atTheBounds() {
        assertThat(with("restart_first_millis", 10L).restarts().first()).isEqualTo(Duration.ofMillis(10));
        assertThat(with("max_line_bytes", 1L << 30).maxMessage()).isEqualTo(1 << 30);
        assertThat(with("request_timeout_millis", 0L).requestTimeout()).isZero();
        assertThat(with("spare_processes", 16L).spares().most()).isEqualTo(16);
        assertThat(with("spare_processes", 0L).spares().most()).isZero();
        assertThat(with("spare_idle_millis", 1_000L).spares().idle()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @DisplayName("hold a name that can stand before the tools' names")
    @ValueSource(strings = {"", "A", "1a", "a__b", "a_", "a b", "é"})
    void names(String name) {
        assertThatThrownBy(() -> UpstreamSettings.of(name, Given.config(Map.of("command", new String[] {"x"}))))
                .hasMessageContaining("Server name [" + name + "]");
        assertThat(ServerNames.problem(name)).isPresent();
        assertThat(ServerNames.problem("a-b_c9")).isEmpty();
        assertThat(UpstreamSettings.nameIn(UpstreamSettings.PID + "~files")).isEqualTo("files");
    }

    @Test
    @DisplayName("set one of command, url and plugin")
    void oneWay() {
        assertThatThrownBy(() -> Given.settings(Map.of())).hasMessageContaining("not 0 of them");
        assertThatThrownBy(() -> with("url", "http://localhost/")).hasMessageContaining("not 2 of them");
        assertThatThrownBy(() -> Given.settings(Map.of("plugin", "No Id"))).hasMessageContaining("the id of a plugin");
    }

    @ParameterizedTest
    @DisplayName("hold an http or https URL")
    @ValueSource(strings = {"ftp://x/", "/mcp", "http://", "http://user:key@x/", "http://x/#y", "http://x y/"})
    void urls(String url) {
        assertThatThrownBy(() -> Given.settings(Map.of("url", url))).hasMessageContaining("'url' is");
    }

    @ParameterizedTest
    @DisplayName("hold headers that cannot smuggle anything, and show no value in messages")
    @ValueSource(strings = {"no colon", ": s3cret", "A b: s3cret", "X: s3cret\r\nY: z", "Host: s3cret", "X: s3crét"})
    void headers(String header) {
        assertThatThrownBy(() -> Given.settings(Map.of("url", "http://x/", "headers", new String[] {header})))
                .hasMessageContaining("header")
                .hasMessageNotContaining("s3cr");
    }

    @Test
    @DisplayName("keep an environment, and show no value in messages")
    void environment() {
        assertThat(with("env", new String[] {"A=b=c", "B="}).env())
                .containsOnly(Map.entry("A", "b=c"), Map.entry("B", ""));
        assertThatThrownBy(() -> with("env", new String[] {"s3cret"}))
                .hasMessageContaining("'env'")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> with("link", "both")).hasMessageContaining("not [both]");
    }

    @Test
    @DisplayName("space out starts: doubling up to the last, and from the first again after a good run")
    void restarts() {
        AtomicLong now = new AtomicLong();
        Restarts restarts =
                new Restarts(new Upstream.BackOff(Duration.ofMillis(100), Duration.ofMillis(300)), now::get, () -> 1.0);
        assertThat(restarts.untilStart()).isZero();

        long[] pauses = new long[4];
        for (int i = 0; i < pauses.length; i++) {
            restarts.ended(Duration.ZERO);
            pauses[i] = restarts.untilStart().toMillis();
        }
        restarts.ended(Restarts.WELL);

        assertThat(pauses).containsExactly(100, 200, 300, 300);
        assertThat(restarts.untilStart()).isEqualTo(Duration.ofMillis(100));
        now.addAndGet(100_000_000);
        assertThat(restarts.untilStart()).isZero();
    }
}
