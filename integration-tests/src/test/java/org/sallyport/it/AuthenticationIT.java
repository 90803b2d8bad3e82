package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

/** Tokens as an operator sets them up: made on the command line, put into the configuration, taken away again. */
@DisplayName("A gateway for callers who have to say who they are")
class AuthenticationIT {
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"it\",\"version\":\"1\"}}}";

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> post(URI to, String token, String session, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        if (!session.isEmpty()) {
            request.header("mcp-session-id", session);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void configure(Path home, Document entries) throws Exception {
        Path half = Files.writeString(folder.resolve("access.part"), entries.toJson());
        Files.move(
                half,
                Files.createDirectories(home.resolve("conf")).resolve("access.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    @DisplayName("serves the holder of a token, who is named in the records, until the token is taken away")
    void token() throws Exception {
        Path home = folder.resolve("home");
        SallyportProcess.Finished made =
                SallyportProcess.execute("token", "create", "ci", "--home", home.toString(), "--json");
        assertThat(made.exitCode()).as(made.output()).isZero();
        String token = Json.read(made.output()).get("token").text("");
        Document entry = Json.read(Json.read(made.output()).get("configuration").text(""));
        Document required = Document.object("org.sallyport.gateway", Document.object("auth", Document.of("required")));
        configure(home, required.with("org.sallyport.auth.token~ci", entry.get("org.sallyport.auth.token~ci")));

        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            HttpResponse<String> refused = post(gateway.mcp(), "", "", INITIALIZE);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate").orElse(""))
                    .contains("resource_metadata=");

            HttpResponse<String> open = post(gateway.mcp(), token, "", INITIALIZE);
            assertThat(open.statusCode()).as(open.body()).isEqualTo(200);
            String session = open.headers().firstValue("mcp-session-id").orElseThrow();
            post(gateway.mcp(), token, session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_notes\","
                    + "\"arguments\":{}}}";
            assertThat(post(gateway.mcp(), token, session, call).statusCode()).isEqualTo(200);
            Path records = home.resolve("data/audit-jsonl/audit.jsonl");
            Await.until(
                    "a record of the call",
                    () -> Files.exists(records)
                            && Files.readString(records)
                                    .lines()
                                    .anyMatch(line -> line.contains("tools/call") && line.contains("\"ci\"")));
            assertThat(Files.readString(records)).doesNotContain(token);

            configure(home, required);
            Await.until(
                    "the token to be good for nothing",
                    () -> post(gateway.mcp(), token, "", INITIALIZE).statusCode() == 401);
        }
    }
}
