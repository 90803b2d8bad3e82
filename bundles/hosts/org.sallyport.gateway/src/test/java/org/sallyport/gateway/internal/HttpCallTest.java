package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("A client by HTTP in front of one server")
class HttpCallTest {
    private final MemoryUpstream server = new MemoryUpstream("srv");
    private final FakeEngine engine = new FakeEngine();
    private TestGateway gateway = new TestGateway(engine, Map.of(), server);

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    @DisplayName("is initialized by the server's own answer and gets a session of at least 128 bits")
    void initializes() {
        var response = gateway.post(TestGateway.INITIALIZE);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestGateway.json(response.body())
                        .at("result", "serverInfo", "name")
                        .text())
                .contains("memory-srv");
        assertThat(response.headers().firstValue("mcp-session-id").orElseThrow())
                .hasSizeGreaterThanOrEqualTo(22);
        assertThat(server.saw("\"capabilities\":{\"sampling\":{}}")).isTrue();
    }

    @Test
    @DisplayName("gets the answer to a call as a JSON body, under its own id")
    void calls() {
        var response = gateway.initialize().post(TestGateway.call(7, "echo", "{\"message\":\"hé ☃\"}"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.body())
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"hé ☃\"}]}}");
    }

    @Test
    @DisplayName("has its messages forwarded byte for byte but for the id")
    void keepsBytes() {
        String odd =
                "{ \"params\" :{\"arguments\":{\"message\":\"\\u0041\",\"n\":1.50e+1},\"name\":\"echo\"}, \"method\":\"tools/call\",\"id\":\"x\" ,\"jsonrpc\":\"2.0\"}";

        gateway.initialize().post(odd);

        assertThat(server.seen.get(server.seen.size() - 1)).isEqualTo(odd.replace("\"x\"", "2"));
    }

    @Test
    @DisplayName("has each message of both directions passed through the chain with the server's name")
    void passesAll() {
        gateway.initialize().post(TestGateway.call(1, "echo", "{\"message\":\"m\"}"));

        assertThat(engine.passed)
                .containsExactly(
                        "srv request initialize",
                        "srv response initialize",
                        "srv notification notifications/initialized",
                        "srv request tools/call",
                        "srv response tools/call");
    }

    @Test
    @DisplayName("whose request is blocked gets -32000 with reason, code and plugin, and the server sees nothing")
    void blocksRequest() {
        engine.decide =
                message -> message.kind().equals("request") && message.method().equals("tools/call")
                        ? FakeEngine.Decision.block("[guard] no secrets", "secret_detected")
                        : FakeEngine.Decision.PASS;

        Document answer = gateway.initialize().ask(TestGateway.call(3, "echo", "{\"message\":\"s3cret\"}"));

        assertThat(answer.toJson())
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32000,\"message\":\"[guard] no secrets\","
                                + "\"data\":{\"reasonCode\":\"secret_detected\",\"plugin\":\"guard\"}}}");
        assertThat(server.saw("s3cret")).isFalse();
    }

    @Test
    @DisplayName("whose answer is blocked gets an error under the request's id, without the content")
    void blocksResponse() {
        engine.decide =
                message -> message.kind().equals("response") && message.method().equals("tools/call")
                        ? FakeEngine.Decision.block("no", "x")
                        : FakeEngine.Decision.PASS;

        Document answer = gateway.initialize().ask(TestGateway.call(3, "echo", "{\"message\":\"s3cret\"}"));

        assertThat(answer.at("error", "code").asLong(0)).isEqualTo(-32000);
        assertThat(answer.toJson()).doesNotContain("s3cret").contains("\"id\":3");
    }

    @Test
    @DisplayName("gets -32603 when a critical plugin failed, and -32005 when auditing did")
    void failures() {
        gateway.initialize();
        engine.decide = message -> FakeEngine.Decision.fail("security");
        Document guard = gateway.ask(TestGateway.call(1, "echo", "{}"));
        engine.decide = message -> FakeEngine.Decision.fail("auditing");
        Document audit = gateway.ask(TestGateway.call(2, "echo", "{}"));

        assertThat(guard.at("error", "code").asLong(0)).isEqualTo(-32603);
        assertThat(audit.at("error", "code").asLong(0)).isEqualTo(-32005);
    }

    @Test
    @DisplayName("gets what a plugin changed, and the server too")
    void modifies() {
        engine.decide = message -> message.method().equals("tools/call")
                ? FakeEngine.Decision.modify(message.document().mapText(text -> text.replace("cat", "dog")))
                : FakeEngine.Decision.PASS;

        Document answer = gateway.initialize().ask(TestGateway.call(1, "echo", "{\"message\":\"cat\"}"));

        assertThat(server.saw("\"message\":\"dog\"")).isTrue();
        assertThat(answer.toJson()).contains("dog");
    }

    @Test
    @DisplayName("gets a middleware's answer, which passes the response chain, and the server sees nothing")
    void completes() {
        engine.decide = message -> message.kind().equals("request")
                        && message.method().equals("tools/call")
                ? FakeEngine.Decision.complete(TestGateway.json("{\"jsonrpc\":\"2.0\",\"result\":{\"made\":1}}"))
                : FakeEngine.Decision.PASS;

        Document answer = gateway.initialize().ask(TestGateway.call(5, "echo", "{}"));

        assertThat(answer.toJson()).contains("\"made\":1").contains("\"id\":5");
        assertThat(engine.passed).contains("srv response tools/call");
        assertThat(server.saw("tools/call")).isFalse();
    }

    @Test
    @DisplayName("gets -32004 when the server ended during the call")
    void unavailable() {
        Document answer = gateway.initialize().ask(TestGateway.call(5, "fail", "{}"));

        assertThat(answer.at("error", "code").asLong(0)).isEqualTo(-32004);
    }

    @Test
    @DisplayName("is served by a server that was lost after it was initialized again")
    void startsAnew() {
        gateway.initialize();
        server.lines.get(0).lose();
        TestGateway.await(() ->
                gateway.gateway.status().sessions().get(0).servers().get("srv").equals("lost"));

        Document answer = gateway.ask(TestGateway.call(5, "echo", "{\"message\":\"again\"}"));

        assertThat(answer.toJson()).contains("again");
        assertThat(server.seen.stream().filter(text -> text.contains("\"initialize\"")))
                .hasSize(2);
        assertThat(server.seen.stream().filter(text -> text.contains("notifications/initialized")))
                .hasSize(2);
    }

    @Test
    @DisplayName("does not notice that the server forgot the session, if the server did not take the call")
    void forgotten() {
        gateway.initialize();

        Document answer = gateway.ask(TestGateway.call(5, "forgotten-once", "{}"));

        assertThat(answer.toJson()).contains("\"id\":5", "remembered");
        assertThat(server.seen.stream().filter(text -> text.contains("notifications/initialized")))
                .hasSize(2);
    }

    @Test
    @DisplayName("is told when a server forgets every session, after the call was sent twice")
    void alwaysForgotten() {
        Document answer = gateway.initialize().ask(TestGateway.call(5, "forgotten", "{}"));

        assertThat(answer.at("error", "code").asLong(0)).isEqualTo(-32004);
        assertThat(server.seen.stream().filter(text -> text.contains("\"forgotten\"")))
                .hasSize(2);
    }

    @Test
    @DisplayName("without a chain gets 200 answers to 200 calls at once, each its own")
    void concurrency() {
        engine.empty = true;
        gateway.initialize();

        List<Integer> wrong = IntStream.range(1, 200)
                .parallel()
                .filter(i -> !gateway.ask(TestGateway.call(i, "echo", "{\"message\":\"n" + i + "\"}"))
                        .toJson()
                        .contains(
                                "\"id\":" + i + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"n" + i + "\""))
                .boxed()
                .toList();

        assertThat(wrong).isEmpty();
    }

    @Test
    @DisplayName("that ends its session closes the server's, and is not known any more")
    void ends() {
        gateway.initialize();

        assertThat(gateway.send(gateway.request().DELETE()).statusCode()).isEqualTo(204);

        assertThat(gateway.post(TestGateway.call(1, "echo", "{}")).statusCode()).isEqualTo(404);
        assertThat(server.closed).hasValue(1);
        assertThat(gateway.gateway.status().openSessions()).isZero();
    }
}
