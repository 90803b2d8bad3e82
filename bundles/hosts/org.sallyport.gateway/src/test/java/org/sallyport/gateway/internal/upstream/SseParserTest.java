package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.gateway.internal.rpc.Room;

@DisplayName("An event stream")
class SseParserTest {
    private final List<String> seen = new ArrayList<>();

    private final Room room = new Room();
    private final List<Long> taken = new ArrayList<>();

    private SseParser parser(int most) {
        return new SseParser(most, room, new SseParser.Sink() {
            @Override
            public void event(String type, byte[] data) {
                seen.add(type + ":" + new String(data, StandardCharsets.UTF_8));
                taken.add(room.taken());
            }

            @Override
            public void retry(long millis) {
                seen.add("retry " + millis);
            }
        });
    }

    private static void feed(SseParser parser, String text, Random cuts) throws SseParser.TooLong {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, 1 + cuts.nextInt(12));
            parser.feed(Unpooled.wrappedBuffer(bytes, from, length));
            from += length;
        }
    }

    @ParameterizedTest
    @DisplayName("is read as the specification says, with any line ends, wherever it is cut")
    @CsvSource(delimiter = '|', textBlock = """
                    data: a~~                                   | message:a       | ''
                    data:a~data:  b~~                           | message:a/ b    | ''
                    event: ping~data~~                          | ping:           | ''
                    : comment~id: 7~data: x~~data: y~~          | message:x,message:y | 7
                    id: 7~retry: 500~data: ~~                   | retry 500,message: | 7
                    id: 7~~                                     | ''              | 7
                    id: 7~data: x~~id~data: y~~                 | message:x,message:y | ''
                    retry: 5x~retry: -1~data: é~~               | message:é       | ''
                    event: lost~~data: x~~                      | message:x       | ''
                    data: never ended                           | ''              | ''
                    what: is~data: x~~                          | message:x       | ''
                    """)
    void specified(String stream, String events, String lastId) throws SseParser.TooLong {
        for (String end : List.of("\n", "\r", "\r\n")) {
            for (int seed = 0; seed < 40; seed++) {
                seen.clear();
                SseParser parser = parser(1_000);
                feed(parser, (seed % 2 == 0 ? "\ufeff" : "") + stream.replace("~", end), new Random(seed));

                assertThat(String.join(",", seen).replace('\n', '/')).isEqualTo(events);
                assertThat(parser.lastEventId()).isEqualTo(lastId);
            }
        }
    }

    @Test
    @DisplayName("gives back what was sent, for random events, line ends and cuts")
    void random() throws SseParser.TooLong {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            seen.clear();
            StringBuilder stream = new StringBuilder();
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                List<String> lines = new ArrayList<>();
                for (int k = random.nextInt(3); k >= 0; k--) {
                    lines.add("{ü" + "x:".repeat(random.nextInt(20)) + "}");
                }
                for (String line : lines) {
                    stream.append("data: ").append(line).append(end(random));
                }
                stream.append(end(random).equals("\n") ? "\n" : "\r\n");
                sent.add("message:" + String.join("\n", lines));
            }

            feed(parser(10_000), stream.toString(), random);

            assertThat(seen).isEqualTo(sent);
        }
    }

    /** No lone carriage return: before a line feed that ends an event it would be one line end with it. */
    private static String end(Random random) {
        return random.nextBoolean() ? "\n" : "\r\n";
    }

    @Test
    @DisplayName("may hold an event or another line of the bound, and is refused beyond it")
    void bounds() {
        for (String fits : List.of(
                "data: " + "x".repeat(20) + "\n\n", "data: xxxxxx\n".repeat(3) + "\n", ":" + "x".repeat(19) + "\n")) {
            assertThatCode(() -> feed(parser(20), fits, new Random(1))).doesNotThrowAnyException();
        }
        for (String large : List.of(
                "data: " + "x".repeat(21), "data: xxxxxxx\n".repeat(2) + "data: xxxxx\n", ":" + "x".repeat(20))) {
            assertThatThrownBy(() -> feed(parser(20), large, new Random(1)))
                    .isInstanceOf(SseParser.TooLong.class)
                    .hasMessageContaining("max.line.bytes");
        }
    }

    @Test
    @DisplayName("takes its place in the room until it was dealt with, and is refused where there is none")
    void room() throws SseParser.TooLong {
        room.most(30);
        SseParser parser = parser(1_000);
        feed(parser, "data: " + "x".repeat(20), new Random(1));
        assertThat(room.taken()).isBetween(20L, 27L);
        feed(parser, "\n\n", new Random(1));

        assertThat(taken).containsExactly(20L);
        assertThat(room.taken()).isZero();
        assertThatThrownBy(() -> feed(parser, "data: " + "x".repeat(31), new Random(1)))
                .isInstanceOf(SseParser.TooLong.class)
                .hasMessageContaining("[30] bytes")
                .hasMessageContaining("max.bodies.bytes");
        parser.close();
        assertThat(room.taken()).isZero();
    }
}
