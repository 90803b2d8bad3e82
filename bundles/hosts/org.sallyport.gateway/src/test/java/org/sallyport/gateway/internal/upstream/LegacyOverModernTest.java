package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;

@DisplayName("A legacy client at a modern server")
class LegacyOverModernTest {
    private static final String DISCOVERED = "'result':{'resultType':'complete','supportedVersions':['2026-07-28'],"
            + "'capabilities':{'tools':{'listChanged':true},'resources':{'subscribe':true},'logging':{}},"
            + "'_meta':{'io.modelcontextprotocol/serverInfo':{'name':'m','version':'2'}}}";

    private final RecordingInbox inbox = new RecordingInbox();
    private final FakeServer server = new FakeServer(this::serve);
    private final Upstream.Link link = new NegotiatedUpstream(server, Era.MODERN).open(Era.LEGACY, inbox);

    private void serve(FakeServer.Line line, Frame frame) {
        String name = frame.document().at("params", "name").text("");
        Document params = frame.document().get("params");
        if (frame.method().orElse("").equals(Modern.DISCOVER)) {
            line.answer(frame, DISCOVERED);
        } else if (name.equals("ask") && !params.has("inputResponses")) {
            line.answer(
                    frame,
                    "'result':{'resultType':'input_required','requestState':'st','inputRequests':{"
                            + "'a':{'method':'roots/list','params':{}},'b':{'method':'sampling/createMessage','params':{'x':1}}}}");
        } else if (name.equals("ask")) {
            line.answer(frame, "'result':{'resultType':'complete','content':[]}");
        } else if (name.equals("endless")) {
            line.answer(frame, "'result':{'resultType':'input_required','requestState':'st'}");
        } else if (frame.method().orElse("").equals("resources/read")) {
            line.answer(frame, "'error':{'code':-32602,'message':'nothing there'}");
        }
    }

    private FakeServer.Line line() {
        return server.lines.get(0);
    }

    private void begin() {
        link.send(Given.initialize(1));
        link.send(Given.initialized());
    }

    @Test
    @DisplayName("is initialized by what the server discovers, in the revision that it asked for")
    void initialize() {
        begin();

        Document result = inbox.answer("1").document().get("result");
        assertThat(result.get("protocolVersion").text("")).isEqualTo("2025-11-25");
        assertThat(result.get("serverInfo").toJson()).isEqualTo("{\"name\":\"m\",\"version\":\"2\"}");
        assertThat(result.get("capabilities").has("logging")).isTrue();
        assertThat(line().era).isEqualTo(Era.MODERN);
        assertThat(line().of("initialize")).isEmpty();
    }

    @Test
    @DisplayName("has each request say what it said of itself, and the level of logs that it chose")
    void meta() {
        begin();
        link.send(Given.frame("{'jsonrpc':'2.0','id':2,'method':'logging/setLevel','params':{'level':'warning'}}"));
        link.send(Given.call(3, "echo", "{}"));

        Document meta = line().of("tools/call").get(0).document().at("params", "_meta");
        assertThat(inbox.answer("2").document().get("result").size()).isZero();
        assertThat(meta.get(Modern.VERSION).text("")).isEqualTo("2026-07-28");
        assertThat(meta.get(Modern.CAPABILITIES).keys()).containsExactly("sampling", "elicitation");
        assertThat(meta.get(Modern.CLIENT).get("name").text("")).isEqualTo("test");
        assertThat(meta.get(Modern.LOG_LEVEL).text("")).isEqualTo("warning");
        assertThat(meta.get("progressToken").text("")).isEqualTo("p3");
    }

    @Test
    @DisplayName("is asked what the server requires, and the request goes on once all is answered")
    void input() {
        begin();
        link.send(Given.call(4, "ask", "{'k':1}"));
        Frame roots = asked("roots/list");
        Frame sampling = asked("sampling/createMessage");
        assertThat(inbox.events).filteredOn(event -> event.startsWith("4> ")).hasSize(2);

        link.send(answer(roots, "'result':{'roots':[]}"));
        assertThat(line().of("tools/call")).hasSize(1);
        link.send(answer(sampling, "'result':{'role':'user'}"));

        Document params = line().of("tools/call").get(1).document().get("params");
        assertThat(params.get("inputResponses").toJson()).isEqualTo("{\"a\":{\"roots\":[]},\"b\":{\"role\":\"user\"}}");
        assertThat(params.get("requestState").text("")).isEqualTo("st");
        assertThat(params.get("arguments").toJson()).isEqualTo("{\"k\":1}");
        assertThat(inbox.answer("4").document().get("result").has("content")).isTrue();
    }

    @Test
    @DisplayName("that refuses a question gets its refusal as the answer, and the other question is withdrawn")
    void refuses() {
        begin();
        link.send(Given.call(4, "ask", "{}"));

        link.send(answer(asked("roots/list"), "'error':{'code':-1,'message':'no'}"));

        assertThat(inbox.answer("4").document().at("error", "code").asLong(0)).isEqualTo(-1);
        assertThat(inbox.events).anyMatch(event -> event.contains("notifications/cancelled"));
        link.send(answer(asked("sampling/createMessage"), "'result':{}"));
        assertThat(line().of("tools/call")).hasSize(1);
    }

    @Test
    @DisplayName("is not kept busy by a server that requires input without end")
    void endless() {
        begin();
        link.send(Given.call(5, "endless", "{}"));

        assertThat(inbox.answer("5").document().at("error", "code").asLong(0)).isEqualTo(-32603);
        assertThat(line().of("tools/call")).hasSize(LegacyOverModern.MAX_ROUNDS);
    }

    @Test
    @DisplayName("hears notifications from one subscription that follows what it wants")
    void subscriptions() {
        begin();
        link.send(Given.frame("{'jsonrpc':'2.0','id':6,'method':'resources/subscribe','params':{'uri':'x://y'}}"));
        Frame first = line().of(Modern.LISTEN).get(0);
        Frame second = line().of(Modern.LISTEN).get(1);
        line().say(tagged("notifications/tools/list_changed", first, ""));
        line().say(tagged("notifications/resources/updated", second, "'uri':'x://y',"));

        assertThat(second.document().at("params", "notifications").toJson())
                .isEqualTo("{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"x://y\"]}");
        assertThat(line().of("notifications/cancelled").get(0).document().at("params", "requestId"))
                .isEqualTo(first.id());
        assertThat(inbox.events).noneMatch(event -> event.contains("tools/list_changed"));
        assertThat(inbox.events)
                .filteredOn(event -> event.contains("resources/updated"))
                .singleElement()
                .asString()
                .contains("x://y")
                .doesNotContain("subscriptionId");
    }

    @Test
    @DisplayName("gets the error code of its era, and cancels by the id that the server knows")
    void codesAndCancels() {
        begin();
        link.send(Given.frame("{'jsonrpc':'2.0','id':7,'method':'resources/read','params':{'uri':'x://y'}}"));
        link.send(Given.call(8, "slow", "{}"));
        link.send(Given.frame("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':8}}"));

        assertThat(inbox.answer("7").document().at("error", "code").asLong(0)).isEqualTo(-32002);
        assertThat(line().of("notifications/cancelled")
                        .get(0)
                        .document()
                        .at("params", "requestId")
                        .asLong(0))
                .isEqualTo(8);
    }

    @Test
    @DisplayName("finds out that the server does not speak its era when it refuses the initialization for that")
    void negotiates() {
        FakeServer both = new FakeServer((to, frame) -> {
            if (frame.method().orElse("").equals("initialize")) {
                to.answer(frame, "'error':{'code':-32022,'message':'too old'}");
            } else {
                serve(to, frame);
            }
        });
        NegotiatedUpstream upstream = new NegotiatedUpstream(both, null);
        upstream.open(Era.LEGACY, inbox).send(Given.initialize(1));
        upstream.open(Era.LEGACY, inbox).send(Given.initialize(2));

        assertThat(inbox.answer("1").document().has("result")).isTrue();
        assertThat(inbox.answer("2").document().has("result")).isTrue();
        assertThat(both.lines).extracting(to -> to.era).containsExactly(Era.LEGACY, Era.MODERN, Era.MODERN);
        assertThat(both.lines.get(0).closed).isTrue();
    }

    private Frame asked(String method) {
        return inbox.frames.stream()
                .filter(frame -> frame.method().orElse("").equals(method))
                .findFirst()
                .orElseThrow(() -> new AssertionError(inbox.events));
    }

    private static Frame answer(Frame question, String more) {
        return Given.frame("{'jsonrpc':'2.0','id':" + question.id().toJson() + "," + more + "}");
    }

    private static String tagged(String method, Frame listen, String more) {
        return "{'jsonrpc':'2.0','method':'" + method + "','params':{" + more
                + "'_meta':{'io.modelcontextprotocol/subscriptionId':"
                + listen.id().toJson() + "}}}";
    }
}
