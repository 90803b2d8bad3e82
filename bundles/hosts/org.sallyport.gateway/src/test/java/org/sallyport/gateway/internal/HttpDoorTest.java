package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frames;

@DisplayName("The HTTP door")
class HttpDoorTest {
    private static final int LIMIT = 100_000;

    private final MemoryUpstream server = new MemoryUpstream("srv");
    private TestGateway gateway =
            new TestGateway(FakeEngine.empty(), Map.of("max_body_bytes", (long) LIMIT, "request_seconds", 1), server);

    @AfterEach
    void close() {
        gateway.close();
    }

    /** Sends bytes as they are; gives all that comes back until the gateway closes or nothing more comes. */
    private String raw(byte[]... parts) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            for (byte[] part : parts) {
                try {
                    out.write(part);
                    out.flush();
                } catch (IOException e) {
                    break;
                }
            }
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            byte[] chunk = new byte[8192];
            for (int n = socket.getInputStream().read(chunk);
                    n > 0;
                    n = socket.getInputStream().read(chunk)) {
                back.write(chunk, 0, n);
            }
            return back.toString(StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String head(String extra, long length) {
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + extra + "Content-Length: " + length + "\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example.com,'',403",
        "localhost.evil.com,'',403",
        "127.0.0.1@evil.com,'',403",
        "'','',403",
        "localhost:8470,http://evil.example.com,403",
        "localhost:8470,null,403",
        "localhost:8470,http://localhost.evil.com,403",
        "localhost:8470,http://localhost:6274,200",
        "127.0.0.1,https://127.0.0.1,200",
        "[::1]:8470,http://[::1]:1,200",
        "LOCALHOST,'',200"
    })
    @DisplayName("lets in only those whose Host and Origin are this machine")
    void hostAndOrigin(String host, String origin, int status) throws IOException {
        String request = "POST /mcp HTTP/1.1\r\n" + (host.isEmpty() ? "" : "Host: " + host + "\r\n")
                + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
                + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nConnection: close\r\n"
                + "Content-Length: " + TestGateway.INITIALIZE.length() + "\r\n\r\n" + TestGateway.INITIALIZE;

        assertThat(raw(bytes(request))).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"jsonrpc\":\"2.0\",',-32700",
        "'',-32700",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}',-32700",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x',-32700",
        "'[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]',-32600",
        "'7',-32600",
        "'{\"id\":1,\"method\":\"ping\"}',-32600",
        "'{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}',-32600",
        "'{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}',-32600",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}',-32600",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}',-32600",
        "'{\"jsonrpc\":\"2.0\",\"id\":1}',-32600"
    })
    @DisplayName("refuses what is no message with 400 and a JSON-RPC error")
    void badMessages(String body, int code) {
        gateway.initialize();

        HttpResponse<String> response = gateway.post(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestGateway.json(response.body()).at("error", "code").asLong(0))
                .isEqualTo(code);
    }

    @Test
    @DisplayName("refuses 10,000 levels with a parse error, and takes 200")
    void depth() {
        gateway.initialize();
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        String flat = "[".repeat(200) + "]".repeat(200);

        assertThat(gateway.post(TestGateway.call(1, "echo", deep)).body()).contains("-32700");
        assertThat(gateway.post(TestGateway.call(1, "echo", "{\"message\":\"ok\",\"x\":" + flat + "}"))
                        .body())
                .contains("ok");
    }

    @Test
    @DisplayName("refuses bytes that are not UTF-8, and other encodings of JSON")
    void encodings() {
        gateway.initialize();
        byte[][] bodies = {
            {'{', '"', (byte) 0xFF, '"', ':', '1', '}'},
            {'"', (byte) 0xC0, (byte) 0xAF, '"'},
            {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
            TestGateway.INITIALIZE.getBytes(StandardCharsets.UTF_16LE),
            ("\uFEFF" + TestGateway.INITIALIZE).getBytes(StandardCharsets.UTF_8)
        };
        for (byte[] body : bodies) {
            HttpResponse<String> response =
                    gateway.send(gateway.request().POST(HttpRequest.BodyPublishers.ofByteArray(body)));

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("-32700").contains("UTF-8");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain,'application/json, text/event-stream',415",
        "application/json; charset=latin1,'application/json, text/event-stream',415",
        "application/json,application/json,406",
        "application/json,text/event-stream,406",
        "application/json,'application/json, text/event-stream;q=0',406",
        "application/json;charset=UTF-8,'application/json;q=0.5,text/*',200",
        "application/json,*/*,200"
    })
    @DisplayName("checks the body's type and what the client takes")
    void types(String content, String accept, int status) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        java.net.URI.create("http://127.0.0.1:" + gateway.port() + "/mcp"))
                .header("content-type", content)
                .header("accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(TestGateway.INITIALIZE));

        assertThat(gateway.send(request).statusCode()).isEqualTo(status);
    }

    @Test
    @DisplayName("wants a session that it knows, a version that it knows, and a method that it serves")
    void headers() {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        assertThat(gateway.post(ping).statusCode()).isEqualTo(400);
        gateway.session = "made-up";
        assertThat(gateway.post(ping).statusCode()).isEqualTo(404);
        gateway.session = "";
        gateway.initialize();

        var version = gateway.request().header("mcp-protocol-version", "1999-01-01");
        assertThat(gateway.send(version.POST(HttpRequest.BodyPublishers.ofString(ping)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(gateway.post(ping).statusCode()).isEqualTo(200);
        assertThat(gateway.post(TestGateway.INITIALIZE).statusCode()).isEqualTo(400);
        assertThat(gateway.send(gateway.request().PUT(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    @DisplayName("carries an unknown method to the server, whose error comes back")
    void unknownMethod() {
        assertThat(gateway.initialize()
                        .ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}")
                        .toJson())
                .contains("-32601");
    }

    @Test
    @DisplayName("takes a body as large as the limit, and refuses one byte more with 413")
    void atTheLimit() {
        gateway.initialize();
        int overhead = TestGateway.call(1, "echo", "{\"message\":\"\"}").length();

        String full = TestGateway.call(1, "echo", "{\"message\":\"" + "z".repeat(LIMIT - overhead) + "\"}");

        assertThat(gateway.post(full).statusCode()).isEqualTo(200);
        assertThat(gateway.post(full + " ").statusCode()).isEqualTo(413);
    }

    @Test
    @DisplayName("refuses 100 MB by their announced length, and unannounced ones once they pass the limit")
    void tooLarge() throws IOException {
        assertThat(raw(bytes(head("", 100_000_000)), new byte[200_000])).startsWith("HTTP/1.1 413 ");

        byte[] chunk = new byte[50_000];
        java.util.Arrays.fill(chunk, (byte) 'x');
        byte[] size = bytes(Integer.toHexString(chunk.length) + "\r\n");
        String chunked = head("Transfer-Encoding: chunked\r\n", 0).replace("Content-Length: 0\r\n", "");
        assertThat(raw(
                        bytes(chunked),
                        size,
                        chunk,
                        bytes("\r\n"),
                        size,
                        chunk,
                        bytes("\r\n"),
                        size,
                        chunk,
                        bytes("\r\n0\r\n\r\n")))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    @DisplayName("answers requests that were sent ahead in their order")
    void pipelining() throws IOException {
        gateway.initialize();
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= 100; i++) {
            String body = TestGateway.call(i, "echo", "{\"message\":\"n" + i + "\"}");
            String head = head("Mcp-Session-Id: " + gateway.session + "\r\n", body.length());
            all.append(i < 100 ? head.replace("Connection: close\r\n", "") : head)
                    .append(body);
        }

        String back = raw(bytes(all.toString()));

        int at = 0;
        for (int i = 1; i <= 100; i++) {
            at = back.indexOf("\"id\":" + i + ",", at);
            assertThat(at).as("answer " + i).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONSENSE\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: localhost\r\nX: \u0000\r\n\r\n"})
    @DisplayName("answers what is no HTTP with 400 and closes")
    void noHttp(String text) throws IOException {
        assertThat(raw(bytes(text))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    @DisplayName("ends a connection whose request does not come to its end in time")
    void slowClient() throws IOException {
        assertThat(raw(bytes(head("", 100) + "{"))).startsWith("HTTP/1.1 408 ");
        TestGateway.await(() -> gateway.gateway.status().connections() == 0);
    }

    @Test
    @DisplayName("forgets a client that vanished, and its session once it was idle for its time")
    void vanishingClient() throws IOException {
        gateway.close();
        gateway = new TestGateway(FakeEngine.empty(), Map.of("session_idle_seconds", 1), server);
        gateway.initialize();
        gateway.get("").close();

        TestGateway.await(() -> gateway.gateway.status().openSessions() == 0);

        assertThat(server.closed).hasValue(1);
        assertThat(gateway.post(TestGateway.call(1, "echo", "{}")).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("cuts an event stream whose client does not read, and keeps no more than the bound")
    void slowReader() throws IOException {
        gateway.initialize();
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(bytes("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: "
                            + gateway.session + "\r\n\r\n"));
            TestGateway.await(() -> gateway.gateway.status().openStreams() == 1);
            String large = "x".repeat(100_000);

            TestGateway.await(() -> {
                server.lines
                        .get(0)
                        .say(
                                Frames.notification(
                                        "notifications/message", Document.object("data", Document.of(large))),
                                "");
                return gateway.gateway.status().cut() == 1;
            });

            assertThat(gateway.gateway.status().openStreams()).isZero();
        }
    }

    @Test
    @DisplayName("makes room for a new session by ending the one that was quiet longest")
    void sessionLimit() {
        gateway.close();
        gateway = new TestGateway(FakeEngine.empty(), Map.of("max_sessions", 2), server);
        String first = gateway.initialize().session;
        for (int i = 0; i < 2; i++) {
            gateway.session = "";
            gateway.initialize();
        }
        String last = gateway.session;
        gateway.session = first;

        assertThat(gateway.post(TestGateway.call(1, "echo", "{}")).statusCode()).isEqualTo(404);
        gateway.session = last;
        assertThat(gateway.post(TestGateway.call(1, "echo", "{}")).statusCode()).isEqualTo(200);
        assertThat(gateway.gateway.status().openSessions()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.168.1.1", "example.com", "::", ""})
    @DisplayName("does not open on an address that is not loopback")
    void loopbackOnly(String host) {
        assertThatThrownBy(() -> GatewaySettings.of(TestGateway.config(Map.of("host", host)), Path.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
    }
}
