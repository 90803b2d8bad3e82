package org.sallyport.worker.internal.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.worker.internal.child.HttpBridge.Request;
import org.sallyport.worker.internal.wire.HostNet;

@DisplayName("The way of HTTP out of a worker")
class HttpBridgeTest {
    /** Answers what is sent to it with what was asked of it; knows one host. */
    private static final class Echo implements HostNet {
        private final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();

        @Override
        public int open(String host, int port) {
            if (!host.equals("granted.example.org")) {
                throw new PluginException("not_granted", host + ":" + port);
            }
            return port;
        }

        @Override
        public byte @Nullable [] read(int connection) {
            try {
                return sent.poll(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return new byte[0];
            }
        }

        @Override
        public void write(int connection, byte[] bytes) {
            sent.add((connection + " ").getBytes(StandardCharsets.US_ASCII));
            sent.add(bytes);
            sent.add(new byte[0]);
        }

        @Override
        public void close(int connection) {
            sent.clear();
        }
    }

    private static String ask(String request) throws IOException {
        InetSocketAddress bridge = HttpBridge.start(new Echo());
        try (Socket socket = new Socket()) {
            socket.connect(bridge);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    @DisplayName("asks the other side as if there were no proxy, for one request")
    void forwards() throws IOException {
        assertThat(ask("GET http://granted.example.org:81/a?b=c HTTP/1.1\r\nHost: granted.example.org:81\r\n"
                        + "Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\nX: y\r\n\r\n"))
                .isEqualTo(
                        "81 GET /a?b=c HTTP/1.1\r\nHost: granted.example.org:81\r\nX: y\r\nConnection: close\r\n\r\n");
        assertThat(ask("GET http://granted.example.org HTTP/1.1\r\n\r\n")).startsWith("80 GET / HTTP/1.1\r\n");
    }

    @Test
    @DisplayName("leads through to a port, also of an address in brackets")
    void tunnels() throws IOException {
        assertThat(ask("CONNECT granted.example.org:443 HTTP/1.1\r\n\r\nhello"))
                .isEqualTo("HTTP/1.1 200 Connected\r\n\r\n443 hello");
        assertThat(Request.parse("CONNECT [2001:db8::1]:443 HTTP/1.1"))
                .isEqualTo(new Request("2001:db8::1", 443, true, ""));
    }

    @Test
    @DisplayName("ends without an answer where the host says no")
    void refused() throws IOException {
        assertThat(ask("GET http://other.example.org/ HTTP/1.1\r\n\r\n")).isEmpty();
    }

    @ParameterizedTest(name = "does not take [{0}]")
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "GET ftp://granted.example.org/ HTTP/1.1",
                "GET https://granted.example.org/ HTTP/1.1",
                "CONNECT granted.example.org HTTP/1.1",
                "CONNECT granted.example.org:x HTTP/1.1",
                "GET http://[ HTTP/1.1",
                "GET",
                ""
            })
    void wrong(String line) {
        assertThatThrownBy(() -> Request.parse(line)).isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("takes a head up to its bound, and no longer one")
    void bound() throws IOException {
        String first = "GET http://granted.example.org/ HTTP/1.1\r\nX: ";
        int room = HttpBridge.MAX_HEAD - first.length() - 4;

        assertThat(ask(first + "x".repeat(room) + "\r\n\r\n")).startsWith("80 GET");
        assertThat(ask(first + "x".repeat(room + 1) + "\r\n\r\n")).isEmpty();
    }
}
