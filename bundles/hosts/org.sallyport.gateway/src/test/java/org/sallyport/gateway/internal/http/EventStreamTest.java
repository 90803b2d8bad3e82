package org.sallyport.gateway.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.session.Counters;

@DisplayName("An event stream that keeps 4 events, and 20 for a client that is behind,")
class EventStreamTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final HttpLimits LIMITS = new HttpLimits(
            1, 1, 1, 1, 1, LONG, LONG, LONG, 4, 10_000, 20, 40_000, LONG, LONG, LONG, Duration.ofMillis(100));

    private final Room room = new Room();
    private final EventStream stream = new EventStream("7", LIMITS, new Counters(), room);
    private final FakeClient client = new FakeClient();

    @Test
    @DisplayName("gives all 20 to one that reads again")
    void waits() {
        client.attach(0);
        client.room = false;

        append(20, 10);
        client.readsAgain();

        assertThat(client.numbers()).containsExactlyElementsOf(upTo(20));
        assertThat(client.aborted).isFalse();
    }

    @Test
    @DisplayName("cuts one off that is 21 behind, and gives it the newest 4 when it comes back")
    void cuts() {
        client.attach(0);
        client.room = false;

        append(21, 10);

        assertThat(client.aborted).isTrue();
        FakeClient again = new FakeClient();
        append(1, 10);
        again.attach(0);
        assertThat(again.numbers()).containsExactly(19L, 20L, 21L, 22L);
    }

    @Test
    @DisplayName("keeps what was sent only while half of the room is free, and what was not in any case")
    void tight() {
        room.most(1_000);
        client.attach(0);
        append(1, 100);
        assertThat(room.taken()).isBetween(100L, 200L);

        try (Room.Hold other = room.hold(900)) {
            stream.beat();
            assertThat(room.taken()).isEqualTo(900);
            client.room = false;
            append(1, 100);
            stream.beat();
            assertThat(room.taken()).isGreaterThan(1_000);
            client.readsAgain();
            stream.beat();
            assertThat(room.taken()).isEqualTo(900);
        }

        assertThat(client.numbers()).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("writes a large message as it writes a small one")
    void large() {
        client.attach(0);
        byte[] message = ("{\"a\":\"" + "x".repeat(100_000) + "\",\n\r\"b\":1}").getBytes(StandardCharsets.US_ASCII);

        stream.append(message.clone(), true);

        assertThat(String.join("", client.written))
                .endsWith("id: 7-1\nevent: message\ndata: "
                        + new String(message, StandardCharsets.US_ASCII).replaceAll("[\n\r]", " ") + "\n\n");
    }

    @Test
    @DisplayName("keeps nothing but what its client has not got once nobody can come back")
    void abandoned() {
        client.attach(0);
        append(1, 100);
        client.room = false;
        append(2, 100);
        stream.abandon();
        assertThat(room.taken()).isBetween(200L, 400L);

        client.readsAgain();

        assertThat(client.numbers()).containsExactly(1L, 2L, 3L);
        assertThat(room.taken()).isZero();
        client.room = false;
        append(1, 100);
        client.listener.gone();
        assertThat(room.taken()).isZero();
    }

    @Test
    @DisplayName("to which nobody can come back waits for its client to come")
    void beforeItsClient() {
        EventStream once = new EventStream("", LIMITS, new Counters(), room);
        once.append("{}".getBytes(StandardCharsets.US_ASCII), true);
        assertThat(room.taken()).isPositive();

        once.attach(client, Map.of(), 0, false);

        assertThat(client.written).anyMatch(event -> event.contains("data: {}"));
        assertThat(room.taken()).isZero();
    }

    @Test
    @DisplayName("counts bytes as well, but for the newest event")
    void bytes() {
        client.attach(0);
        client.room = false;

        append(3, 12_000);
        append(1, 50_000);

        assertThat(client.aborted).isFalse();
        client.readsAgain();
        assertThat(client.numbers()).containsExactlyElementsOf(upTo(4));
    }

    @Test
    @DisplayName("keeps no more than 4 once they were sent, or nobody reads")
    void keeps() {
        client.attach(0);
        append(10, 10);
        FakeClient second = new FakeClient();

        second.attach(0);

        assertThat(second.numbers()).containsExactly(7L, 8L, 9L, 10L);
        second.room = false;
        append(10, 10);
        second.listener.gone();
        FakeClient third = new FakeClient();
        third.attach(0);
        assertThat(third.numbers()).containsExactly(17L, 18L, 19L, 20L);
    }

    private void append(int count, int size) {
        for (int i = 0; i < count; i++) {
            stream.append(("\"" + "x".repeat(size) + "\"").getBytes(StandardCharsets.UTF_8), false);
        }
    }

    private static List<Long> upTo(long last) {
        return IntStream.rangeClosed(1, (int) last).mapToObj(Long::valueOf).toList();
    }

    /** A connection on the test's thread. */
    private final class FakeClient implements Responder {
        private final List<String> written = new ArrayList<>();
        private Listener listener;
        private boolean room = true;
        private boolean aborted;

        void attach(long after) {
            stream.attach(this, Map.of(), after, true);
        }

        void readsAgain() {
            room = true;
            listener.writable();
        }

        List<Long> numbers() {
            return written.stream()
                    .filter(event -> event.contains("event: message"))
                    .map(event -> Long.valueOf(event.substring(event.indexOf('-') + 1, event.indexOf('\n'))))
                    .toList();
        }

        @Override
        public void abortAt(Instant end) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void answer(HttpResponseStatus status, byte[] json, Map<String, String> headers) {
            throw new AssertionError("A stream has no body");
        }

        @Override
        public void events(Map<String, String> headers, Listener listener) {
            this.listener = listener;
            listener.writable();
        }

        @Override
        public boolean isWritable() {
            return room;
        }

        @Override
        public void write(byte[] bytes) {
            written.add(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {}

        @Override
        public void end() {}

        @Override
        public void whenGone(Runnable task) {}

        @Override
        public void abort() {
            aborted = true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }
}
