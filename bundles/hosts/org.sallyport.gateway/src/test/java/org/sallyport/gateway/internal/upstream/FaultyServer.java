package org.sallyport.gateway.internal.upstream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.json.Json;

/**
 * A server of either era on either transport, in a process of its own, whose tools fail in the way that their names say:
 * {@code FaultyServer stdio|http legacy|modern FOLDER}. A call of {@code hold} says now and then that it is at work and
 * ends when the file {@code release} lies in the folder. By HTTP the port is written to {@code FOLDER/port}, which may hold
 * one already.
 */
public final class FaultyServer {
    private static final int HUGE = 10_000_000;

    private final boolean modern;
    private final Path folder;

    private FaultyServer(boolean modern, Path folder) {
        this.modern = modern;
        this.folder = folder;
    }

    /** The way back to who asked. */
    private interface Way {
        /** A message, and whether it is the last one. */
        void message(String json, boolean last) throws IOException;

        void garbage() throws IOException;

        /** 10 MB that should be a line and are not ended by whoever writes them. */
        void unended() throws IOException;

        void close() throws IOException;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        FaultyServer server = new FaultyServer(arguments[1].equals("modern"), folder);
        if (arguments[0].equals("stdio")) {
            server.stdio();
            return;
        }
        Path port = folder.resolve("port");
        int wanted = Files.exists(port) ? Integer.parseInt(Files.readString(port)) : 0;
        ScriptedServer http = new ScriptedServer(wanted, server::http);
        Path half = Files.writeString(folder.resolve("port.part"), Integer.toString(http.port()));
        Files.move(half, port, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        // Ends with who started it.
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        System.exit(0);
    }

    private void stdio() throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Way way = new Way() {
            @Override
            public void message(String json, boolean last) {
                synchronized (System.out) {
                    out.print(json + "\n");
                    out.flush();
                }
            }

            @Override
            public void garbage() {
                message("this is no JSON\n{\"neither\":1}\n\u0000\ufffd{{{", true);
            }

            @Override
            public void unended() {
                synchronized (System.out) {
                    out.print("x".repeat(HUGE));
                    out.flush();
                }
            }

            @Override
            public void close() {
                out.close();
            }
        };
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Document message = Json.read(line);
            if (message.has("id") && message.has("method")) {
                Thread worker = new Thread(() -> answer(message, way));
                worker.setDaemon(true);
                worker.start();
            }
        }
    }

    private void http(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        Document message;
        try {
            message = Json.read(request.body());
        } catch (org.sallyport.spi.json.JsonException e) {
            reply.raw("HTTP/1.1 405 No\r\ncontent-length: 0\r\n\r\n");
            return;
        }
        if (!message.has("id") || !message.has("method")) {
            reply.accepted();
            return;
        }
        boolean[] begun = new boolean[1];
        answer(message, new Way() {
            @Override
            public void message(String json, boolean last) throws IOException {
                if (!begun[0] && last) {
                    reply.whole(200, "application/json", json);
                } else {
                    begin();
                    chunk("data: " + json + "\n\n");
                    if (last) {
                        reply.lastChunk();
                    }
                }
            }

            private void begin() throws IOException {
                if (!begun[0]) {
                    begun[0] = true;
                    reply.raw(
                            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
                }
            }

            private void chunk(String text) throws IOException {
                reply.raw(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
            }

            @Override
            public void garbage() throws IOException {
                reply.whole(200, "application/json", "this is no JSON");
            }

            @Override
            public void unended() throws IOException {
                begin();
                chunk("data: " + "x".repeat(HUGE));
            }

            @Override
            public void close() throws IOException {
                begin();
                chunk(": here it comes\n\n");
                reply.cut();
            }
        });
    }

    private void answer(Document request, Way way) {
        try {
            switch (request.get("method").text("")) {
                case "initialize" -> {
                    if (modern) {
                        way.message(error(request, RpcError.UNSUPPORTED_VERSION), true);
                    } else {
                        result(
                                request,
                                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"faulty\",\"version\":\"1\"}}",
                                way);
                    }
                }
                case "server/discover" -> {
                    if (modern) {
                        result(
                                request,
                                "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},\"ttlMs\":0,\"cacheScope\":\"private\"}",
                                way);
                    } else {
                        way.message(error(request, RpcError.METHOD_NOT_FOUND), true);
                    }
                }
                case "ping" -> result(request, "{}", way);
                case "tools/list" ->
                    result(
                            request,
                            "{\"resultType\":\"complete\",\"tools\":[],\"ttlMs\":0,\"cacheScope\":\"private\"}",
                            way);
                case "tools/call" -> call(request, way);
                default -> way.message(error(request, RpcError.METHOD_NOT_FOUND), true);
            }
        } catch (IOException e) {
            // The other side is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(Document request, Way way) throws IOException, InterruptedException {
        switch (request.at("params", "name").text("")) {
            case "die" -> Runtime.getRuntime().halt(3);
            case "hang" -> Thread.sleep(1_000_000);
            case "garbage" -> way.garbage();
            case "twice" -> {
                way.message(text(request, "first"), false);
                way.message(text(request, "second"), true);
            }
            case "close" -> {
                way.close();
                Thread.sleep(1_000_000);
            }
            // Others write on behind it, which ends the line, or nobody can.
            case "unended" -> way.unended();
            case "endless" -> {
                synchronized (System.out) {
                    way.unended();
                    Thread.sleep(1_000_000);
                }
            }
            case "huge" -> way.message(text(request, "y".repeat(HUGE)), true);
            case "hold" -> {
                Document token = request.at("params", "_meta", "progressToken");
                for (int i = 0; !Files.exists(folder.resolve("release")); i++) {
                    way.message(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                    + token + ",\"progress\":" + i + "}}",
                            false);
                    Files.writeString(folder.resolve("holding"), "yes");
                    Thread.sleep(100);
                }
                way.message(text(request, "held"), true);
            }
            default ->
                way.message(text(request, Long.toString(ProcessHandle.current().pid())), true);
        }
    }

    private static void result(Document request, String result, Way way) throws IOException {
        way.message("{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":" + result + "}", true);
    }

    private static String text(Document request, String text) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id")
                + ",\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}]}}";
    }

    private static String error(Document request, int code) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"error\":{\"code\":" + code
                + ",\"message\":\"no\",\"data\":{\"supported\":[\"2026-07-28\"]}}}";
    }

    /** How to start it. */
    public static List<String> command(String transport, String era, Path folder) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FaultyServer.class.getName(),
                transport,
                era,
                folder.toString());
    }

    /** The gateway's side of it, as it would be configured. */
    public static Upstream upstream(
            String name,
            java.util.Map<String, Object> settings,
            org.sallyport.gateway.internal.loops.EventLoops loops) {
        UpstreamSettings checked = UpstreamSettings.of(name, Given.config(settings));
        return new NegotiatedUpstream(
                checked.url().isPresent()
                        ? new HttpUpstream(checked, loops, new Room())
                        : new StdioUpstream(checked, loops.timer(), new Room(), java.time.Duration.ofMillis(200)),
                checked.era().orElse(null));
    }
}
