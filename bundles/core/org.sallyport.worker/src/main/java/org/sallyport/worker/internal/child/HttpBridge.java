package org.sallyport.worker.internal.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * Where the JDK's HTTP clients of a worker go, as those that use channels do not speak SOCKS: a proxy for HTTP (RFC 9110, 7.6;
 * {@code CONNECT} and requests with an absolute URI) on its own loopback, which has the host open the connection. A connection is
 * for one request, since the next one may be for another host.
 */
final class HttpBridge {
    /** Most bytes of a request's head. */
    static final int MAX_HEAD = 64 << 10;

    private static final int HTTP_PORT = 80;

    /** What holds for the way to the proxy alone, or would keep the connection. */
    private static final Set<String> HOP =
            Set.of("connection", "proxy-connection", "proxy-authorization", "keep-alive", "upgrade", "http2-settings");

    private final HostNet net;

    private HttpBridge(HostNet net) {
        this.net = net;
    }

    /** Begins to serve; returns its address. */
    static InetSocketAddress start(HostNet net) throws IOException {
        return Relay.listen("http", socket -> new HttpBridge(net).serve(socket));
    }

    /** What a request is for. */
    record Request(String host, int port, boolean tunnel, String forwarded) {
        /** @throws IOException if it is none that a proxy takes */
        static Request parse(String head) throws IOException {
            String[] lines = head.split("\r\n");
            String[] first = lines[0].split(" ");
            if (first.length != 3) {
                throw new IOException("a request line of [" + first.length + "] words");
            }
            if (first[0].equals("CONNECT")) {
                int colon = first[1].lastIndexOf(':');
                if (colon <= 0) {
                    throw new IOException("a target without a port");
                }
                return new Request(
                        unbracketed(first[1].substring(0, colon)), port(first[1].substring(colon + 1)), true, "");
            }
            URI uri = uri(first[1]);
            StringBuilder forwarded = new StringBuilder(first[0])
                    .append(' ')
                    .append(uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                    .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                    .append(' ')
                    .append(first[2])
                    .append("\r\n");
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                String name = colon < 0 ? "" : lines[i].substring(0, colon).strip();
                if (!name.isEmpty() && !HOP.contains(name.toLowerCase(Locale.ROOT))) {
                    forwarded.append(lines[i]).append("\r\n");
                }
            }
            forwarded.append("Connection: close\r\n\r\n");
            return new Request(
                    unbracketed(uri.getHost()),
                    uri.getPort() < 0 ? HTTP_PORT : uri.getPort(),
                    false,
                    forwarded.toString());
        }

        private static URI uri(String text) throws IOException {
            try {
                URI uri = new URI(text);
                if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
                    return uri;
                }
                throw new IOException("a target that is no absolute URI of HTTP");
            } catch (URISyntaxException e) {
                throw new IOException("a target that is no URI", e);
            }
        }

        private static int port(String text) throws IOException {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new IOException("a port that is no number", e);
            }
        }

        private static String unbracketed(String host) {
            return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            Request request = Request.parse(head(in));
            // If that is refused, no answer looks like one of the other side: the connection just ends.
            int connection = net.open(request.host(), request.port());
            try {
                if (request.tunnel()) {
                    out.write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    net.write(connection, request.forwarded().getBytes(StandardCharsets.ISO_8859_1));
                }
                new Relay(net, connection).run(in, out);
            } finally {
                net.close(connection);
            }
        } catch (IOException | RuntimeException e) {
            // The plugin sees its connection end.
        }
    }

    /** Up to and with the empty line. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int one = in.read();
            if (one < 0 || head.size() >= MAX_HEAD) {
                throw new IOException("a head that does not end");
            }
            head.write(one);
            boolean next = one == (matched % 2 == 0 ? '\r' : '\n');
            matched = next ? matched + 1 : one == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
