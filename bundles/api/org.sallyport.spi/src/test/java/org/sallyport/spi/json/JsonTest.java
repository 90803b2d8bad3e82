package org.sallyport.spi.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;

@DisplayName("JSON text")
class JsonTest {
    @Test
    @DisplayName("is read with order, number spelling and escapes kept")
    void reads() throws JsonException {
        String text = "{\"b\":1.50,\"a\":[true,null,\"\\u0041\\ud834\\udd1e\"],\"c\":-0}";

        assertThat(Json.read(text).toJson()).isEqualTo("{\"b\":1.50,\"a\":[true,null,\"A𝄞\"],\"c\":-0}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1} {}",
                "{'a':1}",
                "[01]",
                "nul",
                "\"\\x\"",
                "[1e999999]",
                "// x\n1"
            })
    @DisplayName("that is not JSON is refused with a place and a reason")
    void refuses(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOfSatisfying(JsonException.class, e -> {
            assertThat(e.getMessage()).isNotBlank();
            assertThat(e.place().line()).isPositive();
        });
    }

    @Test
    @DisplayName("of bytes that are no UTF-8 is refused")
    void utf8() {
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'}))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xff, '"'})).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"\\udfc2\":1}",
                "{\"\\ud83d\":1}",
                "{\"a\\ud83dx\":\"\\udfc2\"}",
                "{\"\\udfc2\\ud83d\":[\"\\ud83d\\ud83d\"]}",
                "{\"\\ud83d\":1,\"\\ud83e\":2,\"?\":3}"
            })
    @DisplayName("may hold escapes of surrogates without a partner, in names as in values, and they are written again")
    void lonelySurrogates(String text) throws JsonException {
        assertThat(Json.read(text).toJson()).isEqualTo(text);
        assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8)).toJson()).isEqualTo(text);
        assertThat(Json.readWithComments(text).document()).isEqualTo(Json.read(text));
    }

    @Test
    @DisplayName("may hold one name only once, however it is spelled")
    void spelledOtherwise() {
        assertThatThrownBy(() -> Json.read("{\"\\ud83d\\ude00\":1,\"\ud83d\ude00\":2}"))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.read("{\"\\ud83d\":1,\"\\uD83D\":2}")).isInstanceOf(JsonException.class);
    }

    @Test
    @DisplayName("of bytes may begin with the mark of UTF-8, and is never taken for UTF-16 or UTF-32")
    void encodings() throws JsonException {
        assertThat(Json.read("\ufeff{\"a\":1}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Json.read("{\"a\":1}"));
        for (String encoding : List.of("UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE")) {
            byte[] bytes = "{\"a\":1}".getBytes(Charset.forName(encoding));
            assertThatThrownBy(() -> Json.read(bytes)).as(encoding).isInstanceOf(JsonException.class);
        }
    }

    @Test
    @DisplayName("may hold names of 65,536 characters, not more")
    void names() throws JsonException {
        assertThat(Json.read("{\"" + "n".repeat(Json.MAX_NAME) + "\":1}").keys().get(0))
                .hasSize(Json.MAX_NAME);
        assertThatThrownBy(() -> Json.read("{\"" + "n".repeat(Json.MAX_NAME + 1) + "\":1}"))
                .isInstanceOf(JsonException.class);
    }

    @Test
    @DisplayName("may be 256 levels deep, not 257, and a depth of a million does not overflow the stack")
    void depth() throws JsonException {
        assertThat(Json.read("[".repeat(256) + "]".repeat(256)).depth()).isEqualTo(256);
        assertThatThrownBy(() -> Json.read("[".repeat(257) + "]".repeat(257))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.read("[".repeat(1_000_000))).isInstanceOf(JsonException.class);
    }

    @Test
    @DisplayName("may hold numbers of 1,000 characters, not more")
    void numbers() throws JsonException {
        assertThat(Json.read("1".repeat(1_000)).numberText()).hasValue("1".repeat(1_000));
        assertThatThrownBy(() -> Json.read("1".repeat(1_001))).isInstanceOf(JsonException.class);
    }

    @Test
    @DisplayName("may hold strings of many megabytes")
    void strings() throws JsonException {
        assertThat(Json.read("\"" + "x".repeat(30_000_000) + "\"").text("")).hasSize(30_000_000);
    }

    @Test
    @DisplayName("of a configuration may hold comments and trailing commas, and each value has a place")
    void comments() throws JsonException {
        Json.Located located =
                Json.readWithComments("{\n  // a port\n  \"port\": 8470, /* and */\n  \"list\": [1,\n    2,],\n}");

        assertThat(located.document().toJson()).isEqualTo("{\"port\":8470,\"list\":[1,2]}");
        assertThat(located.place("/port")).isEqualTo(new Json.Place(3, 3));
        assertThat(located.place("/list/1")).isEqualTo(new Json.Place(5, 5));
        assertThat(located.place("/list/1/deeper")).isEqualTo(new Json.Place(5, 5));
        assertThat(located.place("/nowhere")).isEqualTo(new Json.Place(1, 1));
    }

    @Test
    @DisplayName("comes back from what was written, whatever it holds")
    void roundTrip() throws JsonException {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            Document document = random(random, 0);

            assertThat(Json.read(document.toJson())).isEqualTo(document);
            assertThat(Json.read(document.toJson(2))).isEqualTo(document);
        }
    }

    @Test
    @DisplayName("with any byte changed is read or refused, never anything else")
    void fuzz() {
        byte[] text = "{\"a\":[1,2.5e3,\"x\\u00e9\\n\",null,{\"b\":{}}],\"ü\":false}".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(13);
        for (int i = 0; i < 50_000; i++) {
            byte[] changed = text.clone();
            for (int n = random.nextInt(3) + 1; n > 0; n--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Json.read(changed).toJson()).isNotEmpty();
            } catch (JsonException refused) {
                assertThat(refused.getMessage()).isNotNull();
            }
        }
    }

    private static Document random(Random random, int level) {
        int kind = random.nextInt(level > 4 ? 4 : 6);
        switch (kind) {
            case 0:
                return Document.of(random.nextLong());
            case 1:
                return Document.of(random.nextBoolean());
            case 2:
                return Document.NULL;
            case 3: {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(12); n > 0; n--) {
                    text.appendCodePoint(codePoint(random));
                }
                return Document.of(text.toString());
            }
            case 4: {
                Document array = Document.EMPTY_ARRAY;
                java.util.List<Document> elements = new java.util.ArrayList<>(array.values());
                for (int n = random.nextInt(4); n > 0; n--) {
                    elements.add(random(random, level + 1));
                }
                return Document.array(elements);
            }
            default: {
                Document object = Document.EMPTY_OBJECT;
                for (int n = random.nextInt(4); n > 0; n--) {
                    object = object.with("k" + Character.toString(codePoint(random)), random(random, level + 1));
                }
                return object;
            }
        }
    }

    /** Any of them, surrogates too. */
    private static int codePoint(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x110000);
            case 1 -> 0xd7fe + random.nextInt(0x804);
            default -> random.nextInt(0x300);
        };
    }
}
