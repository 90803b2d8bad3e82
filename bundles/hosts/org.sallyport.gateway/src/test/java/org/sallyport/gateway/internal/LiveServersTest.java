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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.upstream.Upstream;

@DisplayName("Servers that come, change and go while clients use others")
class LiveServersTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private final MemoryUpstream files = new MemoryUpstream("files");
    private final MemoryUpstream git = new MemoryUpstream("git");
    private final MemoryUpstream mail = new MemoryUpstream("mail");
    private final FakeEngine engine = new FakeEngine();
    private volatile List<Upstream> configured = List.of(files, git);
    private TestGateway gateway = new TestGateway(engine, Map.of(), () -> configured);

    @AfterEach
    void close() {
        gateway.close();
    }

    private void configure(Upstream... upstreams) {
        configured = List.of(upstreams);
        gateway.gateway.upstreamsChanged();
    }

    private static String request(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static List<String> names(Document answer) {
        return answer.at("result", "tools").values().stream()
                .map(tool -> tool.get("name").text(""))
                .toList();
    }

    private static long code(Document answer) {
        return answer.at("error", "code").asLong(0);
    }

    private CompletableFuture<Document> later(String body) {
        return CompletableFuture.supplyAsync(() -> gateway.ask(body));
    }

    @Nested
    @DisplayName("with a session")
    class Legacy {
        private List<String> list() {
            return names(gateway.ask(request("tools/list", "{}")));
        }

        @Test
        @DisplayName("come: the client is told, and the new one is initialized as the others were")
        void come() {
            gateway.initialize();
            try (TestGateway.Events events = gateway.get("")) {
                configure(files, git, mail);

                List<String> told = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    told.add(events.next().json().get("method").text(""));
                }
                assertThat(told)
                        .containsExactlyInAnyOrder(
                                "notifications/tools/list_changed",
                                "notifications/prompts/list_changed",
                                "notifications/resources/list_changed");
            }
            assertThat(engine.passed).contains(" notification notifications/tools/list_changed");

            assertThat(list()).containsExactly("files__echo", "git__echo", "mail__echo");
            assertThat(gateway.ask(TestGateway.call(1, "mail__echo", "{\"message\":\"hi\"}"))
                            .toJson())
                    .contains("hi");
            assertThat(mail.seen.get(0)).contains("\"initialize\"", "\"sampling\":{}");
            assertThat(mail.seen.get(1)).contains("notifications/initialized");
            assertThat(files.lines).hasSize(1);
        }

        @Test
        @DisplayName("go: only their calls fail, and their names mean nothing any more")
        void go() {
            gateway.initialize();
            var lost = later(TestGateway.call(1, "git__slow", "{}"));
            var kept = later(TestGateway.call(2, "files__sample", "{}"));
            TestGateway.await(() -> git.saw("\"slow\"") && files.saw("\"sample\""));
            try (TestGateway.Events events = gateway.get("")) {
                configure(files);

                assertThat(code(lost.join())).isEqualTo(-32004);
                assertThat(events.next().data()).contains("list_changed");
            }
            assertThat(list()).containsExactly("files__echo");
            assertThat(code(gateway.ask(TestGateway.call(3, "git__echo", "{}"))))
                    .isEqualTo(-32602);
            assertThat(kept).isNotDone();
            assertThat(git.closed).hasValue(1);
            assertThat(files.closed).hasValue(0);
        }

        @Test
        @DisplayName("change: calls to the old one fail, the next one goes to the new one, the others go on")
        void change() {
            gateway.initialize();
            var lost = later(TestGateway.call(1, "git__slow", "{}"));
            TestGateway.await(() -> git.saw("\"slow\""));
            MemoryUpstream again = new MemoryUpstream("git");

            configure(files, again);

            Document answer = lost.join();
            assertThat(code(answer)).isEqualTo(-32004);
            assertThat(answer.at("error", "message").text("")).contains("configured anew");
            assertThat(gateway.ask(TestGateway.call(2, "git__echo", "{\"message\":\"new\"}"))
                            .toJson())
                    .contains("new");
            assertThat(again.saw("\"initialize\"") && again.saw("notifications/initialized"))
                    .isTrue();
            assertThat(git.closed).hasValue(1);
            assertThat(files.closed).hasValue(0);
        }

        @Test
        @DisplayName("do not change names that a session was told: one that began with plain names keeps its server")
        void plain() {
            configure(git);
            gateway.initialize();

            configure(git, files);

            assertThat(list()).containsExactly("echo", "echo");
            configure(files);
            assertThat(code(gateway.ask(TestGateway.call(1, "echo", "{}")))).isEqualTo(-32004);
            configure(git, files);
            assertThat(gateway.ask(TestGateway.call(2, "echo", "{\"message\":\"back\"}"))
                            .toJson())
                    .contains("back");
        }
    }

    @Nested
    @DisplayName("without a session")
    class Modern {
        private HttpRequest.Builder post(String method, String params, String... headers) {
            HttpRequest.Builder request = gateway.request()
                    .header("mcp-protocol-version", "2026-07-28")
                    .header("mcp-method", method)
                    .POST(HttpRequest.BodyPublishers.ofString(
                            request(method, "{" + META + (params.isEmpty() ? "" : "," + params) + "}")));
            return headers.length == 0 ? request : request.headers(headers);
        }

        private Document ask(String method, String params, String... headers) {
            return TestGateway.json(gateway.send(post(method, params, headers)).body());
        }

        private CompletableFuture<HttpResponse<String>> call(String tool) {
            return gateway.client.sendAsync(
                    post("tools/call", "\"name\":\"" + tool + "\"", "mcp-name", tool)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        @Test
        @DisplayName("come, change and go with the next request; only calls of those that went or changed fail")
        void all() {
            var lost = call("git__slow");
            var kept = call("files__slow");
            TestGateway.await(() -> git.saw("\"slow\"") && files.saw("\"slow\""));
            MemoryUpstream again = new MemoryUpstream("git");

            configure(files, again, mail);

            assertThat(code(TestGateway.json(lost.join().body()))).isEqualTo(-32004);
            assertThat(names(ask("tools/list", ""))).containsExactly("files__echo", "git__echo", "mail__echo");
            assertThat(again.saw("tools/list")).isTrue();
            configure(files, mail);
            assertThat(names(ask("tools/list", ""))).containsExactly("files__echo", "mail__echo");
            assertThat(code(ask("tools/call", "\"name\":\"git__echo\"", "mcp-name", "git__echo")))
                    .isEqualTo(-32602);
            assertThat(kept).isNotDone();
            assertThat(files.closed).hasValue(0);
        }

        @Test
        @DisplayName("are told of on subscriptions that want it, and take part in them")
        void subscriptions() {
            try (TestGateway.Events events =
                    gateway.listen(post("subscriptions/listen", "\"notifications\":{\"promptsListChanged\":true}"))) {
                assertThat(events.next().data()).contains("acknowledged");
                TestGateway.await(() -> files.saw("subscriptions/listen") && git.saw("subscriptions/listen"));
                drain(events, 2);

                configure(files, git, mail);

                List<String> told = List.of(events.next().data(), events.next().data());
                assertThat(told).anyMatch(text -> text.contains("notifications/prompts/list_changed"));
                TestGateway.await(() -> mail.saw("subscriptions/listen"));
                assertThat(String.join("", told)).contains("subscriptionId\":9");
            }
        }

        @Test
        @DisplayName("are subscribed to again after they broke a subscription, and the client is told to look itself")
        void again() {
            try (TestGateway.Events events =
                    gateway.listen(post("subscriptions/listen", "\"notifications\":{\"promptsListChanged\":true}"))) {
                assertThat(events.next().data()).contains("acknowledged");
                drain(events, 2);
                String sent = git.seen.stream()
                        .filter(text -> text.contains("subscriptions/listen"))
                        .findFirst()
                        .orElseThrow();
                int before = git.seen.size();
                git.lines
                        .get(0)
                        .inbox
                        .failed(
                                TestGateway.json(sent).get("id").toJson(),
                                new org.sallyport.gateway.internal.upstream.UpstreamException("it broke"));

                TestGateway.await(
                        () -> git.seen.stream().skip(before).anyMatch(text -> text.contains("subscriptions/listen")));
                List<String> told = List.of(events.next().data(), events.next().data());
                assertThat(told).anyMatch(text -> text.contains("notifications/prompts/list_changed"));
            }
        }

        /** Each {@link MemoryUpstream} says at once that its tools changed. */
        private void drain(TestGateway.Events events, int count) {
            for (int i = 0; i < count; i++) {
                assertThat(events.next().data()).contains("notifications/tools/list_changed");
            }
        }
    }

    @Test
    @DisplayName("that are looked at again without a change are left alone")
    void nothing() {
        gateway.initialize();
        gateway.ask(TestGateway.call(1, "git__echo", "{}"));

        configure(files, git);

        assertThat(gateway.ask(TestGateway.call(2, "git__echo", "{\"message\":\"same\"}"))
                        .toJson())
                .contains("same");
        assertThat(git.lines).hasSize(1);
    }
}
