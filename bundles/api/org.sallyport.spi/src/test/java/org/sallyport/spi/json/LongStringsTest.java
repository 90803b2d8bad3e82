package org.sallyport.spi.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;

@DisplayName("A long string in JSON text")
class LongStringsTest {
    /** What one character of a string may look like in the text. */
    private static final List<String> CHARACTERS = List.of(
            "a",
            " ",
            "é",
            "–",
            "𝄞",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\b",
            "\\f",
            "\\r",
            "\\t",
            "\\u0041",
            "\\u00e9",
            "\\u2013",
            "\\ud834\\udd1e",
            "\\ud83d",
            "\\udc00",
            "{",
            "]",
            ",",
            ":");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** By way of text, where the parser reads every string. */
    private static Document asBefore(String text) throws JsonException {
        return Json.read(text);
    }

    private static String written(Random random, List<String> from, int length) {
        StringBuilder out = new StringBuilder();
        while (out.length() < length) {
            out.append(from.get(random.nextInt(from.size())));
        }
        return out.toString();
    }

    /** A string that is written in at least so many bytes. */
    private static String longOne(String piece) {
        return "\"" + piece.repeat(LongStrings.LONG / piece.length() + 1) + "\"";
    }

    @Test
    @DisplayName("is read as a short one is, wherever it stands and whatever is in it")
    void same() throws JsonException {
        Random random = new Random(41);
        for (int round = 0; round < 60; round++) {
            // Few kinds of character in one text: of plain ones alone, of Latin-1 alone, of all.
            List<String> some = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                some.add(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
            }
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < 6; i++) {
                int length = random.nextInt(3) == 0 ? LongStrings.LONG + random.nextInt(40) - 20 : random.nextInt(3);
                text.append(i == 0 ? "" : ", ")
                        .append(
                                switch (random.nextInt(3)) {
                                    case 0 -> "{\"\": \"" + written(random, some, length) + "\", \"b\": \"\"}";
                                    case 1 -> "\"" + written(random, some, length) + "\"";
                                    default -> "[\"\", \"" + written(random, some, length) + "\"]";
                                });
            }
            String whole = text.append(", \"")
                    .append("x".repeat(LongStrings.LONG))
                    .append("\"]")
                    .toString();

            assertThat(Json.read(bytes(whole)).equals(asBefore(whole)))
                    .as("round %d with %s", round, some)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "–", "𝄞", "\\u2013", "\\n", "a"})
    @DisplayName("is whole where the pieces meet in which it is read")
    void pieces(String character) throws JsonException {
        for (int before = 0; before < 5; before++) {
            String text = "[\"" + "b".repeat(before) + character.repeat(LongStrings.LONG) + "\"]";

            assertThat(Json.read(bytes(text)).equals(asBefore(text))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\x", "\\u12", "\\u12g4", "\u0001", "\n", "\\u12\\\"", "\\é"})
    @DisplayName("that holds what a string may not is refused")
    void refuses(String wrong) {
        String good = longOne("a");
        String begins = good.substring(0, good.length() - 1);

        assertThatThrownBy(() -> Json.read(bytes("[" + begins + wrong + "\"]")))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("string");
        assertThatThrownBy(() -> asBefore("[" + begins + wrong + "\"]")).isInstanceOf(JsonException.class);
    }

    @Test
    @DisplayName("that does not end is refused")
    void noEnd() {
        String good = longOne("a");

        for (String end : List.of("", "\\", "\\\"", "\\\"]")) {
            assertThatThrownBy(() -> Json.read(bytes("[" + good.substring(0, good.length() - 1) + end)))
                    .isInstanceOf(JsonException.class)
                    .hasMessageContaining("does not end");
        }
    }

    @Test
    @DisplayName("is no name, as none is that long")
    void name() throws JsonException {
        assertThatThrownBy(() -> Json.read(bytes("{" + longOne("a") + ": 1}")))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("name")
                .hasMessageContaining(Integer.toString(Json.MAX_NAME));
        String longest = "{\"" + "\\u2013".repeat(Json.MAX_NAME) + "\": \"" + "x".repeat(LongStrings.LONG) + "\"}";
        assertThat(Json.read(bytes(longest)).keys().get(0)).hasSize(Json.MAX_NAME);
    }

    @Test
    @DisplayName("hides nothing that is wrong before, between and behind such strings")
    void around() {
        String good = longOne("é");
        for (String text : List.of(
                good + good,
                "[" + good + " " + good + "]",
                "{" + good + "}",
                "[" + good + ",]",
                "[x" + good + "]",
                "[" + good + "] x",
                "['" + good + "']",
                "{\"a\": " + good + ", \"a\": " + good + "}",
                "[" + good)) {
            assertThatThrownBy(() -> Json.read(bytes(text))).isInstanceOf(JsonException.class);
        }
    }
}
