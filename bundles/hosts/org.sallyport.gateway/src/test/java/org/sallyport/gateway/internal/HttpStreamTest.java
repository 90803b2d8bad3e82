package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.TestGateway.Event;
import org.sallyport.gateway.internal.rpc.Frames;

@DisplayName("An event stream")
class HttpStreamTest {
    private static final String PROGRESS =
            "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/call\",\"params\":{\"name\":\"progress\",\"_meta\":{\"progressToken\":\"tok\"}}}";

    private final MemoryUpstream server = new MemoryUpstream("srv");
    private final FakeEngine engine = new FakeEngine();
    private TestGateway gateway = new TestGateway(engine, Map.of("resume_events", 4), server);

    @AfterEach
    void close() {
        gateway.close();
    }

    private TestGateway.Events posted(String body) {
        return gateway.listen(gateway.request().POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    @DisplayName("of a request carries its progress in order under the client's token, then the result, then ends")
    void progress() {
        engine.jitter = true;
        gateway.initialize();

        for (int round = 0; round < 20; round++) {
            try (TestGateway.Events events = posted(PROGRESS)) {
                assertThat(events.any().data())
                        .as("the event that tells the id to come back with")
                        .isEmpty();
                for (int i = 1; i <= 5; i++) {
                    Document params = events.next().json().get("params");
                    assertThat(params.toJson()).isEqualTo("{\"progressToken\":\"tok\",\"progress\":" + i + "}");
                }
                assertThat(events.next().json().get("id").asLong(0)).isEqualTo(4);
                TestGateway.await(() -> events.ended);
            }
        }
    }

    @Test
    @DisplayName("keeps a server's messages before its result also if the server does not say what they are about")
    void stdioOrder() {
        engine.jitter = true;
        server.saysAbout = false;
        gateway.initialize();

        try (TestGateway.Events events = posted(TestGateway.call(1, "logs", "{\"count\":3}"))) {
            List<String> got = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Document message = events.next().json();
                got.add(
                        message.has("result")
                                ? "result"
                                : message.at("params", "data").text(""));
            }

            assertThat(got).containsExactly("log 0", "log 1", "log 2", "result");
        }
    }

    @Test
    @DisplayName("carries a server's request under an id of the session, and the answer finds its way back")
    void serverRequest() {
        gateway.initialize();

        try (TestGateway.Events events = posted(TestGateway.call(1, "sample", "{}"))) {
            Document question = events.next().json();
            assertThat(question.get("method").text()).contains("sampling/createMessage");
            assertThat(question.get("id").text("")).isNotEqualTo("s1");

            var accepted = gateway.post("{\"jsonrpc\":\"2.0\",\"id\":"
                    + question.get("id").toJson() + ",\"result\":{\"role\":\"assistant\"}}");

            assertThat(accepted.statusCode()).isEqualTo(202);
            assertThat(events.next().data()).contains("client said assistant");
            assertThat(server.saw("\"id\":\"s1\",\"result\"")).isTrue();
            assertThat(engine.passed)
                    .contains("srv request sampling/createMessage", "srv response sampling/createMessage");
        }
    }

    @Test
    @DisplayName("is not given a server's request that is blocked; the server gets the error")
    void blockedServerRequest() {
        engine.decide = message -> message.method().equals("sampling/createMessage")
                ? FakeEngine.Decision.block("no sampling here", "x")
                : FakeEngine.Decision.PASS;
        gateway.initialize();

        gateway.post(TestGateway.call(1, "sample", "{}"));

        TestGateway.await(
                () -> server.saw("\"id\":\"s1\",\"error\":{\"code\":-32000,\"message\":\"no sampling here\""));
    }

    @Test
    @DisplayName("that is general carries what is about no request, also what came before it was opened")
    void general() {
        gateway.initialize();
        var line = server.lines.get(0);
        line.say(Frames.notification("notifications/tools/list_changed", Document.NULL), "");

        try (TestGateway.Events events = gateway.get("")) {
            assertThat(events.next().data()).contains("tools/list_changed");
            line.say(
                    Frames.notification(
                            "notifications/resources/updated", Document.object("uri", Document.of("file:///a"))),
                    "");
            assertThat(events.next().data()).contains("\"uri\":\"file:///a\"");
        }
    }

    @Test
    @DisplayName("does not carry a notification that is blocked")
    void blockedNotification() {
        engine.decide = message -> message.document().toJson().contains("secret")
                ? FakeEngine.Decision.block("no", "x")
                : FakeEngine.Decision.PASS;
        gateway.initialize();

        try (TestGateway.Events events = gateway.get("")) {
            for (String data : List.of("secret", "open")) {
                server.lines
                        .get(0)
                        .say(
                                Frames.notification(
                                        "notifications/message", Document.object("data", Document.of(data))),
                                "");
            }

            assertThat(events.next().data()).contains("open");
        }
    }

    @Test
    @DisplayName("is resumed after the event that the client names, within what is kept")
    void resumes() {
        gateway.initialize();
        List<Event> first = new ArrayList<>();
        try (TestGateway.Events events = gateway.get("")) {
            for (int i = 0; i < 3; i++) {
                say(i);
                first.add(events.next());
            }
        }

        try (TestGateway.Events again = gateway.get(first.get(0).id())) {
            assertThat(again.next()).isEqualTo(first.get(1));
            assertThat(again.next()).isEqualTo(first.get(2));
            say(3);
            assertThat(again.next().data()).contains("log 3");
        }
    }

    @Test
    @DisplayName("keeps the newest four events when four are to be kept")
    void bounded() {
        gateway.initialize();
        IntStream.range(0, 9).forEach(this::say);
        TestGateway.await(() -> gateway.gateway.status().fromServers() == 9);

        try (TestGateway.Events events = gateway.get("")) {
            List<String> got = IntStream.range(0, 4)
                    .mapToObj(i -> events.next().json().at("params", "data").text(""))
                    .toList();

            assertThat(got).containsExactly("log 5", "log 6", "log 7", "log 8");
        }
    }

    private void say(int number) {
        server.lines
                .get(0)
                .say(
                        Frames.notification(
                                "notifications/message", Document.object("data", Document.of("log " + number))),
                        "");
    }

    @Test
    @DisplayName("of a request whose client vanished is kept, and gives the result to the client that comes back")
    void resumesRequest() {
        gateway.initialize();
        Event question;
        try (TestGateway.Events events = posted(TestGateway.call(1, "sample", "{}"))) {
            question = events.next();
        }
        gateway.post("{\"jsonrpc\":\"2.0\",\"id\":" + question.json().get("id").toJson()
                + ",\"result\":{\"role\":\"assistant\"}}");
        TestGateway.await(() -> gateway.gateway.status().sessions().get(0).underWay() == 0);

        try (TestGateway.Events again = gateway.get(question.id())) {
            assertThat(again.next().data()).contains("client said assistant");
            TestGateway.await(() -> again.ended);
        }
    }

    @Test
    @DisplayName("that nobody knows is refused with 400 rather than 404, which would end the session")
    void unknownEvent() {
        gateway.initialize();

        for (String id : List.of("99-1", "nonsense", "0", "-1--1", "9999999999999999999-1")) {
            assertThat(gateway.send(gateway.request()
                                    .header("last-event-id", id)
                                    .GET())
                            .statusCode())
                    .as(id)
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("takes over an answer that is late, so that the client can come back for it")
    void slowAnswer() {
        gateway.close();
        gateway = new TestGateway(engine, Map.of("sse_after_millis", 10), server);
        gateway.initialize();

        try (TestGateway.Events events = posted(TestGateway.call(1, "slow", "{}"))) {
            assertThat(events.response.headers().firstValue("content-type")).contains("text/event-stream");
            assertThat(events.any().data()).isEmpty();
        }
    }

    @Test
    @DisplayName("of a request that the client cancels ends; the server is told by the id it knows")
    void cancels() {
        gateway.initialize();
        var pending = gateway.client.sendAsync(
                gateway.request()
                        .POST(HttpRequest.BodyPublishers.ofString(TestGateway.call(77, "slow", "{}")))
                        .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
        TestGateway.await(() -> server.saw("\"slow\""));

        gateway.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":77}}");

        assertThat(pending.join().body()).contains("cancelled by the client");
        assertThat(server.saw("\"notifications/cancelled\",\"params\":{\"requestId\":2}"))
                .isTrue();
        assertThat(gateway.gateway.status().sessions().get(0).underWay()).isZero();
    }
}
