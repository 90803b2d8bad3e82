package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Closing the gateway looks whether every message gave its place back; so every test of the gateway does. */
@DisplayName("The bytes of all messages that are on their way")
class MessagesOnTheirWayTest {
    private static final long MOST = 1 << 20;

    private final MemoryUpstream server = new MemoryUpstream("srv");
    private final TestGateway gateway =
            new TestGateway(new FakeEngine(), Map.of("max_bodies_bytes", MOST, "sse_after_millis", 10), server);

    @AfterEach
    void close() {
        gateway.close();
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static String call(int id, int size) {
        return TestGateway.call(id, "echo", "{\"message\":\"" + "x".repeat(size) + "\"}");
    }

    private CompletableFuture<HttpResponse<String>> begin(String message) {
        HttpRequest request = gateway.request()
                .POST(HttpRequest.BodyPublishers.ofString(message))
                .build();
        return gateway.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @DisplayName("count while a request is under way; another one is refused that would be too much, and then served")
    void underWay() throws Exception {
        gateway.initialize();
        server.silent = true;
        CompletableFuture<HttpResponse<String>> open = begin(call(1, 600_000));
        until(() -> server.saw("\"id\"") && server.saw("xxxx"));
        until(() -> gateway.room.taken() < 700_000);

        HttpResponse<String> refused = gateway.post(call(2, 600_000));

        assertThat(gateway.room.taken()).isGreaterThan(600_000);
        assertThat(gateway.gateway.status().bytesOnTheirWay()).isEqualTo(gateway.room.taken());
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("no room", "[" + MOST + "] bytes", "max.bodies.bytes");
        gateway.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
        open.get(15, TimeUnit.SECONDS);
        until(() -> gateway.room.taken() < 10_000);
        server.silent = false;
        assertThat(gateway.post(call(3, 600_000)).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("count as long as an event is kept for a client that comes back, and no longer than its session")
    void kept() throws Exception {
        gateway.initialize();
        server.silent = true;
        // The answer comes by a stream, as it is late.
        CompletableFuture<HttpResponse<String>> open = begin(call(1, 10));
        until(() -> server.saw("xxxxxxxxxx"));
        Thread.sleep(2_500);
        server.silent = false;
        long before = gateway.room.taken();
        server.lines
                .get(0)
                .say(
                        org.sallyport.gateway.internal.rpc.Frames.result(
                                org.sallyport.api.document.Document.of(lastId()),
                                org.sallyport.api.document.Document.object(
                                        "x", org.sallyport.api.document.Document.of("y".repeat(300_000)))),
                        "");

        assertThat(open.get(15, TimeUnit.SECONDS).headers().firstValue("content-type"))
                .contains("text/event-stream");
        until(() -> gateway.room.taken() > before + 299_000 && gateway.room.taken() < before + 301_000);
        gateway.send(gateway.request().DELETE());
        until(() -> gateway.room.taken() == 0);
    }

    /** The id by which the server knows the last call. */
    private long lastId() {
        String last = server.seen.stream()
                .filter(text -> text.contains("tools/call"))
                .reduce((first, second) -> second)
                .orElseThrow();
        return TestGateway.json(last).get("id").asLong(-1);
    }

    @Test
    @DisplayName("refuse a line of a client by streams that has no room, which is told so and served on")
    void streams() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String lines = TestGateway.INITIALIZE + "\n" + call(1, (int) MOST) + "\n" + call(2, 10) + "\n";
        gateway.gateway
                .serve(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), out)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.contains("no room") && line.contains("max.bodies.bytes"))
                .anyMatch(line -> line.contains("\"id\":2,\"result\""));
    }

    @Test
    @DisplayName("count no longer when what is said to a server fails at once")
    void thrown() throws Exception {
        gateway.initialize();
        gateway.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        until(() -> server.saw("notifications/initialized"));
        // It takes nothing any more, and does not say so by its answer.
        server.lines.get(0).close();

        gateway.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}");

        until(() -> server.saw("notifications/roots/list_changed"));
        gateway.send(gateway.request().DELETE());
        until(() -> gateway.room.taken() == 0);
    }
}
