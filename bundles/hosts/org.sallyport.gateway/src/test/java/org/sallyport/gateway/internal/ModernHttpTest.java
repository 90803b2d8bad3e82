package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frames;

@DisplayName("A client of the modern era over HTTP")
class ModernHttpTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private final FakeEngine engine = new FakeEngine();
    private final MemoryUpstream server = new MemoryUpstream("srv");
    private TestGateway gateway = new TestGateway(engine, Map.of(), server);

    @AfterEach
    void close() {
        gateway.close();
    }

    private static String message(String id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + META
                + (params.isEmpty() ? "" : "," + params) + "}}";
    }

    private static String tool(String id, String name, String more) {
        return message(id, "tools/call", "\"name\":\"" + name + "\"" + (more.isEmpty() ? "" : "," + more));
    }

    private HttpRequest.Builder request(String body, String method, String... headers) {
        HttpRequest.Builder request = gateway.request()
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", method)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> call(String tool, String more, String... headers) {
        return gateway.send(
                request(tool("1", tool, more), "tools/call", headers).header("mcp-name", tool));
    }

    private static long code(HttpResponse<String> response) {
        return TestGateway.json(response.body()).at("error", "code").asLong(0);
    }

    @Test
    @DisplayName("calls a tool without a session or an initialization, and both messages pass the chain")
    void calls() {
        HttpResponse<String> response = call("echo", "\"arguments\":{\"message\":\"hi\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\"")
                .contains("hi");
        assertThat(response.headers().firstValue("mcp-session-id")).isEmpty();
        assertThat(server.seen).singleElement().asString().contains("tools/call", META);
        assertThat(engine.passed).containsExactly("srv request tools/call", "srv response tools/call");
    }

    @Test
    @DisplayName("is told in the error codes of its era what is wrong with its request")
    void refusals() {
        String good = message("5", "tools/list", "");
        String old = good.replace("2026-07-28", "2020-01-01");
        String bare = good.replace(META, "\"_meta\":{}");

        HttpResponse<String> method = gateway.send(request(good, "tools/call"));
        HttpResponse<String> version = gateway.send(request(old, "tools/list"));
        HttpResponse<String> unknown = gateway.send(gateway.request()
                .header("mcp-protocol-version", "2020-01-01")
                .POST(HttpRequest.BodyPublishers.ofString(old)));
        HttpResponse<String> meta = gateway.send(request(bare, "tools/list"));

        assertThat(List.of(method, version, unknown, meta))
                .allMatch(response -> response.statusCode() == 400)
                .allMatch(response -> response.body().contains("\"id\":5"))
                .extracting(ModernHttpTest::code)
                .containsExactly(-32020L, -32020L, -32022L, -32602L);
        assertThat(unknown.body()).contains("\"supported\":[\"2026-07-28\"],\"requested\":\"2020-01-01\"");
        assertThat(server.seen).isEmpty();
    }

    @Test
    @DisplayName("has to repeat an argument in a header once it was told so by a list of tools")
    void paramHeaders() {
        gateway.send(request(message("1", "tools/list", ""), "tools/list"));

        HttpResponse<String> missing = call("echo", "\"arguments\":{\"region\":\"eu\"}");
        HttpResponse<String> wrong = call("echo", "\"arguments\":{\"region\":\"eu\"}", "mcp-param-region", "us");
        HttpResponse<String> right =
                call("echo", "\"arguments\":{\"region\":\"ü\"}", "mcp-param-region", "=?base64?w7w=?=");

        assertThat(List.of(missing, wrong)).extracting(ModernHttpTest::code).containsOnly(-32020L);
        assertThat(right.statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("gets 404 for a method that nobody knows, and 405 for what only clients with a session may do")
    void unknown() {
        HttpResponse<String> method = gateway.send(request(message("1", "no/such", ""), "no/such"));
        HttpResponse<String> get = gateway.send(
                gateway.request().header("mcp-protocol-version", "2026-07-28").GET());
        HttpResponse<String> delete = gateway.send(
                gateway.request().header("mcp-protocol-version", "2026-07-28").DELETE());

        assertThat(method.statusCode()).isEqualTo(404);
        assertThat(code(method)).isEqualTo(-32601);
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(delete.statusCode()).isEqualTo(405);
        assertThat(delete.headers().firstValue("allow")).contains("POST");
    }

    @Test
    @DisplayName("gets its own answer though another one used the same id at the same time")
    void sameIds() {
        engine.jitter = true;
        List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String body = tool("1", "echo", "\"arguments\":{\"message\":\"m" + i + "\"}");
            pending.add(gateway.client.sendAsync(
                    request(body, "tools/call", "mcp-name", "echo").build(), HttpResponse.BodyHandlers.ofString()));
        }

        for (int i = 0; i < 50; i++) {
            assertThat(pending.get(i).join().body()).contains("\"m" + i + "\"");
        }
    }

    @Test
    @DisplayName("gets progress under its own token on a stream without event ids, then the result")
    void progress() {
        engine.jitter = true;
        String body = message("\"a\"", "tools/call", "\"name\":\"progress\"")
                .replace("\"_meta\":{", "\"_meta\":{\"progressToken\":\"t\",");

        HttpResponse<String> response = gateway.send(request(body, "tools/call", "mcp-name", "progress"));

        List<String> data = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .toList();
        assertThat(data).hasSize(6);
        for (int i = 1; i <= 5; i++) {
            assertThat(data.get(i - 1)).contains("\"progressToken\":\"t\",\"progress\":" + i);
        }
        assertThat(data.get(5)).contains("\"id\":\"a\",\"result\"");
        assertThat(response.body()).doesNotContain("\nid: ");
    }

    @Test
    @DisplayName("is asked for input by a result, and both that and its answer pass the chain")
    void inputRequired() {
        HttpResponse<String> question = call("input", "\"arguments\":{}");
        HttpResponse<String> answer =
                call("input", "\"arguments\":{},\"inputResponses\":{\"who\":{\"roots\":[]}},\"requestState\":\"s\"");

        assertThat(question.body()).contains("\"resultType\":\"input_required\"", "\"requestState\":\"s\"");
        assertThat(answer.body()).contains("got ");
        assertThat(engine.documents)
                .anyMatch(document -> document.at("result", "inputRequests").has("who"))
                .anyMatch(document -> document.at("params", "inputResponses").has("who"));
    }

    @Test
    @DisplayName("does not see what the chain stops, and is told why")
    void blocked() {
        engine.decide = message -> message.document().toJson().contains("inputRequests")
                ? FakeEngine.Decision.block("no questions", "asked")
                : FakeEngine.Decision.PASS;

        HttpResponse<String> response = call("input", "\"arguments\":{}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(code(response)).isEqualTo(-32000);
        assertThat(response.body()).contains("no questions").doesNotContain("inputRequests");
    }

    @Test
    @DisplayName("hears a subscription under the id of its request, policed, until it leaves; then the server is told")
    void subscription() {
        HttpRequest.Builder listen = request(
                message("\"sub\"", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}"),
                "subscriptions/listen");
        try (TestGateway.Events events = gateway.listen(listen)) {
            for (String method : List.of("subscriptions/acknowledged", "tools/list_changed")) {
                Document event = events.next().json();
                assertThat(event.get("method").text("")).endsWith(method);
                assertThat(event.at("params", "_meta").toJson())
                        .isEqualTo("{\"io.modelcontextprotocol/subscriptionId\":\"sub\"}");
            }
        }

        TestGateway.await(() -> server.saw("notifications/cancelled"));
        assertThat(engine.passed).contains("srv notification notifications/tools/list_changed");
    }

    @Test
    @DisplayName("may keep a list as long as its server says, but nothing that a plugin changed")
    void caching() {
        server.extras = TestGateway.json("{\"ttlMs\":5000,\"cacheScope\":\"public\"}");
        HttpRequest.Builder list = request(message("1", "tools/list", ""), "tools/list");

        Document unchanged = TestGateway.json(gateway.send(list).body()).get("result");
        engine.decide = message -> message.kind().equals("response")
                ? FakeEngine.Decision.modify(message.document()
                        .with("result", message.document().get("result").with("tools", Document.EMPTY_ARRAY)))
                : FakeEngine.Decision.PASS;
        Document changed = TestGateway.json(gateway.send(list).body()).get("result");

        assertThat(unchanged.get("ttlMs").asLong(-1)).isEqualTo(5_000);
        assertThat(unchanged.get("cacheScope").text()).contains("public");
        assertThat(changed.toJson()).contains("\"tools\":[]", "\"ttlMs\":0", "\"cacheScope\":\"private\"");
    }

    @Test
    @DisplayName("that leaves before the answer has cancelled its request")
    void leaves() {
        var pending = gateway.client.sendAsync(
                request(tool("1", "slow", ""), "tools/call", "mcp-name", "slow").build(),
                HttpResponse.BodyHandlers.ofString());
        TestGateway.await(() -> server.saw("\"slow\""));

        pending.cancel(true);

        TestGateway.await(() -> server.saw("\"notifications/cancelled\",\"params\":{\"requestId\":1"));
    }

    @Test
    @DisplayName("is not asked anything by a server that sends a request; the server is told so")
    void serverRequest() {
        var pending = gateway.client.sendAsync(
                request(tool("1", "asks", ""), "tools/call", "mcp-name", "asks").build(),
                HttpResponse.BodyHandlers.ofString());

        TestGateway.await(() -> server.saw("\"id\":\"s1\",\"error\":{\"code\":-32601"));
        assertThat(pending).isNotDone();
    }

    @Test
    @DisplayName("does not hear log messages that could be another's")
    void foreignLogs() {
        server.saysAbout = false;
        call("echo", "");
        server.lines
                .get(0)
                .say(Frames.notification("notifications/message", Document.object("data", Document.of("x"))), "");

        TestGateway.await(() -> gateway.gateway.status().dropped() == 1);
    }
}
