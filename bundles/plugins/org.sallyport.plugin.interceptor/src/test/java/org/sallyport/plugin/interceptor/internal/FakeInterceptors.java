package org.sallyport.plugin.interceptor.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.sallyport.api.document.Document;
import org.sallyport.testkit.TestJson;

/** A server of interceptors that says what it is told to. */
final class FakeInterceptors implements AutoCloseable {
    /** Names that were called, with the phase, in order. */
    final List<String> called = new CopyOnWriteArrayList<>();

    /** The parameters of calls. */
    final List<Document> invoked = new CopyOnWriteArrayList<>();

    /** The methods that were asked, with the session. */
    final List<String> methods = new CopyOnWriteArrayList<>();

    /** Headers of the last request. */
    volatile Map<String, List<String>> headers = Map.of();

    /** Whether it speaks the legacy era alone. */
    volatile boolean legacy;

    /** The session that it knows, in the legacy era. */
    volatile String session = "s1";

    /** Whether it answers by an event stream. */
    volatile boolean streams;

    private final List<Document> listed = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Document, String>> answers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-interceptors");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;

    FakeInterceptors() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/mcp", this::handle);
        server.createContext("/elsewhere", exchange -> {
            called.add("elsewhere");
            handle(exchange);
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("location", "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return url("/mcp");
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /**
     * Lists one more interceptor.
     *
     * @param description what it is listed as, beside its name; with single quotes
     * @param answer the JSON-RPC answer without its id, made of the parameters; with single quotes
     */
    FakeInterceptors with(String name, String description, Function<Document, String> answer) {
        listed.add(json(description).with("name", Document.of(name)));
        answers.put(name, answer);
        return this;
    }

    static Document json(String text) {
        return TestJson.quoted(text);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        headers = Map.copyOf(exchange.getRequestHeaders());
        Document request = JsonReader.read(body, 0, body.length);
        String method = request.get("method").text("");
        String named = String.valueOf(exchange.getRequestHeaders().getFirst("mcp-session-id"));
        methods.add(method + " " + named);
        boolean modern = exchange.getRequestHeaders().containsKey("mcp-method");
        if (legacy && modern) {
            answer(
                    exchange,
                    400,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"no session\"}}");
        } else if (legacy && method.equals("initialize")) {
            exchange.getResponseHeaders().add("mcp-session-id", session);
            result(exchange, request, "{'protocolVersion':'2025-11-25','capabilities':{}}");
        } else if (legacy && !named.equals(session)) {
            answer(
                    exchange,
                    404,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"no session\"}}");
        } else if (method.startsWith("notifications/")) {
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        } else if (method.equals("interceptors/list")) {
            result(exchange, request, Document.object("interceptors", Document.array(new ArrayList<>(listed))));
        } else {
            Document params = request.get("params");
            String name = params.get("name").text("");
            called.add(name + " " + params.get("phase").text(""));
            invoked.add(params);
            String text = answers.get(name).apply(params);
            if (text.startsWith("{'error'")) {
                send(
                        exchange,
                        200,
                        json(text).with("jsonrpc", Document.of("2.0")).with("id", request.get("id")));
            } else if (text.startsWith("{")) {
                result(exchange, request, text);
            } else {
                answer(exchange, 200, text);
            }
        }
    }

    private void result(HttpExchange exchange, Document request, String result) throws IOException {
        result(exchange, request, json(result));
    }

    private void result(HttpExchange exchange, Document request, Document result) throws IOException {
        send(
                exchange,
                200,
                Document.object("jsonrpc", Document.of("2.0"))
                        .with("id", request.get("id"))
                        .with("result", result));
    }

    private void send(HttpExchange exchange, int status, Document message) throws IOException {
        answer(exchange, status, message.toJson());
    }

    private void answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getResponseHeaders().add("content-type", streams ? "text/event-stream" : "application/json");
        byte[] bytes = (streams
                        ? ": hello\n\nid: 1\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n"
                                + "event: message\ndata: " + text + "\n\n"
                        : text)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
