package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frames;

/**
 * Connections that end anywhere in what they carry, some politely and some not, and clients that come back. Each request has a connection of
 * its own. The long form is {@code -Dcut.calls=20000 -Dcut.percent=1}.
 */
@DisplayName("A client whose connections are cut at random")
class CutConnectionsTest {
    private static final int CALLS = Integer.getInteger("cut.calls", 300);
    private static final int PERCENT = Integer.getInteger("cut.percent", 25);
    private static final int CLIENTS = 8;
    private static final int MOST_LOGS = 30;
    private static final int LONGEST = 4_000;

    private final MemoryUpstream server = new MemoryUpstream("srv");
    private final FakeEngine engine = new FakeEngine();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private TestGateway gateway;

    @BeforeEach
    void open() {
        engine.jitter = true;
        gateway = new TestGateway(engine, Map.of(), server).initialize();
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    /** An HTTP request, and its answer byte by byte, until it ends or is cut. */
    private final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final Random random;
        private long left;

        /**
         * @param last the event after which a stream goes on; empty for a new one
         * @param percent how likely it is cut
         */
        Connection(Random random, String method, String last, String body, int percent) throws IOException {
            this.random = random;
            connections.incrementAndGet();
            left = random.nextInt(100) < percent ? random.nextInt(LONGEST) : Long.MAX_VALUE;
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            socket.setSoTimeout(30_000);
            in = new BufferedInputStream(socket.getInputStream());
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream()
                    .write((method + " /mcp HTTP/1.1\r\nhost: 127.0.0.1:" + gateway.port()
                                    + "\r\nmcp-session-id: " + gateway.session
                                    + "\r\naccept: application/json, text/event-stream\r\ncontent-type: application/json"
                                    + "\r\nconnection: close\r\ncontent-length: " + content.length
                                    + (last.isEmpty() ? "" : "\r\nlast-event-id: " + last) + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(content);
        }

        int read() throws IOException {
            if (left-- == 0) {
                cuts.incrementAndGet();
                if (random.nextBoolean()) {
                    // The other side gets a reset instead of an end.
                    socket.setSoLinger(true, 0);
                }
                socket.close();
                throw new EOFException("cut");
            }
            int next = in.read();
            if (next < 0) {
                throw new EOFException("ended");
            }
            return next;
        }

        String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = read(); next != '\n'; next = read()) {
                line.write(next);
            }
            return line.toString(StandardCharsets.UTF_8).stripTrailing();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A stream as its client sees it, over all its connections. */
    private final class Stream {
        final List<Document> messages = new CopyOnWriteArrayList<>();
        private final Random random;
        private final int percent;
        private String last = "";

        Stream(Random random, int percent) {
            this.random = random;
            this.percent = percent;
        }

        /** Reads until {@code done}, or the connection is no more. */
        void read(String method, String body, BooleanSupplier done) {
            try (Connection connection = new Connection(random, method, last, body, percent)) {
                String status = connection.line();
                assertThat(status).startsWith("HTTP/1.1 200");
                while (!connection.line().isEmpty()) {
                    // The headers say nothing that matters here.
                }
                StringBuilder event = new StringBuilder();
                while (!done.getAsBoolean()) {
                    int size = Integer.parseInt(connection.line(), 16);
                    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
                    for (int i = 0; i < size; i++) {
                        chunk.write(connection.read());
                        if (chunk.size() > 1 && ends(chunk)) {
                            event.append(chunk.toString(StandardCharsets.UTF_8));
                            chunk.reset();
                            take(event.toString());
                            event.setLength(0);
                        }
                    }
                    event.append(chunk.toString(StandardCharsets.UTF_8));
                    connection.line();
                    if (size == 0) {
                        return;
                    }
                }
            } catch (IOException e) {
                // It is resumed.
            }
        }

        private boolean ends(ByteArrayOutputStream chunk) {
            byte[] bytes = chunk.toByteArray();
            return bytes[bytes.length - 1] == '\n' && bytes[bytes.length - 2] == '\n';
        }

        private void take(String event) {
            for (String line : event.split("\n")) {
                if (line.startsWith("id: ")) {
                    last = line.substring(4);
                } else if (line.startsWith("data: {")) {
                    messages.add(TestGateway.json(line.substring(6)));
                }
            }
        }

        void resume(BooleanSupplier done) {
            resumed.incrementAndGet();
            read("GET", "", done);
        }
    }

    private static boolean isAnswered(List<Document> messages) {
        return !messages.isEmpty() && messages.get(messages.size() - 1).has("id");
    }

    private void call(int id, Random random) {
        int logs = 1 + random.nextInt(MOST_LOGS);
        for (int attempt = 0; ; attempt++) {
            Stream stream = new Stream(random, PERCENT);
            String body = TestGateway.call(id + attempt * 1_000_000, "logs", "{\"count\":" + logs + "}");
            stream.read("POST", body, () -> isAnswered(stream.messages));
            while (!isAnswered(stream.messages) && !stream.last.isEmpty()) {
                stream.resume(() -> isAnswered(stream.messages));
            }
            if (isAnswered(stream.messages)) {
                assertThat(stream.messages.subList(0, stream.messages.size() - 1))
                        .as("call %d", id)
                        .extracting(message -> message.at("params", "data").text("no log: " + message))
                        .containsExactlyElementsOf(IntStream.range(0, logs)
                                .mapToObj(i -> "log " + i)
                                .toList());
                assertThat(stream.messages.get(logs).get("id").asLong(0)).isEqualTo(id + attempt * 1_000_000L);
                return;
            }
            // It was cut before the stream had told where it is, so there is nothing to come back for.
            again.incrementAndGet();
        }
    }

    @Test
    @DisplayName("gets each message of a call once and in order, and the answer after them")
    void calls() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Void>> calls = new ArrayList<>();
            for (int i = 1; i <= CALLS; i++) {
                int id = i;
                calls.add(() -> {
                    call(id, new Random(id));
                    return null;
                });
            }
            for (Future<Void> call : clients.invokeAll(calls)) {
                call.get();
            }
        } finally {
            clients.shutdownNow();
        }
        tell("calls", CALLS);
        assertThat(cuts.get()).as("connections that were cut").isPositive();
        assertThat(resumed.get()).as("streams that were resumed").isPositive();
    }

    @Test
    @DisplayName("gets each message of the general stream once and in order")
    void general() throws Exception {
        Random random = new Random(7);
        // It would be one connection that lasts for all of it.
        Stream stream = new Stream(random, 100);
        int number = CALLS;
        Thread says = new Thread(() -> {
            for (int i = 0; i < number; i++) {
                int upTo = i - 100;
                // Not more than what is kept for who comes back.
                TestGateway.await(() -> stream.messages.size() >= upTo);
                server.lines
                        .get(0)
                        .say(
                                Frames.notification(
                                        "notifications/message", Document.object("data", Document.of("log " + i))),
                                "");
            }
        });
        says.setDaemon(true);
        says.start();

        while (stream.messages.size() < number) {
            stream.resume(() -> stream.messages.size() >= number);
        }

        says.join();
        tell("messages", number);
        assertThat(stream.messages)
                .extracting(message -> message.at("params", "data").text(""))
                .containsExactlyElementsOf(
                        IntStream.range(0, number).mapToObj(i -> "log " + i).toList());
        assertThat(cuts.get()).as("connections that were cut").isPositive();
    }

    private void tell(String what, int number) {
        System.out.printf(
                Locale.ROOT,
                "%d %s: %d connections, %d cut, %d streams resumed, %d calls made again%n",
                number,
                what,
                connections.get(),
                cuts.get(),
                resumed.get(),
                again.get());
    }
}
