package org.sallyport.gateway.internal.upstream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server on plain sockets, so that a test decides on every byte and when it goes out. */
final class ScriptedServer implements AutoCloseable {
    /** What is done with a request. */
    interface Script {
        void answer(Request request, Reply reply) throws IOException, InterruptedException;
    }

    record Request(String method, Map<String, String> headers, String body, int connection) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean has(String text) {
            return body.contains(text);
        }
    }

    private final ServerSocket socket;
    private final Script script;
    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    ScriptedServer(Script script) throws IOException {
        this(0, script);
    }

    ScriptedServer(int port, Script script) throws IOException {
        this.script = script;
        socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/mcp?key=s3cret";
    }

    private void accept() {
        try {
            while (true) {
                Socket next = socket.accept();
                open.add(next);
                int number = open.size();
                start(() -> serve(next, number));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client, int number) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (Request next = read(in, number); next != null; next = read(in, number)) {
                requests.add(next);
                script.answer(next, new Reply(client.getOutputStream(), client));
            }
        } catch (IOException | UncheckedIOException e) {
            // The client went away, or the script closed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request read(InputStream in, int number) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(
                first.substring(0, first.indexOf(' ')), headers, new String(body, StandardCharsets.UTF_8), number);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket each : open) {
            each.close();
        }
    }

    /** Writes an answer. */
    record Reply(OutputStream out, Socket client) {
        void raw(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        void whole(int status, String type, String body, String... headers) throws IOException {
            String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            raw("HTTP/1.1 " + status + " X\r\ncontent-type: " + type + "\r\ncontent-length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n" + more + "\r\n" + body);
        }

        void accepted() throws IOException {
            raw("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
        }

        /** An event stream in pieces of that many bytes, each in a chunk of its own. */
        void events(String stream, int piece) throws IOException {
            raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
            byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
            for (int from = 0; from < bytes.length; from += piece) {
                int length = Math.min(piece, bytes.length - from);
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.UTF_8));
                out.write(bytes, from, length);
                out.write("\r\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }

        void lastChunk() throws IOException {
            raw("0\r\n\r\n");
        }

        void cut() throws IOException {
            client.close();
        }
    }
}
