package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.upstream.FaultyServer;
import org.sallyport.gateway.internal.upstream.Upstream;

/**
 * Each way to fail, by real transports to a real process. Without {@code -Dfaults=all}, which takes two minutes more, clients
 * and servers are of one era, and of the ways in which a child says nothing two are tried.
 */
@DisplayName("A server that fails")
class FaultsTest {
    private static final List<String> FAULTS =
            List.of("twice", "huge", "garbage", "unended", "hang", "close", "endless", "die");
    private static final boolean ALL = System.getProperty("faults", "").equals("all");
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{},\"progressToken\":\"p\"}";

    private record Cell(String client, String transport, String server) {
        /** Whether calls side by side share one process that is the client's alone. */
        boolean sharesChild() {
            return transport.equals("stdio") && !(client.equals("modern") && server.equals("legacy"));
        }

        @Override
        public String toString() {
            return "a " + client + " client, a " + server + " server by " + transport;
        }
    }

    static Stream<Cell> cells() {
        return Stream.of("legacy", "modern")
                .flatMap(client -> Stream.of("stdio", "http")
                        .flatMap(transport -> Stream.of("legacy", "modern")
                                .filter(server -> ALL || server.equals(client))
                                .map(server -> new Cell(client, transport, server))));
    }

    @TempDir
    private Path folder;

    private final EventLoops loops = new EventLoops();
    private final MemoryUpstream good = new MemoryUpstream("good");
    private Cell cell;
    private Upstream bad;
    private TestGateway gateway;
    private Process process;

    private void open(Cell opened) throws IOException {
        cell = opened;
        Map<String, Object> settings = new HashMap<>(Map.of(
                "restart_first_millis", 10L,
                "restart_last_millis", 100L,
                "request_timeout_millis", 4_000L,
                "connect_timeout_millis", 20_000L,
                "max_line_bytes", 1L << 20));
        if (cell.transport().equals("http")) {
            start();
            settings.put("url", "http://127.0.0.1:" + Files.readString(folder.resolve("port")) + "/mcp");
        } else {
            settings.put(
                    "command",
                    FaultyServer.command("stdio", cell.server(), folder).toArray(String[]::new));
        }
        bad = FaultyServer.upstream("bad", settings, loops);
        gateway = new TestGateway(new FakeEngine(), Map.of(), bad, good);
        if (cell.client().equals("legacy")) {
            gateway.initialize();
        }
    }

    private void start() throws IOException {
        Path port = folder.resolve("port");
        boolean again = Files.exists(port);
        process = new ProcessBuilder(FaultyServer.command("http", cell.server(), folder))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!again) {
            TestGateway.await(() -> Files.exists(port));
        }
    }

    @AfterEach
    void close() {
        if (gateway != null) {
            gateway.close();
            bad.close();
        }
        loops.close();
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private CompletableFuture<Document> call(int id, String tool) {
        String params = "{\"name\":\"" + tool + "\",\"arguments\":{}," + META + "}";
        String body = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":" + params + "}";
        HttpRequest.Builder request = gateway.request();
        if (cell.client().equals("modern")) {
            request.header("mcp-protocol-version", "2026-07-28")
                    .header("mcp-method", "tools/call")
                    .header("mcp-name", tool);
        } else {
            body = body.replace(META, "\"_meta\":{\"progressToken\":\"p" + id + "\"}");
        }
        return gateway.client
                .sendAsync(
                        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .thenApply(TestGateway::last);
    }

    private static String text(Document answer) {
        return answer.at("result", "content").get(0).get("text").text("no text in " + answer);
    }

    private static long code(Document answer) {
        return answer.at("error", "code").asLong(0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    @DisplayName("fails just the calls concerned, with an error; others go on, and it comes back")
    void faults(Cell opened) throws Exception {
        open(opened);
        int id = 1;
        for (String fault : FAULTS) {
            if (!ALL
                    && cell.transport().equals("stdio")
                    && List.of("garbage", "unended").contains(fault)) {
                continue;
            }
            Files.deleteIfExists(folder.resolve("holding"));
            Files.deleteIfExists(folder.resolve("release"));
            backAgain(id += 100);
            CompletableFuture<Document> held = call(++id, "bad__hold");
            TestGateway.await(() -> Files.exists(folder.resolve("holding")) || held.isDone());
            assertThat(held).as("%s: %s", fault, held).isNotDone();

            CompletableFuture<Document> concerned = call(++id, "bad__" + fault);
            assertThat(code(call(++id, "good__echo").get())).as(fault).isZero();
            Document answer = concerned.get();

            if (fault.equals("twice")) {
                assertThat(text(answer)).isEqualTo("first");
            } else {
                assertThat(code(answer)).as("%s: %s", fault, answer).isEqualTo(-32004);
                assertThat(answer.at("error", "message").text("")).startsWith("Server [bad] did not answer: ");
            }
            boolean ends = fault.equals("die") && (cell.transport().equals("http") || cell.sharesChild())
                    || List.of("close", "endless").contains(fault) && cell.sharesChild();
            if (ends) {
                assertThat(code(held.get())).as(fault).isEqualTo(-32004);
            } else {
                Files.writeString(folder.resolve("release"), "now");
                assertThat(text(held.get())).as(fault).isEqualTo("held");
            }
            if (fault.equals("die") && cell.transport().equals("http")) {
                start();
            }
            backAgain(id += 100);
        }
    }

    private void backAgain(int firstId) {
        int[] id = {firstId};
        TestGateway.await(() -> text(call(++id[0], "bad__pid").join()).matches("\\d+"));
    }
}
