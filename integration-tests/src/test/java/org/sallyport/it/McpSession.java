package org.sallyport.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** A small MCP client over plain HTTP: just enough to see what the gateway answers. Thread-safe. */
public final class McpSession {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI endpoint;
    private final String id;
    private final AtomicLong ids = new AtomicLong();

    private McpSession(URI endpoint, String id) {
        this.endpoint = endpoint;
        this.id = id;
    }

    public static McpSession open(URI endpoint) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(
                endpoint,
                "",
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"it\",\"version\":\"1\"}}}");
        if (answer.statusCode() != 200) {
            throw new IOException("initialize: " + answer.statusCode() + " " + answer.body());
        }
        McpSession session = new McpSession(
                endpoint, answer.headers().firstValue("mcp-session-id").orElseThrow());
        post(endpoint, session.id, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return session;
    }

    /** Calls a tool and returns the whole answer, result or error. */
    public Document call(String tool, Document arguments) throws IOException, InterruptedException {
        return request("tools/call", Document.object("name", Document.of(tool)).with("arguments", arguments));
    }

    /** The text of a tool's first content block. */
    public String text(String tool, Document arguments) throws IOException, InterruptedException {
        Document answer = call(tool, arguments);
        return answer.get("result").get("content").get(0).get("text").text("no text in " + answer);
    }

    public Document request(String method, Document params) throws IOException, InterruptedException {
        Document request = Document.object("jsonrpc", Document.of("2.0"))
                .with("id", Document.of(ids.incrementAndGet()))
                .with("method", Document.of(method))
                .with("params", params);
        return read(post(endpoint, id, request.toJson()));
    }

    public static Document read(HttpResponse<String> answer) throws IOException {
        String body = answer.body();
        try {
            if (!answer.headers().firstValue("content-type").orElse("").startsWith("text/event-stream")) {
                return Json.read(body);
            }
            Document last = Document.NULL;
            for (String line : body.lines()
                    .filter(x -> x.startsWith("data:") && x.length() > 6)
                    .toList()) {
                last = Json.read(line.substring(5).strip());
            }
            return last;
        } catch (JsonException e) {
            throw new IOException(answer.statusCode() + " is not JSON: " + body, e);
        }
    }

    static HttpResponse<String> post(URI endpoint, String session, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!session.isEmpty()) {
            request.header("mcp-session-id", session).header("mcp-protocol-version", "2025-11-25");
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
