package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.document.Document;

/** What strangers send to the door of the real jar. After each of them it still serves. */
@DisplayName("At the door")
class BadInputIT {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private static Path folder;

    private static SallyportProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = SallyportProcess.run(folder.resolve("home"));
    }

    @AfterAll
    static void stillServes() throws Exception {
        try {
            assertThat(McpSession.open(gateway.mcp()).text("echo", Document.object("message", Document.of("alive"))))
                    .isEqualTo("alive");
        } finally {
            gateway.close();
        }
    }

    @ParameterizedTest(name = "{0} is answered with {2} and a JSON-RPC error {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "malformed JSON|{\"jsonrpc\":|400|-32700",
                "duplicate keys|{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}|400|-32700",
                "a batch|[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]|400|-32600",
                "no JSON-RPC|{\"hello\":1}|400|-32600",
                "an empty body||400|-32700",
            })
    void badBody(String what, String body, int status, int code) throws Exception {
        var answer = McpSession.post(gateway.mcp(), "", body == null ? "" : body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(McpSession.read(answer).get("error").get("code").asLong(0)).isEqualTo(code);
    }

    @Test
    @DisplayName("a depth of 10,000 is refused as what cannot be parsed")
    void deep() throws Exception {
        var answer = McpSession.post(
                gateway.mcp(),
                "",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":" + "[".repeat(10_000)
                        + "]".repeat(10_000) + "}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(McpSession.read(answer).get("error").get("code").asLong(0)).isEqualTo(-32700);
    }

    @Test
    @DisplayName("a body of 100 MB is refused before it is read")
    void huge() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", "content-length: " + 100 * MEBIBYTE, "content-type: application/json"));
            out.flush();

            assertThat(statusLine(socket)).contains(" 413 ");
        }
    }

    @ParameterizedTest(name = "the wrong {0} is answered with {2}")
    @CsvSource({
        "host,host: evil.example,403",
        "origin,origin: http://evil.example,403",
        "content type,content-type: text/plain,415",
        "accept,accept: text/html,406",
        "session,mcp-session-id: no-such-session,404",
    })
    void wrongHeader(String what, String header, int status) throws Exception {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        String name = header.substring(0, header.indexOf(':'));
        try (Socket socket = connect()) {
            StringBuilder request = new StringBuilder("POST /mcp HTTP/1.1\r\n");
            for (String line : new String[] {
                "host: 127.0.0.1:" + gateway.port(),
                "content-type: application/json",
                "accept: application/json, text/event-stream"
            }) {
                if (!line.startsWith(name + ":")) {
                    request.append(line).append("\r\n");
                }
            }
            request.append(header)
                    .append("\r\ncontent-length: ")
                    .append(body.length())
                    .append("\r\n\r\n")
                    .append(body);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));

            assertThat(statusLine(socket)).contains(" " + status + " ");
        }
    }

    @Test
    @DisplayName("bytes that are no UTF-8 are refused")
    void noUtf8() throws Exception {
        byte[] body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping?\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[body.length - 3] = (byte) 0xff;
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(head(
                            "POST",
                            "content-length: " + body.length,
                            "content-type: application/json",
                            "accept: application/json, text/event-stream"));
            socket.getOutputStream().write(body);

            assertThat(statusLine(socket)).contains(" 400 ");
        }
    }

    @Test
    @DisplayName("an unknown method is answered with -32601")
    void unknownMethod() throws Exception {
        Document answer = McpSession.open(gateway.mcp()).request("no/such/method", Document.EMPTY_OBJECT);

        assertThat(answer.get("error").get("code").asLong(0)).as("%s", answer).isEqualTo(-32601);
    }

    @Test
    @DisplayName("clients that vanish in the middle of a request or of an answer do no harm")
    void vanishing() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(head("POST", "content-length: 1000", "content-type: application/json"));
                if (i % 2 == 0) {
                    socket.setSoLinger(true, 0);
                }
            }
        }
        McpSession session = McpSession.open(gateway.mcp());
        assertThat(session.text("echo", Document.object("message", Document.of("still here"))))
                .isEqualTo("still here");
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static byte[] head(String method, String... headers) {
        return (method + " /mcp HTTP/1.1\r\nhost: 127.0.0.1:" + gateway.port() + "\r\n" + String.join("\r\n", headers)
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String statusLine(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
