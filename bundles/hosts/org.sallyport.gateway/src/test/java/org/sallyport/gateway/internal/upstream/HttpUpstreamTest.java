package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Room;

@DisplayName("A server that speaks HTTP")
class HttpUpstreamTest {
    private static final String INIT =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}}}";

    private final EventLoops loops = new EventLoops();
    private final Room room = new Room();
    private final RecordingInbox inbox = new RecordingInbox();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private ScriptedServer server;
    private Upstream upstream;

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        loops.close();
        assertThat(inbox.overlaps).hasValue(0);
        assertThat(inbox.events).noneMatch(event -> event.contains("s3cret"));
    }

    private Upstream.Link begin(Map<String, Object> more, ScriptedServer.Script script) throws IOException {
        server = new ScriptedServer((request, reply) -> {
            if (request.has("\"initialize\"")) {
                reply.whole(200, "application/json", INIT, "mcp-session-id: abc");
            } else if (request.has("notifications/")) {
                reply.accepted();
            } else if (request.method().equals("DELETE")) {
                reply.whole(200, "application/json", "{}");
            } else {
                script.answer(request, reply);
            }
        });
        Map<String, Object> values = new HashMap<>(Map.of("url", server.url()));
        values.putAll(more);
        upstream = new HttpUpstream(Given.settings(values), loops, room);
        opened.add(upstream);
        opened.add(server);
        Upstream.Link link = upstream.open(Era.LEGACY, inbox);
        link.send(Given.initialize(1));
        inbox.answer("1");
        return link;
    }

    private static String answer(int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"v\":\"é\"}}";
    }

    @Test
    @DisplayName("gets the session, the version and the configured headers with each request, over one kept connection")
    void headers() throws IOException {
        Upstream.Link link = begin(
                Map.of("headers", new String[] {"Authorization: Bearer x"}),
                (request, reply) -> reply.whole(200, "application/json", answer(2)));
        link.send(Given.call(2, "echo", "{}"));

        assertThat(inbox.answer("2").document().at("result", "v").text("")).isEqualTo("é");
        ScriptedServer.Request call = server.requests.get(1);
        assertThat(call.header("mcp-session-id")).isEqualTo("abc");
        assertThat(call.header("mcp-protocol-version")).isEqualTo("2025-06-18");
        assertThat(call.header("authorization")).isEqualTo("Bearer x");
        assertThat(call.header("accept")).contains("application/json").contains("text/event-stream");
        assertThat(call.connection()).isEqualTo(1);
        assertThat(server.requests.get(0).header("mcp-session-id")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("may send events in pieces of any size; each says about which request it is")
    @ValueSource(ints = {1, 7, 1000})
    void streams(int piece) throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> {
            reply.events(
                    "\ufeff: hello\r\n\r\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\r\ndata: \"method\":\"notifications/progress\"}\r\n\r\n"
                            + "data: no json\n\nevent: other\ndata: {}\n\ndata: " + answer(2) + "\n\n",
                    piece);
            reply.lastChunk();
        });
        link.send(Given.call(2, "echo", "{}"));
        inbox.answer("2");

        assertThat(inbox.events.subList(1, 3))
                .containsExactly("2> {\"jsonrpc\":\"2.0\", \"method\":\"notifications/progress\"}", "2> " + answer(2));
    }

    @Test
    @DisplayName(
            "may cut a stream after an event with an id: the rest is fetched where it ended, after the pause it asks for")
    void resumption() throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> {
            if (request.method().equals("POST")) {
                reply.events("id: p-1\nretry: 20\ndata: \n\n", 100);
                reply.cut();
            } else if (request.header("last-event-id").equals("p-1")) {
                reply.events("id: p-2\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n", 100);
                reply.cut();
            } else {
                reply.events("data: " + answer(2) + "\n\n", 100);
                reply.lastChunk();
            }
        });
        link.send(Given.call(2, "echo", "{}"));
        inbox.answer("2");

        assertThat(server.requests.stream()
                        .filter(request -> request.method().equals("GET"))
                        .map(request -> request.header("last-event-id")))
                .containsExactly("p-1", "p-2");
        assertThat(inbox.events.get(1)).startsWith("2> ").contains("notifications/x");
    }

    @Test
    @DisplayName("has a general stream, which is opened after initialized and again when it ends")
    void generalStream() throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> {
            boolean first = request.header("last-event-id").isEmpty();
            reply.events(
                    "id: g\nretry: 10\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/" + (first ? "a" : "b")
                            + "\"}\n\n",
                    9);
            if (first) {
                reply.lastChunk();
            }
        });
        assertThat(server.requests).noneMatch(request -> request.method().equals("GET"));

        link.send(Given.initialized());

        assertThat(inbox.await(event -> event.contains("notifications/a"))).doesNotContain(">");
        inbox.await(event -> event.contains("notifications/b"));
    }

    @ParameterizedTest
    @DisplayName("that answers an error fails the request with what it said")
    @CsvSource(delimiter = '|', textBlock = """
                    500 | {"error":{"message":"broken"}} | HTTP 500: broken
                    401 | no | Check the credentials
                    307 | no | set 'url'
                    200 | no json | answered what is no JSON
                    202 | '' | without the answer
                    200 | {"jsonrpc":"2.0","id":99,"result":{}} | without the answer
                    """)
    void errors(int status, String body, String text) throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> reply.whole(status, "application/json", body));
        link.send(Given.call(2, "echo", "{}"));

        assertThat(inbox.await(event -> event.startsWith("failed 2")))
                .contains("Server [srv]")
                .contains(text);
    }

    @Test
    @DisplayName("may answer an error of JSON-RPC with an error status; it is passed on")
    void errorResponses() throws IOException {
        String error = "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32602,\"message\":\"m\"}}";
        Upstream.Link link = begin(Map.of(), (request, reply) -> reply.whole(400, "application/json", error));
        link.send(Given.call(2, "echo", "{}"));

        assertThat(inbox.answer("2").document().toJson()).isEqualTo(error);
    }

    @Test
    @DisplayName(
            "that forgot the session fails all that is open; what it refused for that may be sent after initialize")
    void lostSession() throws IOException {
        CountDownLatch hanging = new CountDownLatch(1);
        Upstream.Link link = begin(Map.of(), (request, reply) -> {
            if (request.has("hang")) {
                hanging.await();
            }
            reply.whole(404, "application/json", "{}");
        });
        link.send(Given.call(2, "hang", "{}"));
        link.send(Given.call(3, "echo", "{}"));

        inbox.await(event -> event.startsWith("refused"));
        assertThat(inbox.events).hasSize(4);
        assertThat(inbox.events.get(1)).startsWith("failed 2");
        assertThat(inbox.events.get(2)).startsWith("lost");
        assertThat(inbox.events.get(3)).startsWith("refused 3");
        assertThat(link.send(Given.call(4, "echo", "{}")).toCompletableFuture())
                .failsWithin(java.time.Duration.ofSeconds(10));
        inbox.frames.clear();
        link.send(Given.initialize(1));
        inbox.answer("1");
        hanging.countDown();
    }

    @Test
    @DisplayName("that is cut in the middle of an answer, or hangs, fails the request")
    void cutAndHanging() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Upstream.Link link = begin(Map.of("request_timeout_millis", 2_000L), (request, reply) -> {
            if (request.has("cut")) {
                reply.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
                reply.cut();
            } else if (request.has("close")) {
                reply.cut();
            } else {
                never.await();
            }
        });
        link.send(Given.call(2, "cut", "{}"));
        link.send(Given.call(3, "close", "{}"));
        link.send(Given.call(4, "hang", "{}"));

        assertThat(inbox.await(event -> event.startsWith("failed 2"))).contains("broke off");
        inbox.await(event -> event.startsWith("failed 3"));
        assertThat(inbox.await(event -> event.startsWith("failed 4"))).contains("was silent for 2000 ms");
        never.countDown();
    }

    @Test
    @DisplayName("may answer up to the bound, and no more")
    void bounds() throws IOException {
        Upstream.Link link = begin(Map.of("max_line_bytes", 2_000L), (request, reply) -> {
            int id = request.has("\"id\":2") ? 2 : 3;
            String frame = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}";
            reply.whole(200, "application/json", frame + " ".repeat((id == 2 ? 2_000 : 2_001) - frame.length()));
        });
        link.send(Given.call(2, "echo", "{}"));
        link.send(Given.call(3, "echo", "{}"));

        inbox.answer("2");
        assertThat(inbox.await(event -> event.startsWith("failed 3"))).contains("max.line.bytes");
    }

    @Test
    @DisplayName("may answer what there is room for, by either form, and gives the place back")
    void room() throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> {
            int id = Integer.parseInt(request.body().replaceAll(".*\"id\":(\\d+).*", "$1"));
            String frame = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}";
            boolean events = id > 3;
            String sent = (events ? "data: " : "") + frame + " ".repeat((id % 2 == 0 ? 2_000 : 2_001) - frame.length());
            reply.whole(200, events ? "text/event-stream" : "application/json", sent + (events ? "\n\n" : ""));
        });
        room.most(2_000);
        for (int id = 2; id < 6; id++) {
            link.send(Given.call(id, "echo", "{}"));
            String one = Integer.toString(id);
            inbox.await(event -> event.startsWith("failed " + one) || event.contains("\"id\":" + one));
            RecordingInbox.until(() -> room.taken() == 0);
            assertThat(room.taken()).isZero();
        }

        inbox.answer("2");
        inbox.answer("4");
        for (int id : List.of(3, 5)) {
            assertThat(inbox.await(event -> event.startsWith("failed " + id)))
                    .contains("no room", "[2000] bytes", "max.bodies.bytes");
        }
    }

    @Test
    @DisplayName("that closes a kept connection is asked again what does no harm twice")
    void staleConnections() throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> {
            if (request.connection() == 1) {
                reply.cut();
            } else {
                reply.whole(200, "application/json", answer(2));
            }
        });
        link.send(Given.frame("{'jsonrpc':'2.0','id':2,'method':'tools/list'}"));

        inbox.answer("2");
        assertThat(server.requests.get(2).connection()).isEqualTo(2);
    }

    @Test
    @DisplayName("that closes a kept connection under the call of a tool fails it")
    void staleConnectionUnderATool() throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> reply.cut());
        link.send(Given.call(2, "pay", "{}"));

        assertThat(inbox.await(event -> event.startsWith("failed 2"))).contains("the connection was closed");
        assertThat(server.requests).hasSize(2);
    }

    @Test
    @DisplayName("is told when the session is over")
    void farewell() throws IOException {
        Upstream.Link link = begin(Map.of(), (request, reply) -> reply.cut());
        link.close();

        RecordingInbox.until(() -> server.requests.size() == 2);
        assertThat(server.requests.get(1).method()).isEqualTo("DELETE");
        assertThat(server.requests.get(1).header("mcp-session-id")).isEqualTo("abc");
    }

    @Test
    @DisplayName("that is not there fails the request and names the place, not the key in it")
    void nobodyThere() {
        Upstream nobody =
                new HttpUpstream(Given.settings(Map.of("url", "http://127.0.0.1:1/?key=s3cret")), loops, new Room());
        opened.add(nobody);
        nobody.open(Era.LEGACY, inbox).send(Given.initialize(1));

        assertThat(inbox.await(event -> event.startsWith("failed 1")))
                .contains("Server [srv] at [http://127.0.0.1:1] could not be reached");
    }
}
