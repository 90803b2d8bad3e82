package org.sallyport.plugin.interceptor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.plugin.interceptor.internal.FakeInterceptors.json;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.testkit.TestCall;
import org.sallyport.testkit.TestContext;
import org.sallyport.testkit.TestReplay;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.security.SecurityFilter;

@DisplayName("Interceptors of another server")
class RemoteInterceptorTest {
    private static final Document REQUEST = json(
            "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'send','arguments':{'text':'hello'}}}");
    private static final Document ANSWER = json("{'jsonrpc':'2.0','id':1,'result':{'content':[]}}");
    private static final String MUTATOR = "{'type':'mutation','hooks':[{'events':['*'],'phase':'both'}]}";
    private static final String VALIDATOR = "{'type':'validation','hook':{'events':['tools/*'],'phase':'both'}}";
    private static final String VALID = "{'valid':true}";

    @TempDir
    Path folder;

    private final FakeInterceptors remote = newRemote();
    private final CountDownLatch end = new CountDownLatch(1);
    private TestContext context;

    private static FakeInterceptors newRemote() {
        try {
            return new FakeInterceptors();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void open() {
        context = new TestContext(folder, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        end.countDown();
        remote.close();
        context.close();
    }

    private SecurityFilter filter(String more) {
        return filterAt(remote.url(), more);
    }

    private SecurityFilter filterAt(String url, String more) {
        return new RemoteInterceptor(context)
                .configure(TestSettings.of(json("{'url':'" + url + "','timeout_millis':30000" + more + "}")));
    }

    private static TestCall call(Document message, Map<String, Object> from) {
        TestCall call = message.has("method") ? TestCall.request(message) : TestCall.response(REQUEST, message);
        return call.in((Exchange) Proxy.newProxyInstance(
                RemoteInterceptorTest.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) ->
                        from.getOrDefault(method.getName(), method.getName().equals("fromServer") ? false : "")));
    }

    private static PolicyDecision decide(SecurityFilter filter, Document message) throws Exception {
        return filter.decide(patient(call(message, Map.of("session", "secret", "principal", "ann"))));
    }

    /** With as much time as the settings give. */
    private static PolicyCall patient(PolicyCall call) {
        return (PolicyCall) Proxy.newProxyInstance(
                RemoteInterceptorTest.class.getClassLoader(),
                new Class<?>[] {PolicyCall.class},
                (proxy, method, arguments) -> method.getName().equals("remaining")
                        ? java.time.Duration.ofSeconds(60)
                        : method.invoke(call, arguments));
    }

    private void assertFails(SecurityFilter filter, String code) {
        assertThatThrownBy(() -> decide(filter, REQUEST))
                .isInstanceOfSatisfying(
                        PluginException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }

    private static String saying(String text) {
        return "{'modified':true,'payload':{'name':'send','arguments':{'text':'" + text + "'}}}";
    }

    @Test
    @DisplayName("change a request by their priority and validate it then; an answer the other way round")
    void order() throws Exception {
        remote.with(
                        "second",
                        "{'type':'mutation','priorityHint':5,'hooks':[{'events':['*'],'phase':'both'}]}",
                        p -> "{'modified':false}")
                .with("check", VALIDATOR, p -> VALID)
                .with(
                        "first",
                        "{'type':'mutation','priorityHint':-1,'hooks':[{'events':['*'],'phase':'both'}]}",
                        p -> saying("changed"));
        SecurityFilter filter = filter("");

        PolicyDecision decision = decide(filter, REQUEST);

        assertThat(decision.kind()).isEqualTo(Kind.MODIFY);
        assertThat(decision.message()
                        .orElseThrow()
                        .at("params", "arguments", "text")
                        .text(""))
                .isEqualTo("changed");
        assertThat(decision.message().orElseThrow().get("id")).isEqualTo(REQUEST.get("id"));
        assertThat(remote.called).containsExactly("first request", "second request", "check request");
        assertThat(remote.invoked.get(2).at("payload", "arguments", "text").text(""))
                .isEqualTo("changed");
        remote.called.clear();

        decide(filter, ANSWER);

        assertThat(remote.called).containsExactly("check response", "first response", "second response");
        assertThat(remote.methods.stream().filter(method -> method.startsWith("interceptors/list")))
                .hasSize(1);
    }

    @Test
    @DisplayName("are told event, phase, payload and who calls, but not the session, whose id lets its holder in")
    void told() throws Exception {
        remote.with("check", VALIDATOR, p -> VALID);

        decide(filter(",'headers':['Authorization: Bearer t']"), REQUEST);

        Document params = remote.invoked.get(0);
        assertThat(params.get("event").text("")).isEqualTo("tools/call");
        assertThat(params.get("phase").text("")).isEqualTo("request");
        assertThat(params.get("payload")).isEqualTo(REQUEST.get("params"));
        assertThat(params.get("timeoutMs").asLong(0)).isBetween(1L, 30_000L);
        assertThat(params.at("context", "principal").toJson()).contains("\"id\":\"ann\"");
        assertThat(params.toJson()).doesNotContain("secret");
        assertThat(params.at("_meta", "io.modelcontextprotocol/protocolVersion").text(""))
                .isEqualTo("2026-07-28");
        assertThat(remote.headers.get("Authorization")).containsExactly("Bearer t");
        assertThat(remote.headers.get("Mcp-method")).containsExactly("interceptor/invoke");
    }

    @Test
    @DisplayName("block what a validator finds wrong, and say why")
    void blocks() throws Exception {
        remote.with("check", VALIDATOR, p -> "{'valid':false,'severity':'error','messages':[{'message':'no secrets'}]}")
                .with("other", VALIDATOR, p -> VALID);

        PolicyDecision decision = decide(filter(""), REQUEST);

        assertThat(decision.kind()).isEqualTo(Kind.BLOCK);
        assertThat(decision.reason()).isEqualTo("check: no secrets");
        assertThat(decision.reasonCode()).isEqualTo("interceptor_refused");
    }

    @Test
    @DisplayName("let by what is only warned of, and what those find that only audit")
    void warns() throws Exception {
        String audits = "'mode':'audit','hooks':[{'events':['*'],'phase':'both'}]}";
        remote.with("check", VALIDATOR, p -> "{'valid':false,'severity':'warn','messages':[{'message':'hm'}]}")
                .with("strict", "{'type':'validation'," + audits, p -> "{'valid':false,'severity':'error'}")
                .with("eager", "{'type':'mutation'," + audits, p -> saying("changed"));

        PolicyDecision decision = decide(filter(""), REQUEST);

        assertThat(decision.kind()).isEqualTo(Kind.ALLOW);
        assertThat(decision.reason()).isEqualTo("check: hm; strict: error");
        assertThat(decision.reasonCode()).isEqualTo("interceptor_warned");
    }

    @Test
    @DisplayName("are asked only of events and phases that they name, and only those that are chosen")
    void chosen() throws Exception {
        remote.with("prompts", "{'type':'validation','hooks':[{'events':['prompts/get'],'phase':'both'}]}", p -> VALID)
                .with(
                        "answers",
                        "{'type':'validation','hooks':[{'events':['tools/call'],'phase':'response'}]}",
                        p -> VALID)
                .with("check", VALIDATOR, p -> VALID)
                .with("plain", VALIDATOR, p -> VALID)
                .with("unknown", "{'type':'sink','events':['*']}", p -> VALID);

        assertThat(decide(filter(",'interceptors':['check','answers','prompts']"), REQUEST)
                        .kind())
                .isEqualTo(Kind.ALLOW);

        assertThat(remote.called).containsExactly("check request");
        assertFails(filter(",'interceptors':['check','gone']"), "missing");
    }

    @Test
    @DisplayName("are not asked of notifications and errors, of what is replayed, nor before the first message")
    void quiet() throws Exception {
        remote.with("check", VALIDATOR, p -> VALID);
        SecurityFilter filter = filter("");
        Document error = json("{'jsonrpc':'2.0','id':1,'error':{'code':-1,'message':'no'}}");

        filter.decide(TestCall.of(Message.NOTIFICATION, json("{'jsonrpc':'2.0','method':'notifications/x'}")));
        filter.decide(TestCall.response(REQUEST, error));
        assertThat(filter.decide(new TestReplay(TestCall.request(REQUEST))).reasonCode())
                .isEqualTo("not_asked");

        assertThat(remote.methods).isEmpty();
    }

    @Test
    @DisplayName("may answer by an event stream")
    void stream() throws Exception {
        remote.streams = true;
        remote.with("check", VALIDATOR, p -> "{'valid':false,'severity':'error'}");

        assertThat(decide(filter(""), REQUEST).kind()).isEqualTo(Kind.BLOCK);
    }

    @Test
    @DisplayName("of the legacy era are asked in a session, and in another one when it was forgotten")
    void legacy() throws Exception {
        remote.legacy = true;
        remote.with("check", VALIDATOR, p -> VALID);
        SecurityFilter filter = filter("");

        assertThat(decide(filter, REQUEST).kind()).isEqualTo(Kind.ALLOW);
        assertThat(remote.methods)
                .containsExactly(
                        "interceptors/list null",
                        "initialize null",
                        "notifications/initialized s1",
                        "interceptors/list s1",
                        "interceptor/invoke s1");

        remote.session = "s2";
        assertFails(filter, "interceptor_failed");
        assertThat(decide(filter, REQUEST).kind()).isEqualTo(Kind.ALLOW);
        assertThat(remote.methods).endsWith("interceptors/list s2", "interceptor/invoke s2");
    }

    @Test
    @DisplayName("are not asked by who was asked as one")
    void loop() {
        remote.with("check", VALIDATOR, p -> VALID);
        SecurityFilter filter = filter("");

        assertThatThrownBy(() -> filter.decide(call(REQUEST, Map.of("session", InterceptorFilter.ASKED))))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("loop"));
        assertThat(remote.methods).isEmpty();
    }

    @Nested
    @DisplayName("that fail")
    class Failing {
        private String open(String description) {
            return description.replace("'type'", "'failOpen':true,'type'");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '"',
                value = {
                    "{'error':{'code':-32603,'message':'no'}} | interceptor_failed",
                    "no JSON                                  | invalid_answer",
                    "{'valid':'yes'}                          | invalid_answer",
                })
        @DisplayName("stop the message, unless they say themselves that it may go on")
        void closed(String answer, String code) throws Exception {
            remote.with("check", VALIDATOR, p -> answer);
            assertFails(filter(""), code);

            remote.with("open", open(VALIDATOR), p -> answer);
            PolicyDecision decision = decide(filter(",'interceptors':['open']"), REQUEST);
            assertThat(decision.kind()).isEqualTo(Kind.ALLOW);
            assertThat(decision.reason()).isEqualTo("open failed: " + code);
        }

        @Test
        @DisplayName("by a change to what is no payload stop the message, too")
        void noPayload() {
            remote.with("m", MUTATOR, p -> "{'modified':true,'payload':'text'}");

            assertFails(filter(""), "invalid_answer");
        }

        @Test
        @DisplayName("to answer in time stop the message, or let it go on")
        void slow() throws Exception {
            remote.with("slow", VALIDATOR, this::hang);
            assertFails(shortOf("slow"), "timeout");

            remote.with("open", open(VALIDATOR), this::hang);
            assertThat(decide(shortOf("open"), REQUEST).kind()).isEqualTo(Kind.ALLOW);
        }

        private SecurityFilter shortOf(String name) {
            return new RemoteInterceptor(context)
                    .configure(TestSettings.of(json(
                            "{'url':'" + remote.url() + "','timeout_millis':1500,'interceptors':['" + name + "']}")));
        }

        private String hang(Document params) {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return VALID;
        }

        @Test
        @DisplayName("to be there stop the message")
        void unreachable() {
            String url = remote.url();
            remote.close();

            assertFails(filterAt(url, ""), "unreachable");
        }

        @Test
        @DisplayName("by sending callers elsewhere are not followed there")
        void redirect() {
            remote.with("check", VALIDATOR, p -> VALID);

            assertFails(filterAt(remote.url("/moved"), ""), "interceptor_failed");
            assertThat(remote.called).isEmpty();
        }

        @Test
        @DisplayName("by saying too much stop the message; up to the bound they may")
        void largeAnswer() throws Exception {
            int[] length = {0};
            remote.with("check", VALIDATOR, p -> "{'valid':true,'info':'" + "x".repeat(length[0]) + "'}");
            SecurityFilter filter = filter(",'max_bytes':2000");
            String rest = "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"valid\":true,\"info\":\"\"}}";

            length[0] = 2_000 - rest.length();
            assertThat(decide(filter, REQUEST).kind()).isEqualTo(Kind.ALLOW);
            // The next id is as long.
            length[0]++;
            assertFails(filter, "too_large");
        }

        @Test
        @DisplayName("to take a message because it is too large are not sent it; up to the bound they are")
        void largeMessage() throws Exception {
            remote.with("check", VALIDATOR, p -> VALID);
            SecurityFilter filter = filter(",'max_bytes':4096");
            decide(filter, withText(1));
            int other = Integer.parseInt(remote.headers.get("Content-length").get(0)) - 1;

            // The time that is left has four or five digits, so its length may differ by one.
            assertThat(decide(filter, withText(4_095 - other)).kind()).isEqualTo(Kind.ALLOW);
            assertThatThrownBy(() -> decide(filter, withText(4_098 - other)))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("too_large"));
        }

        private Document withText(int length) {
            return REQUEST.with("params", Document.object("text", Document.of("x".repeat(length))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org/mcp, /url",
        "ftp://127.0.0.1/mcp, /url",
        "https://user@example.org/mcp, /url",
        "https://example.org/mcp#a, /url",
        "not a url, /url",
    })
    @DisplayName("are reached by https, or by http on this machine, and no other way")
    void urls(String url, String path) {
        assertThatThrownBy(() -> filterAt(url, ""))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.path()).isEqualTo(path));
        for (String good : List.of("https://example.org/mcp", "http://localhost:1/mcp", "http://[::1]:1/mcp")) {
            filterAt(good, "");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'''headers'':[''no colon'']', /headers/0",
        "'''headers'':[''A: b'',''Host: evil'']', /headers/1",
        "'''headers'':[''Mcp-Session-Id: 1'']', /headers/0",
        "'''timeout_millis'':9', /timeout_millis",
        "'''timeout_millis'':60001', /timeout_millis",
        "'''max_bytes'':1023', /max_bytes",
        "'''max_bytes'':67108865', /max_bytes",
    })
    @DisplayName("have settings that are checked, without a header's value in what is said of it")
    void settings(String setting, String path) {
        Document settings = Document.object("url", Document.of(remote.url()));
        for (Map.Entry<String, Document> each :
                json("{" + setting + "}").members().entrySet()) {
            settings = settings.with(each.getKey(), each.getValue());
        }
        Document all = settings;
        assertThatThrownBy(() -> RemoteSettings.of(all))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.path()).isEqualTo(path))
                .hasMessageNotContaining("evil");
    }
}
