package org.sallyport.gateway.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The door")
class DoorTest {
    private final Door door =
            new Door(new HttpAccess(false, Optional.empty(), Set.of("mcp.example.org"), Set.of(), Optional.empty()));

    private boolean isOpen(String... hosts) {
        DefaultHttpHeaders headers = new DefaultHttpHeaders();
        for (String host : hosts) {
            headers.add(HttpHeaderNames.HOST, host);
        }
        return door.isOpen(headers);
    }

    @Test
    @DisplayName("is open to this machine and to hosts that were named, in any case, and to nobody else")
    void hosts() {
        assertThat(isOpen("")).as("before anybody came in").isFalse();
        for (String host : List.of("localhost", "127.0.0.1:8470", "[::1]:1", "mcp.EXAMPLE.org:443")) {
            assertThat(isOpen(host)).as(host).isTrue();
            assertThat(isOpen(host)).as("again " + host).isTrue();
            for (String other : List.of("", "example.org", host + "x", "x" + host, host + ":1:2")) {
                assertThat(isOpen(other)).as("[%s] after [%s]", other, host).isFalse();
            }
        }
    }

    @Test
    @DisplayName("is closed to who names no host, or two")
    void exactlyOne() {
        assertThat(isOpen("localhost")).isTrue();

        assertThat(isOpen()).isFalse();
        assertThat(isOpen("localhost", "localhost")).isFalse();
    }
}
