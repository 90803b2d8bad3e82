package org.sallyport.gateway.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("A frame with one value replaced")
class FramesTest {
    private static Frame frame(String text) throws Exception {
        return Frame.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Frame frame) {
        return new String(frame.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("keeps every other byte, wherever the value stands and however the rest is written")
    void keepsBytes() throws Exception {
        Frame frame = frame(
                "{ \"a\":{\"id\":1,\"s\":\"}\\\"{\"} ,\"params\" : {\"x\":[{\"y\":\"]\"}],\"_meta\":{\"progressToken\":\"\\u0041\"}},\"id\":12 }");

        assertThat(text(Frames.withId(frame, Document.of("new"))))
                .isEqualTo(text(frame).replace("\"id\":12", "\"id\":\"new\""));
        assertThat(text(Frames.with(frame, Document.of(7), "params", "_meta", "progressToken")))
                .isEqualTo(text(frame).replace("\"\\u0041\"", "7"));
    }

    @Test
    @DisplayName("is the same frame if the id is the one it has")
    void sameId() throws Exception {
        Frame frame = frame("{\"id\":\"1\"}");

        assertThat(Frames.withId(frame, Document.of("1"))).isSameAs(frame);
        assertThat(text(Frames.withId(frame, Document.of(1)))).isEqualTo("{\"id\":1}");
    }

    @Test
    @DisplayName("is written anew if a name on the way is written with escapes, and has a value that was not there")
    void writtenAnew() throws Exception {
        assertThat(text(Frames.withId(frame("{\"\\u0069d\":1, \"b\":2}"), Document.of(9))))
                .isEqualTo("{\"id\":9,\"b\":2}");
        assertThat(text(Frames.with(frame("{\"b\":2}"), Document.of(9), "id"))).isEqualTo("{\"b\":2,\"id\":9}");
    }

    @Test
    @DisplayName("says in bytes what it says as a document, for a thousand random messages")
    void bytesAndDocumentAgree() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            Document message = object(random, 0)
                    .with("id", value(random, 1))
                    .with("params", object(random, 1).with("uri", value(random, 2)));
            Frame frame = Frame.read(message.toJson(random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
            Document value = value(random, 3);

            Frame id = Frames.with(frame, value, "id");
            Frame uri = Frames.with(frame, value, "params", "uri");

            assertThat(Frame.read(id.bytes()).document().toJson())
                    .isEqualTo(message.with("id", value).toJson());
            assertThat(Frame.read(uri.bytes()).document().toJson())
                    .isEqualTo(message.with("params", message.get("params").with("uri", value))
                            .toJson());
        }
    }

    private static Document object(Random random, int level) {
        Document object = Document.EMPTY_OBJECT;
        for (int i = random.nextInt(4); i > 0; i--) {
            object = object.with(word(random), value(random, level + 1));
        }
        return object;
    }

    private static Document value(Random random, int level) {
        return switch (random.nextInt(level > 4 ? 4 : 6)) {
            case 0 -> Document.of(word(random));
            case 1 -> Document.of(random.nextLong());
            case 2 -> Document.of(random.nextBoolean());
            case 3 -> Document.NULL;
            case 4 -> Document.array(value(random, level + 1), value(random, level + 1));
            default -> object(random, level);
        };
    }

    private static String word(Random random) {
        String[] parts = {"a", "id", "\"", "\\", "{", "}", "[", "]", ",", ":", "é", "☃", "\n", "\ud83d\ude00", " "};
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            word.append(parts[random.nextInt(parts.length)]);
        }
        return word.toString();
    }
}
