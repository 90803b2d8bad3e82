package org.sallyport.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server whose tools answer as much as they are asked for: the tool's name is a {@link Shape}, its argument
 * {@code bytes} the size. By HTTP, as JSON or as an event, and as a program on its standard streams.
 */
public final class LargeAnswers implements AutoCloseable {
    /** What a large result is made of. */
    public enum Shape {
        /** Texts of some 1,000 characters. */
        ROWS("A row of a table – with figures 17 and 42, and a remark on each that nobody minds.\\n", 12, false),
        /** The same, with an address in each. */
        ADDRESSES("A row of a table – for ada@example.org and 42, and a remark that nobody minds.\\n", 12, false),
        /** One text. */
        TEXT("A line of a long text – with line breaks that are escaped, and nothing to find in it.\\n", 0, false),
        /** A picture. */
        PICTURE("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk", 0, true);

        private final byte[] line;
        private final int lines;
        private final boolean picture;

        Shape(String line, int lines, boolean picture) {
            this.line = line.getBytes(StandardCharsets.UTF_8);
            this.lines = lines;
            this.picture = picture;
        }

        /** The same as text, as a document writes it. */
        String text(int bytes) {
            return new String(result(bytes), StandardCharsets.UTF_8);
        }

        /** A result of about that size. */
        byte[] result(int bytes) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes + 1_024);
            String open = picture
                    ? "{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\""
                    : "{\"type\":\"text\",\"text\":\"";
            write(out, "{\"content\":[" + open);
            for (int i = 1; out.size() + line.length < bytes; i++) {
                out.writeBytes(line);
                if (lines > 0 && i % lines == 0) {
                    write(out, "\"}," + open);
                }
            }
            write(out, "\"}]}");
            return out.toByteArray();
        }
    }

    private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|[0-9]+)");
    private static final Pattern NAME = Pattern.compile("\"name\":\"([a-z]+)\"");
    private static final Pattern BYTES = Pattern.compile("\"bytes\":([0-9]+)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final boolean events;

    /** @param events whether it answers by events */
    public LargeAnswers(boolean events) throws IOException {
        this.events = events;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/mcp", this::serve);
        server.start();
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] answer = exchange.getRequestMethod().equals("POST")
                    ? answer(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    : new byte[0];
            if (answer.length == 0) {
                exchange.sendResponseHeaders(exchange.getRequestMethod().equals("POST") ? 202 : 405, -1);
                return;
            }
            exchange.getResponseHeaders().set("content-type", events ? "text/event-stream" : "application/json");
            exchange.sendResponseHeaders(200, events ? 0 : answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                if (events) {
                    out.write("data: ".getBytes(StandardCharsets.US_ASCII));
                }
                out.write(answer);
                if (events) {
                    out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** The same on the standard streams. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            byte[] answer = answer(line);
            if (answer.length > 0) {
                System.out.write(answer, 0, answer.length);
                System.out.write('\n');
                System.out.flush();
            }
        }
    }

    /** The answer to a message; nothing to one that needs none. */
    private static byte[] answer(String message) {
        Matcher id = ID.matcher(message);
        if (!id.find()) {
            return new byte[0];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"");
        Matcher name = NAME.matcher(message);
        Matcher bytes = BYTES.matcher(message);
        if (message.contains("\"initialize\"")) {
            write(
                    out,
                    "result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"large\",\"version\":\"1\"}}}");
        } else if (message.contains("\"tools/call\"") && name.find() && bytes.find()) {
            write(out, "result\":");
            out.writeBytes(
                    Shape.valueOf(name.group(1).toUpperCase(Locale.ROOT)).result(Integer.parseInt(bytes.group(1))));
            write(out, "}");
        } else if (message.contains("\"ping\"")) {
            write(out, "result\":{}}");
        } else {
            write(out, "error\":{\"code\":-32601,\"message\":\"not here\"}}");
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
