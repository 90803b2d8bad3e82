package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;

@DisplayName("A gateway that requires tokens")
class AuthenticationTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private final FakeEngine engine = new FakeEngine();
    private final MemoryUpstream server = new MemoryUpstream("srv");
    private final Book book = new Book();
    private TestGateway gateway = open(Map.of());

    /** Knows the tokens that it is told of. */
    private static final class Book implements Authentication {
        final Map<String, CompletableFuture<Finding>> known = new ConcurrentHashMap<>();
        volatile String audience = "";

        void knows(String token, String principal, Instant expires) {
            known.put(
                    token,
                    CompletableFuture.completedFuture(
                            new Finding.Known(new Caller(principal, "acme", Set.of(), Optional.ofNullable(expires)))));
        }

        @Override
        public CompletionStage<Finding> check(String token, String forWhom) {
            audience = forWhom;
            return known.getOrDefault(
                    token, CompletableFuture.completedFuture(Finding.Refused.invalid("The token \"is\" nobody's")));
        }

        @Override
        public boolean isConfigured() {
            return true;
        }

        @Override
        public Set<String> issuers() {
            return Set.of("https://login.example.org");
        }

        @Override
        public Set<String> scopes() {
            return Set.of("mcp:use");
        }
    }

    private TestGateway open(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("auth", "required"));
        settings.putAll(more);
        book.knows("alice-1", "alice", null);
        book.knows("alice-2", "alice", null);
        book.knows("bob-1", "bob", null);
        return new TestGateway(engine, settings, () -> List.of(server), book);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private HttpRequest.Builder as(String token, HttpRequest.Builder request) {
        return token.isEmpty() ? request : request.header("authorization", "Bearer " + token);
    }

    private HttpResponse<String> post(String token, String body) {
        return gateway.send(as(token, gateway.request()).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String initialize(String token) {
        gateway.session = "";
        String session = post(token, TestGateway.INITIALIZE)
                .headers()
                .firstValue("mcp-session-id")
                .orElseThrow();
        gateway.session = session;
        post(token, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return session;
    }

    private HttpResponse<String> modern(String token, String message) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{" + META
                + ",\"name\":\"echo\",\"arguments\":{\"message\":\"" + message + "\"}}}";
        return gateway.send(as(token, gateway.request())
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", "tools/call")
                .header("mcp-name", "echo")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    @DisplayName("refuses who brings none, says where to get one, and nothing reaches a plugin or a server")
    void none() {
        HttpResponse<String> response = post("", TestGateway.INITIALIZE);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate"))
                .hasValue("Bearer resource_metadata=\"http://127.0.0.1:" + gateway.port()
                        + "/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:use\"");
        assertThat(engine.passed).isEmpty();
        assertThat(server.seen).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer wrong",
        "Bearer",
        "Basic YTpi",
        "alice-1",
        "Bearer alice-1 x",
        "Bearer  ",
    })
    @DisplayName("refuses a token that is not known, and what is none")
    void wrong(String header) {
        HttpResponse<String> response = gateway.send(gateway.request()
                .header("authorization", header)
                .POST(HttpRequest.BodyPublishers.ofString(TestGateway.INITIALIZE)));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate").orElse(""))
                .contains("error=\"invalid_token\", error_description=\"");
        assertThat(server.seen).isEmpty();
    }

    @Test
    @DisplayName("refuses a request before it reads its body")
    void early() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                                    + "accept: application/json, text/event-stream\r\ncontent-length: 60000000\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] head = socket.getInputStream().readNBytes(12);

            assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
        }
    }

    @Test
    @DisplayName("does not take a token from anywhere but the header")
    void elsewhere() throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        java.net.URI.create("http://127.0.0.1:" + gateway.port() + "/mcp?access_token=alice-1"))
                .header("accept", "application/json, text/event-stream")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(TestGateway.INITIALIZE));

        assertThat(gateway.send(request).statusCode()).isEqualTo(401);
    }

    @Test
    @DisplayName("tells plugins whose a message is, in either era, and servers nothing of the token")
    void principal() {
        initialize("alice-1");
        engine.callers.clear();
        assertThat(post("alice-1", TestGateway.call(1, "echo", "{}")).statusCode())
                .isEqualTo(200);
        assertThat(engine.callers).isNotEmpty().containsOnly("alice@acme");

        engine.callers.clear();
        assertThat(modern("bob-1", "hi").statusCode()).isEqualTo(200);
        assertThat(engine.callers).isNotEmpty().containsOnly("bob@acme");
        assertThat(server.seen).noneMatch(text -> text.contains("alice-1") || text.contains("bob-1"));
        assertThat(gateway.gateway.status().sessions())
                .singleElement()
                .satisfies(session -> assertThat(session.principal()).isEqualTo("alice"));
    }

    @Test
    @DisplayName("keeps a session for its owner, with whatever token, and hides it from others")
    void owned() {
        initialize("alice-1");

        assertThat(post("bob-1", TestGateway.call(1, "echo", "{}")).statusCode())
                .isEqualTo(404);
        assertThat(gateway.send(as("bob-1", gateway.request()).GET()).statusCode())
                .isEqualTo(404);
        assertThat(gateway.send(as("bob-1", gateway.request()).DELETE()).statusCode())
                .isEqualTo(404);
        assertThat(post("", TestGateway.call(1, "echo", "{}")).statusCode()).isEqualTo(401);
        assertThat(post("alice-2", TestGateway.call(1, "echo", "{}")).statusCode())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("holds a conversation of its own with a server for each caller of the modern era")
    void apart() {
        modern("alice-1", "a");
        modern("alice-2", "a");
        modern("bob-1", "b");

        assertThat(server.lines).hasSize(2);
    }

    @Test
    @DisplayName("says what scope is missing")
    void scope() {
        book.known.put(
                "small",
                CompletableFuture.completedFuture(
                        new Finding.Refused(Finding.Refused.INSUFFICIENT_SCOPE, "The token lacks a scope", "mcp:use")));

        HttpResponse<String> response = post("small", TestGateway.INITIALIZE);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().firstValue("www-authenticate").orElse(""))
                .contains("error=\"insufficient_scope\"", "scope=\"mcp:use\"");
    }

    @Test
    @DisplayName("waits for a token that is still being checked, and asks to come again if it cannot be")
    void later() {
        CompletableFuture<Finding> pending = new CompletableFuture<>();
        book.known.put("slow", pending);
        CompletableFuture<HttpResponse<String>> response = gateway.client.sendAsync(
                as("slow", gateway.request())
                        .POST(HttpRequest.BodyPublishers.ofString(TestGateway.INITIALIZE))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        TestGateway.await(() -> book.audience.endsWith("/mcp"));
        pending.complete(new Finding.Known(new Caller("carol", "", Set.of(), Optional.empty())));
        assertThat(response.join().statusCode()).isEqualTo(200);

        book.known.put("down", CompletableFuture.completedFuture(new Finding.Unavailable("The keys cannot be read")));
        HttpResponse<String> unavailable = post("down", TestGateway.INITIALIZE);
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    @DisplayName("ends a stream of events when the token of its listener ends")
    void expiry() {
        book.knows("brief", "alice", Instant.now().plusSeconds(2));
        initialize("alice-1");

        try (TestGateway.Events events =
                gateway.listen(as("brief", gateway.request()).GET())) {
            TestGateway.await(() -> gateway.gateway.status().openStreams() == 1);
            TestGateway.await(() -> gateway.gateway.status().openStreams() == 0);
        }
    }

    @Test
    @DisplayName("shows its metadata to anybody")
    void metadata() {
        gateway.close();
        gateway = open(Map.of("public_url", "https://mcp.example.org/mcp"));
        for (String path :
                List.of("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp")) {
            HttpResponse<String> response = gateway.send(
                    HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + gateway.port() + path)));

            Document metadata = TestGateway.json(response.body());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(metadata.get("resource").text("")).isEqualTo("https://mcp.example.org/mcp");
            assertThat(metadata.get("authorization_servers").toJson()).isEqualTo("[\"https://login.example.org\"]");
            assertThat(metadata.get("scopes_supported").toJson()).isEqualTo("[\"mcp:use\"]");
        }
        post("alice-1", TestGateway.INITIALIZE);
        assertThat(book.audience).isEqualTo("https://mcp.example.org/mcp");
    }

    @Test
    @DisplayName("refuses everybody while nobody knows tokens")
    void nobody() {
        gateway.close();
        gateway = new TestGateway(engine, Map.of("auth", "required"), () -> List.of(server), null);

        assertThat(post("alice-1", TestGateway.INITIALIZE).statusCode()).isEqualTo(503);
        assertThat(post("", TestGateway.INITIALIZE).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "mcp.example.org, https://mcp.example.org, 200",
        "MCP.example.org:8443, , 200",
        "proxy.internal, , 200",
        "proxy.internal, https://app.example.org, 200",
        "evil.example.org, , 403",
        "mcp.example.org.evil.org, , 403",
        "mcp.example.org, https://evil.example.org, 403",
        "mcp.example.org, null, 403",
        "localhost, http://localhost:3000, 200",
    })
    @DisplayName("serves the names and pages that are configured, and no others")
    void names(String host, String origin, int status) throws IOException {
        gateway.close();
        gateway = open(Map.of(
                "public_url", "https://mcp.example.org/mcp",
                "hosts", new String[] {"proxy.internal"},
                "origins", new String[] {"https://app.example.org"}));
        String body = TestGateway.INITIALIZE;
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST /mcp HTTP/1.1\r\nhost: " + host + "\r\n"
                                    + (origin == null ? "" : "origin: " + origin + "\r\n")
                                    + "authorization: bearer alice-1\r\ncontent-type: application/json\r\n"
                                    + "accept: application/json, text/event-stream\r\ncontent-length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 " + status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.1"})
    @DisplayName("opens on other addresses with tokens and TLS, and with neither alone")
    void beyondLoopback(String host) {
        Map<String, Object> tls = Map.of("tls_certificate", "c.pem", "tls_key", "k.pem", "host", host);
        Map<String, Object> both = new HashMap<>(tls);
        both.put("auth", "required");

        assertThat(settings(both).host().isLoopbackAddress()).isFalse();
        assertThatThrownBy(() -> settings(tls)).hasMessageContaining("[auth]");
        assertThatThrownBy(() -> settings(Map.of("auth", "required", "host", host)))
                .hasMessageContaining("[tls");
    }

    @Test
    @DisplayName("takes no half of a certificate, no other kind of guard, and no public address that is none")
    void badSettings() {
        assertThatThrownBy(() -> settings(Map.of("tls_key", "k.pem"))).hasMessageContaining("[tls.certificate]");
        assertThatThrownBy(() -> settings(Map.of("auth", "yes"))).hasMessageContaining("[required]");
        assertThatThrownBy(() -> settings(Map.of("public_url", "mcp.example.org")))
                .hasMessageContaining("https");
        assertThatThrownBy(() -> settings(Map.of("hosts", new String[] {"a/b"})))
                .hasMessageContaining("[hosts]");
        assertThatThrownBy(() -> settings(Map.of("origins", new String[] {"app"})))
                .hasMessageContaining("[origins]");
    }

    private static GatewaySettings settings(Map<String, Object> values) {
        return GatewaySettings.of(TestGateway.config(values), Path.of("home"));
    }
}
