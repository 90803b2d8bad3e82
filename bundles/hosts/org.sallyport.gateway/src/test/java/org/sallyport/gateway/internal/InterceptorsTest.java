package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.testkit.TestJson.quoted;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.FakeEngine.Decision;

@DisplayName("Plugins as interceptors")
class InterceptorsTest {
    private final FakeEngine engine = new FakeEngine();
    private TestGateway gateway;
    private String session = "";

    @BeforeEach
    void open() {
        engine.members.put("allow", message -> Decision.PASS);
        engine.members.put("deny", message -> Decision.block("Blocked by [deny]: denied by policy", "denied"));
        engine.members.put("open-fail", message -> Decision.fail("security"));
        engine.members.put("upper", message -> {
            Document part =
                    message.document().has("params") ? message.document().get("params") : Document.NULL;
            String note = part.at("arguments", "note").text("");
            Document changed = part.with(
                    "arguments",
                    part.get("arguments").with("note", Document.of(note.toUpperCase(java.util.Locale.ROOT))));
            return note.isEmpty()
                    ? Decision.PASS
                    : Decision.modify(message.document().with("params", changed));
        });
        gateway = new TestGateway(engine, Map.of("interceptors", true), new MemoryUpstream("srv"));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private HttpResponse<String> post(String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.port() + "/interceptors"))
                .timeout(Duration.ofSeconds(30))
                .header("accept", "application/json, text/event-stream")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return gateway.send(session.isEmpty() ? request : request.header("mcp-session-id", session));
    }

    private Document ask(String method, String params) {
        if (session.isEmpty()) {
            HttpResponse<String> hello = post(TestGateway.INITIALIZE);
            assertThat(TestGateway.json(hello.body())
                            .at("result", "capabilities", "interceptor", "supportedEvents")
                            .toJson())
                    .isEqualTo("[\"*\"]");
            session = hello.headers().firstValue("mcp-session-id").orElseThrow();
            post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        }
        return TestGateway.last(post("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"" + method + "\",\"params\":"
                + quoted(params).toJson() + "}"));
    }

    private Document invoke(String name, String more) {
        return ask(
                "interceptor/invoke",
                "{'name':'" + name + "','event':'tools/call','phase':'request',"
                        + "'payload':{'name':'echo','arguments':{'note':'hello'}}" + more + "}");
    }

    private static String steady(Document result) {
        return result.without("durationMs").without("info").toJson();
    }

    @Test
    @DisplayName("are listed with a mutator and a validator each, and how they fail")
    void list() {
        List<Document> all =
                ask("interceptors/list", "{}").at("result", "interceptors").values();

        assertThat(all.stream().map(each -> each.get("name").text("")))
                .containsExactly(
                        "allow",
                        "allow/check",
                        "deny",
                        "deny/check",
                        "open-fail",
                        "open-fail/check",
                        "upper",
                        "upper/check");
        assertThat(all.get(0).toJson())
                .isEqualTo(quoted("{'name':'allow','version':'1.2.3','description':'Guards','type':'mutation',"
                                + "'hook':" + all.get(0).get("hook").toJson().replace('"', '\'') + ","
                                + "'hooks':" + all.get(0).get("hooks").toJson().replace('"', '\'') + ","
                                + "'priorityHint':50}")
                        .toJson());
        assertThat(all.get(0).at("hook", "phase").text("")).isEqualTo("both");
        assertThat(all.get(1).get("type").text("")).isEqualTo("validation");
        assertThat(all.get(1).has("priorityHint")).isFalse();
        assertThat(all.get(4).get("failOpen").asBoolean(false)).isTrue();
        assertThat(all.get(0).has("failOpen")).isFalse();
    }

    @Test
    @DisplayName("say as a validator that all is well, or what is not")
    void validates() {
        assertThat(steady(invoke("allow/check", "").get("result")))
                .isEqualTo(quoted("{'interceptor':'allow/check','type':'validation','phase':'request','valid':true}")
                        .toJson());
        assertThat(steady(invoke("deny/check", "").get("result")))
                .isEqualTo(quoted("{'interceptor':'deny/check','type':'validation','phase':'request','valid':false,"
                                + "'severity':'error','messages':[{'message':'Blocked by [deny]: denied by policy',"
                                + "'severity':'error'}]}")
                        .toJson());
        Document warned = invoke("upper/check", "").get("result");
        assertThat(warned.get("valid").asBoolean(true)).isFalse();
        assertThat(warned.get("severity").text("")).isEqualTo("warn");
    }

    @Test
    @DisplayName("change as a mutator what comes, in the form in which it came")
    void mutates() {
        assertThat(steady(invoke("upper", "").get("result")))
                .isEqualTo(quoted("{'interceptor':'upper','type':'mutation','phase':'request','modified':true,"
                                + "'payload':{'name':'echo','arguments':{'note':'HELLO'}}}")
                        .toJson());
        assertThat(steady(invoke("allow", "").get("result")))
                .contains("\"modified\":false", "\"payload\":{\"name\":\"echo\",\"arguments\":{\"note\":\"hello\"}}");
        Document whole = ask(
                "interceptor/invoke",
                "{'name':'upper','event':'tools/call','phase':'request','payload':{'method':'tools/call','params':"
                        + "{'name':'echo','arguments':{'note':'hello'}},'x':1}}");
        assertThat(whole.at("result", "payload").toJson())
                .isEqualTo(quoted("{'method':'tools/call','params':{'name':'echo','arguments':{'note':'HELLO'}},'x':1}")
                        .toJson());
    }

    @Test
    @DisplayName("fail as a mutator where they block, and as either where they fail")
    void fails() {
        Document blocked = invoke("deny", "");
        assertThat(blocked.at("error", "code").asLong(0)).isEqualTo(-32603);
        assertThat(blocked.at("error", "data", "reasonCode").text("")).isEqualTo("denied");
        for (String name : List.of("open-fail", "open-fail/check")) {
            assertThat(invoke(name, "").at("error", "data", "reasonCode").text(""))
                    .isEqualTo("plugin_failed");
        }
    }

    @Test
    @DisplayName("see a response as one, and who is meant")
    void response() {
        Document answer = ask(
                "interceptor/invoke",
                "{'name':'allow','event':'tools/call','phase':'response','payload':{'content':[]},"
                        + "'context':{'principal':{'type':'user','id':'alice'},'sessionId':'s'}}");

        assertThat(answer.at("result", "phase").text("")).isEqualTo("response");
        assertThat(engine.callers).containsExactly("alice@");
        assertThat(engine.documents.get(0).get("result").toJson()).isEqualTo("{\"content\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name':'nobody','event':'tools/call','phase':'request','payload':{}}",
                "{'name':'allow','phase':'request','payload':{}}",
                "{'name':'allow','event':'tools/call','phase':'both','payload':{}}",
                "{'name':'allow','event':'tools/call','phase':'request','payload':'text'}",
                "{'name':'allow','event':'tools/call','phase':'request','payload':{},'config':{'a':1}}",
                "{'name':'allow','event':'tools/call','phase':'request','payload':{},'timeoutMs':0}",
                "{'name':'allow','event':'tools/call','phase':'request','payload':{},'timeoutMs':600001}",
                "{}",
            })
    @DisplayName("refuse calls that make no sense as invalid parameters")
    void invalid(String params) {
        assertThat(ask("interceptor/invoke", params).at("error", "code").asLong(0))
                .isEqualTo(-32602);
    }

    @Test
    @DisplayName("are asked by clients of the modern era too, and have no other methods")
    void modern() {
        String meta =
                "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        HttpResponse<String> listed = gateway.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.port() + "/interceptors"))
                .header("accept", "application/json, text/event-stream")
                .header("content-type", "application/json")
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", "interceptors/list")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interceptors/list\",\"params\":{" + meta + "}}")));
        assertThat(TestGateway.last(listed).at("result", "interceptors").size()).isEqualTo(8);
        assertThat(ask("tools/list", "{}").at("error", "code").asLong(0)).isEqualTo(-32601);
    }

    @Test
    @DisplayName("are not there unless they are asked for")
    void off() {
        gateway.close();
        gateway = new TestGateway(engine, Map.of(), new MemoryUpstream("srv"));

        assertThat(post(TestGateway.INITIALIZE).statusCode()).isEqualTo(404);
    }
}
