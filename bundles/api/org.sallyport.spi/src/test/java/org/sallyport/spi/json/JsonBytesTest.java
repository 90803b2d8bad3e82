package org.sallyport.spi.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("A large document")
class JsonBytesTest {
    private static final String[] CHARACTERS = {
        "a", "é", "–", "😀", "\ud83d", "\ude00", "\"", "\\", "\n", "\u2028", "\u0001"
    };

    private static String text(Random random) {
        int length = random.nextInt(4) == 0 ? 4_090 + random.nextInt(20) : random.nextInt(5);
        StringBuilder text = new StringBuilder();
        String most = CHARACTERS[random.nextInt(CHARACTERS.length)];
        while (text.length() < length) {
            text.append(random.nextInt(9) == 0 ? CHARACTERS[random.nextInt(CHARACTERS.length)] : most);
        }
        return random.nextBoolean() ? text.toString() : text.toString().repeat(3);
    }

    private static Document value(Random random, int levels) {
        return switch (random.nextInt(levels == 0 ? 4 : 6)) {
            case 0 -> Document.of(random.nextLong());
            case 1 -> random.nextBoolean() ? Document.NULL : Document.TRUE;
            case 4 -> {
                List<Document> elements = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    elements.add(value(random, levels - 1));
                }
                yield Document.array(elements);
            }
            case 5 -> {
                Map<String, Document> members = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    members.put(text(random), value(random, levels - 1));
                }
                yield Document.object(members);
            }
            default -> Document.of(text(random));
        };
    }

    @Test
    @DisplayName("is written as any other is")
    void same() {
        for (int seed = 0; seed < 400; seed++) {
            Document document = value(new Random(seed), 4);

            byte[] expected = document.toJson().getBytes(StandardCharsets.UTF_8);
            assertThat(Arrays.equals(JsonBytes.of(document), expected))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    @DisplayName("comes in small pieces")
    void pieces() {
        int[] longest = new int[1];

        JsonBytes.write(Document.of("–".repeat(1 << 20)), piece -> longest[0] = Math.max(longest[0], piece.length));

        assertThat(longest[0]).isPositive().isLessThan(64 * 1024);
    }
}
