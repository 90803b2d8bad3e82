package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("A client by streams")
class StdioTest {
    private static final int LIMIT = 2_000;

    private final MemoryUpstream server = new MemoryUpstream("srv");
    private final FakeEngine engine = new FakeEngine();
    private final TestGateway gateway =
            new TestGateway(engine, Map.of("port", -1, "max_body_bytes", (long) LIMIT), server);

    @AfterEach
    void close() {
        gateway.close();
    }

    /** Gives the gateway all lines at once and the end of the stream; gives what came back. */
    private List<String> say(String... lines) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var in = new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        gateway.gateway.serve(in, out).toCompletableFuture().get(20, TimeUnit.SECONDS);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    @DisplayName("that writes all its requests and ends gets all its answers, one a line, before the session ends")
    void answers() throws Exception {
        List<String> back = say(
                TestGateway.INITIALIZE,
                "",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\r",
                TestGateway.call(1, "echo", "{\"message\":\"a\\nb\"}"),
                TestGateway.call(2, "echo", "{\"message\":\"☃\"}"));

        assertThat(back).hasSize(3);
        assertThat(back.get(0)).contains("memory-srv");
        assertThat(back.subList(1, 3))
                .anyMatch(line -> line.contains("\"id\":1") && line.contains("a\\nb"))
                .anyMatch(line -> line.contains("\"id\":2") && line.contains("☃"));
        assertThat(server.closed).hasValue(1);
    }

    @Test
    @DisplayName("is told of a line that is no message, or too long, and is served on")
    void badLines() throws Exception {
        String open = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"\"}}";
        String full = open.replace("\"\"", "\"" + "x".repeat(LIMIT - open.length()) + "\"");

        List<String> back = say("{", full, full + " ", TestGateway.call(3, "echo", "{}"));

        assertThat(back).hasSize(4);
        assertThat(back).anyMatch(line -> line.contains("-32700"));
        assertThat(back).anyMatch(line -> line.contains("\"id\":1,\"result\""));
        assertThat(back).anyMatch(line -> line.contains("larger than the limit of [2000]"));
        assertThat(back).as("before initialize").anyMatch(line -> line.contains("\"id\":3,\"error\":{\"code\":-32600"));
    }

    @Test
    @DisplayName("answers a server's request, and hears progress before the result")
    void bothWays() throws Exception {
        engine.jitter = true;
        server.saysAbout = false;
        try (PipedOutputStream to = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(to, 65536);
                PipedInputStream back = new PipedInputStream(65536);
                PipedOutputStream out = new PipedOutputStream(back)) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(back, StandardCharsets.UTF_8));
            gateway.gateway.serve(in, out);
            write(to, TestGateway.INITIALIZE);
            lines.readLine();
            write(to, TestGateway.call(1, "sample", "{}"));
            Document question = TestGateway.json(lines.readLine());
            write(
                    to,
                    "{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id").toJson() + ",\"result\":{\"role\":\"user\"}}");

            assertThat(lines.readLine()).contains("client said user");

            write(
                    to,
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"progress\",\"_meta\":{\"progressToken\":5}}}");
            for (int i = 1; i <= 5; i++) {
                assertThat(lines.readLine()).contains("\"progressToken\":5,\"progress\":" + i);
            }
            assertThat(lines.readLine()).contains("\"id\":2,\"result\"");
        }
    }

    private static void write(PipedOutputStream to, String line) throws IOException {
        to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        to.flush();
    }
}
