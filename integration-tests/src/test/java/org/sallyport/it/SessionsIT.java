package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;

/** Sessions and streams in great numbers: {@code -Dsessions=10000 -Dstreams=1000}; by default 600 and 200. */
@DisplayName("A gateway with many clients")
class SessionsIT {
    private static final int SESSIONS = Integer.getInteger("sessions", 600);
    private static final int STREAMS = Integer.getInteger("streams", 200);
    private static final int CLIENTS = 4;
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"it\",\"version\":\"1\"}}}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_notes\",\"arguments\":{}}}";

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The heap that is in use after a collection, in KiB. */
    private static long heap(SallyportProcess gateway) throws Exception {
        jcmd(gateway, "GC.run");
        Matcher used = USED.matcher(jcmd(gateway, "GC.heap_info"));
        assertThat(used.find()).isTrue();
        return Long.parseLong(used.group(1));
    }

    private static String jcmd(SallyportProcess gateway, String command) throws Exception {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        SallyportProcess.Finished done = SallyportProcess.Finished.of(
                List.of(tool.toString(), Long.toString(gateway.pid()), command), Path.of("."));
        assertThat(done.exitCode()).as(done.output()).isZero();
        return done.output();
    }

    private static String open(URI endpoint) throws IOException, InterruptedException {
        HttpResponse<String> hello = McpSession.post(endpoint, "", INITIALIZE);
        assertThat(hello.statusCode()).as(hello.body()).isEqualTo(200);
        String id = hello.headers().firstValue("mcp-session-id").orElseThrow();
        McpSession.post(endpoint, id, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return id;
    }

    /** Opens, uses and leaves sessions; every other one says so. */
    private void come(SallyportProcess gateway, int number) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Void>> visits = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                boolean polite = i % 2 == 0;
                visits.add(() -> {
                    String id = open(gateway.mcp());
                    Document answer = McpSession.read(McpSession.post(gateway.mcp(), id, CALL));
                    assertThat(answer.at("result", "content").size()).isPositive();
                    if (polite) {
                        leave(gateway.mcp(), id);
                    }
                    return null;
                });
            }
            for (Future<Void> visit : clients.invokeAll(visits)) {
                visit.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private void leave(URI endpoint, String id) throws IOException, InterruptedException {
        HttpResponse<Void> gone = client.send(
                HttpRequest.newBuilder(endpoint)
                        .header("mcp-session-id", id)
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(gone.statusCode()).isEqualTo(204);
    }

    @Test
    @DisplayName("serves them all, and holds no more for those that left without a word than for as many as it may")
    void sessions() throws Exception {
        // Half of the sessions stay, so places are taken from those that were quiet longest.
        Path conf = folder.resolve("home/conf");
        Files.createDirectories(conf);
        Files.writeString(
                conf.resolve("few.json"), "{\"org.sallyport.gateway\":{\"max.sessions\":" + SESSIONS / 10 + "}}");
        try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"))) {
            int warm = SESSIONS / 4;
            come(gateway, warm);
            long early = heap(gateway);
            come(gateway, SESSIONS - warm);
            long late = heap(gateway);

            System.out.printf(
                    Locale.ROOT, "sessions %d: heap after %d %d KiB, after all %d KiB%n", SESSIONS, warm, early, late);
            assertThat(late).as("heap in use after all").isLessThanOrEqualTo(early + early / 10 + 1_024);
        }
    }

    @Test
    @DisplayName("holds an event stream open for each of them at once, and gives the connections back")
    void streams() throws Exception {
        try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"))) {
            List<InputStream> open = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                String id = open(gateway.mcp());
                HttpResponse<InputStream> stream = client.send(
                        HttpRequest.newBuilder(gateway.mcp())
                                .header("mcp-session-id", id)
                                .header("accept", "text/event-stream")
                                .GET()
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                assertThat(stream.statusCode()).isEqualTo(200);
                open.add(stream.body());
                ids.add(id);
            }
            // All are open now: each session still answers.
            for (String id : ids) {
                Document answer = McpSession.read(McpSession.post(gateway.mcp(), id, CALL));
                assertThat(answer.at("result", "content").size()).isPositive();
            }
            for (int i = 0; i < STREAMS; i++) {
                open.get(i).close();
                leave(gateway.mcp(), ids.get(i));
            }
        }
    }
}
