package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Room;

@DisplayName("An HTTP server of the modern era")
class ModernUpstreamTest {
    private static final String LIST =
            "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"properties\":{\"m\":{\"x-mcp-header\":\"M\"}}}}]}}";

    private final EventLoops loops = new EventLoops();
    private final RecordingInbox inbox = new RecordingInbox();
    private ScriptedServer server;
    private HttpUpstream upstream;

    @AfterEach
    void end() throws Exception {
        upstream.close();
        server.close();
        loops.close();
    }

    private Upstream.Link begin(ScriptedServer.Script script) throws IOException {
        server = new ScriptedServer((request, reply) -> {
            if (request.has("tools/list")) {
                String id = request.body().replaceAll(".*\"id\":(\"[^\"]*\"|\\d+).*", "$1");
                reply.whole(200, "application/json", LIST.formatted(id));
            } else {
                script.answer(request, reply);
            }
        });
        upstream = new HttpUpstream(Given.settings(Map.of("url", server.url())), loops, new Room());
        return upstream.open(Era.MODERN, inbox);
    }

    private static Frame frame(int id, String method, String params) {
        return Given.frame("{'jsonrpc':'2.0','id':" + id + ",'method':'" + method
                + "','params':{'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                + "'io.modelcontextprotocol/clientCapabilities':{}}" + params + "}}");
    }

    private static Frame echo(int id) {
        return frame(id, "tools/call", ",'name':'echo','arguments':{'m':'é'}");
    }

    private static String answer(int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}";
    }

    @Test
    @DisplayName(
            "gets headers that repeat the body as it is sent; a tool that was never listed is listed before its call")
    void headers() throws IOException {
        Upstream.Link link = begin((request, reply) -> reply.whole(200, "application/json", answer(2)));
        link.send(echo(2));
        inbox.answer("2");

        assertThat(server.requests)
                .extracting(request -> request.header("mcp-method"))
                .containsExactly("tools/list", "tools/call");
        ScriptedServer.Request call = server.requests.get(1);
        assertThat(call.header("mcp-protocol-version")).isEqualTo("2026-07-28");
        assertThat(call.header("mcp-name")).isEqualTo("echo");
        assertThat(call.header("mcp-param-m")).isEqualTo("=?base64?w6k=?=");
        assertThat(call.header("mcp-session-id")).isEmpty();
        assertThat(inbox.frames).hasSize(1);
    }

    @Test
    @DisplayName("that refuses a call for its headers is asked for its tools anew and called once more, and only once")
    void staleSchema() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        Upstream.Link link = begin((request, reply) -> {
            calls.incrementAndGet();
            reply.whole(
                    400,
                    "application/json",
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32020,\"message\":\"m\"}}");
        });
        link.send(echo(2));

        assertThat(inbox.answer("2").document().at("error", "code").asLong(0)).isEqualTo(-32020);
        assertThat(calls).hasValue(2);
        assertThat(server.requests)
                .filteredOn(request -> request.has("tools/list"))
                .hasSize(2);
    }

    @Test
    @DisplayName("sees the exchange end when its request is cancelled, and is sent nothing else")
    void cancels() throws IOException {
        AtomicInteger gone = new AtomicInteger();
        Upstream.Link link = begin((request, reply) -> {
            if (request.has("resources/read")) {
                reply.raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
                while (reply.client().getInputStream().read() >= 0) {
                    // Nothing comes but the end.
                }
                gone.incrementAndGet();
            }
        });
        link.send(frame(3, "resources/read", ",'uri':'x://y'"));
        RecordingInbox.until(() -> server.requests.size() == 1);
        link.send(Given.frame("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':3}}"));

        RecordingInbox.until(() -> gone.get() == 1);
        assertThat(server.requests).hasSize(1);
        assertThat(inbox.events).isEmpty();
    }

    @Test
    @DisplayName("is not asked to take up a stream again that it cut; the request fails")
    void noResumption() throws IOException {
        Upstream.Link link = begin((request, reply) -> {
            reply.events("id: 1-1\ndata: \n\n", 64);
            reply.cut();
        });
        link.send(frame(4, "prompts/get", ",'name':'p'"));

        inbox.await(event -> event.startsWith("failed 4"));
        assertThat(server.requests).extracting(ScriptedServer.Request::method).isEqualTo(List.of("POST"));
    }
}
