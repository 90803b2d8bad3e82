package org.sallyport.gateway.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reader of lines")
class LineReaderTest {
    private final List<Long> skipped = new ArrayList<>();
    private final Room room = new Room();

    private List<String> lines(String text, int most, Random cuts) throws IOException {
        InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 1 + cuts.nextInt(40)));
            }
        };
        LineReader reader = new LineReader(in, most, room, line -> skipped.add(line.length()));
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }

    @Test
    @DisplayName("gives the same lines wherever the stream is cut, and skips those beyond the bound")
    void cuts() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<String> all = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                all.add("é".repeat(random.nextInt(30)));
            }
            skipped.clear();
            String text = String.join("\n", all) + (all.isEmpty() ? "" : "\n");

            assertThat(lines(text, 40, random))
                    .isEqualTo(all.stream().filter(line -> line.length() <= 20).toList());
            assertThat(skipped).hasSize((int)
                    all.stream().filter(line -> line.length() > 20).count());
        }
    }

    @Test
    @DisplayName("gives the place of a line back with the next one, and skips those for which there is none")
    void room() throws IOException {
        List<LongLine> without = new ArrayList<>();
        room.most(10);
        InputStream in = new ByteArrayInputStream("1234567890\n12345678901\n123\n".getBytes(StandardCharsets.UTF_8));
        LineReader reader = new LineReader(in, 100, room, without::add);

        assertThat(reader.next()).hasSize(10);
        assertThat(room.taken()).isEqualTo(10);
        assertThat(reader.next()).hasSize(3);
        assertThat(room.taken()).isEqualTo(3);
        assertThat(without).singleElement().satisfies(line -> {
            assertThat(line.noRoom()).isTrue();
            assertThat(line.length()).isEqualTo(11);
            assertThat(line.head()).isEqualTo("12345678901".getBytes(StandardCharsets.UTF_8));
        });
        assertThat(reader.next()).isNull();
        assertThat(room.taken()).isZero();
    }

    @Test
    @DisplayName("takes a line of just the bound, and a last one without a line feed")
    void edges() throws IOException {
        assertThat(lines("12345\n123456\n12345", 5, new Random(1))).containsExactly("12345", "12345");
        assertThat(skipped).containsExactly(6L);
    }
}
