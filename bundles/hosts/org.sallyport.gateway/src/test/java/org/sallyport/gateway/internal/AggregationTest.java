package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frames;

@DisplayName("Several servers behind one gateway")
class AggregationTest {
    private final MemoryUpstream files = new MemoryUpstream("files");
    private final MemoryUpstream git = new MemoryUpstream("git");
    private final FakeEngine engine = new FakeEngine();
    private TestGateway gateway;

    @BeforeEach
    void open() {
        git.revision = "2025-03-26";
        gateway = new TestGateway(engine, Map.of(), git, files);
    }

    /** Where one server is waited for in vain. Elsewhere the limits are those of a slow machine. */
    private void impatient(String limit, int value) {
        gateway.close();
        gateway = new TestGateway(engine, Map.of(limit, value), git, files);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static String request(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static List<String> names(Document answer) {
        return answer.at("result", "tools").values().stream()
                .map(tool -> tool.get("name").text(""))
                .toList();
    }

    @Test
    @DisplayName("are initialized together, and answer as one by the oldest revision of them")
    void initialize() {
        Document answer = gateway.ask(TestGateway.INITIALIZE);

        assertThat(answer.at("result", "serverInfo", "name").text()).contains("sallyport");
        assertThat(answer.at("result", "protocolVersion").text()).contains("2025-03-26");
        assertThat(answer.at("result", "capabilities").keys())
                .containsExactly("tools", "prompts", "resources", "logging");
    }

    @Test
    @DisplayName("have their lists merged in the order of their names, over pages with cursors of the gateway's own")
    void lists() {
        gateway.initialize();

        Document first = gateway.ask(request("tools/list", "{}"));
        String cursor = first.at("result", "nextCursor").text("");
        Document second = gateway.ask(request("tools/list", "{\"cursor\":\"" + cursor + "\"}"));

        assertThat(names(first)).containsExactly("files__echo", "git__echo");
        assertThat(names(second)).containsExactly("files__second", "git__second");
        assertThat(second.get("result").has("nextCursor")).isFalse();
    }

    @Test
    @DisplayName("have each list passed through the chain under the server's name and with the server's names")
    void policed() {
        gateway.initialize();
        engine.passed.clear();
        engine.documents.clear();

        gateway.ask(request("tools/list", "{}"));

        // What was said at the beginning may pass only now.
        assertThat(engine.passed)
                .filteredOn(passed -> !passed.endsWith("notifications/initialized"))
                .containsExactlyInAnyOrder(
                        "files request tools/list",
                        "files response tools/list",
                        "git request tools/list",
                        "git response tools/list");
        assertThat(engine.documents.toString()).contains("\"name\":\"echo\"").doesNotContain("__echo");
    }

    @Test
    @DisplayName("refuse a cursor that was not given here")
    void badCursor() {
        gateway.initialize();

        for (String cursor : List.of("nonsense!", "e30", "bnVsbA", "W10")) {
            assertThat(gateway.ask(request("tools/list", "{\"cursor\":\"" + cursor + "\"}"))
                            .at("error", "code")
                            .asLong(0))
                    .as(cursor)
                    .isEqualTo(-32602);
        }
    }

    @Test
    @DisplayName("are reached by their names; only the one that is meant is asked")
    void calls() {
        gateway.initialize();

        Document answer = gateway.ask(TestGateway.call(1, "git__echo", "{\"message\":\"hi\"}"));

        assertThat(answer.toJson()).contains("hi");
        assertThat(git.saw("\"name\":\"echo\"")).isTrue();
        assertThat(files.saw("tools/call")).isFalse();
    }

    @Test
    @DisplayName("have their resources named with them, in lists, reads and updates")
    void resources() {
        gateway.initialize();

        assertThat(gateway.ask(request("resources/list", "{}")).toJson()).contains("\"uri\":\"files__file:///a\"");
        assertThat(gateway.ask(request("resources/read", "{\"uri\":\"files__file:///a\"}"))
                        .toJson())
                .contains("\"uri\":\"files__file:///a\"");
        assertThat(files.saw("\"uri\":\"file:///a\"")).isTrue();
        gateway.ask(request("resources/subscribe", "{\"uri\":\"files__file:///a\"}"));
        try (TestGateway.Events events = gateway.get("")) {
            files.lines
                    .get(0)
                    .say(
                            Frames.notification(
                                    "notifications/resources/updated",
                                    Document.object("uri", Document.of("file:///a"))),
                            "");
            assertThat(events.next().data()).contains("files__file:///a");
        }
    }

    @Test
    @DisplayName("are asked for prompts, templates and completions by their names, too")
    void promptsAndCompletions() {
        gateway.initialize();

        assertThat(gateway.ask(request("prompts/list", "{}"))
                        .at("result", "prompts")
                        .toJson())
                .isEqualTo("[{\"name\":\"files__greet\"},{\"name\":\"git__greet\"}]");
        assertThat(gateway.ask(request("prompts/get", "{\"name\":\"git__greet\"}"))
                        .toJson())
                .contains("\"uri\":\"git__file:///a\"");
        assertThat(gateway.ask(request("resources/templates/list", "{}")).toJson())
                .contains("\"uriTemplate\":\"files__file:///{path}\"");
        for (String ref : List.of(
                "{\"type\":\"ref/prompt\",\"name\":\"git__greet\"}",
                "{\"type\":\"ref/resource\",\"uri\":\"git__file:///{path}\"}")) {
            assertThat(gateway.ask(request(
                                    "completion/complete",
                                    "{\"ref\":" + ref + ",\"argument\":{\"name\":\"x\",\"value\":\"y\"}}"))
                            .at("result", "completion", "values")
                            .get(0)
                            .text())
                    .contains(ref.replace("git__", ""));
        }
        assertThat(files.saw("prompts/get") || files.saw("completion/complete")).isFalse();
    }

    @Test
    @DisplayName("refuse a cursor of another list, and go on without a server that is not there any more")
    void foreignCursor() {
        gateway.initialize();
        String cursor = gateway.ask(request("tools/list", "{}"))
                .at("result", "nextCursor")
                .text("");

        assertThat(gateway.ask(request("prompts/list", "{\"cursor\":\"" + cursor + "\"}"))
                        .at("error", "code")
                        .asLong(0))
                .isEqualTo(-32602);
    }

    @Test
    @DisplayName("lose the rest of a list whose cursor is too long, and the client is told whose")
    void longCursor() {
        gateway.initialize();
        git.cursor = "c".repeat(8_193);

        Document first = gateway.ask(request("tools/list", "{}"));
        Document second = gateway.ask(request(
                "tools/list",
                "{\"cursor\":\"" + first.at("result", "nextCursor").text("") + "\"}"));

        assertThat(names(first)).containsExactly("files__echo", "git__echo");
        assertThat(first.at("result", "_meta").toJson()).contains("\"git\"").doesNotContain("files");
        assertThat(names(second)).containsExactly("files__second");
    }

    @Test
    @DisplayName(
            "hold no list for one that failed before and is silent now; when it is there again, the client is told")
    void silentAgain() {
        impatient("fanout_millis", 600_000);
        gateway.initialize();
        git.down = true;
        gateway.ask(request("tools/list", "{}"));
        git.silent = true;

        try (TestGateway.Events events = gateway.get("")) {
            assertThat(names(gateway.ask(request("tools/list", "{}")))).containsExactly("files__echo");
            git.silent = false;
            git.down = false;

            assertThat(events.next().data()).contains("/list_changed");
        }
        assertThat(names(gateway.ask(request("tools/list", "{}")))).containsExactly("files__echo", "git__echo");
    }

    @Test
    @DisplayName("answer a bare name, an unknown server and a method that cannot be shared with an error")
    void unknown() {
        gateway.initialize();

        for (String name : List.of("echo", "nobody__echo", "__echo", "git__", "")) {
            assertThat(gateway.ask(TestGateway.call(1, name, "{}"))
                            .at("error", "code")
                            .asLong(0))
                    .as(name)
                    .isEqualTo(-32602);
        }
        assertThat(gateway.ask(request("tasks/get", "{}")).at("error", "code").asLong(0))
                .isEqualTo(-32601);
    }

    @Test
    @DisplayName("do not wait for one that is silent: the list comes without it, and says so")
    void partial() {
        impatient("fanout_millis", 1_500);
        gateway.initialize();
        git.silent = true;

        Document answer = gateway.ask(request("tools/list", "{}"));

        assertThat(names(answer)).containsExactly("files__echo");
        assertThat(answer.at("result", "_meta").toJson()).contains("\"git\"").doesNotContain("files");
    }

    @Test
    @DisplayName("are all told the log level, and a ping needs none of them")
    void toAll() {
        gateway.initialize();

        assertThat(gateway.ask(request("logging/setLevel", "{\"level\":\"info\"}"))
                        .has("result"))
                .isTrue();
        assertThat(gateway.ask(request("ping", "{}")).has("result")).isTrue();
        assertThat(git.saw("setLevel") && files.saw("setLevel")).isTrue();
        assertThat(git.saw("ping") || files.saw("ping")).isFalse();
    }

    @Test
    @DisplayName("of which one is dead at the start are served without it")
    void deadAtStart() {
        impatient("initialize_seconds", 1);
        git.silent = true;

        Document answer = gateway.ask(TestGateway.INITIALIZE);

        assertThat(answer.at("result", "_meta").toJson()).contains("\"git\"");
    }

    @Test
    @DisplayName("may be a single one, if names are to carry the server's name")
    void prefixedSingle() {
        gateway.close();
        gateway = new TestGateway(engine, Map.of("names", "prefixed"), git);
        gateway.initialize();

        assertThat(names(gateway.ask(request("tools/list", "{}")))).containsExactly("git__echo");
    }
}
