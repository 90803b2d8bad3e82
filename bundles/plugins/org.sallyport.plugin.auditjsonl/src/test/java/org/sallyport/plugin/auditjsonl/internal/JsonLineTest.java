package org.sallyport.plugin.auditjsonl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("A line of JSON")
class JsonLineTest {
    private static String text(JsonLine line) {
        String text = new String(line.line(), StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n");
        return text.substring(0, text.length() - 1);
    }

    @Test
    @DisplayName("has its members in their order, with commas between them and nowhere else")
    void members() {
        JsonLine line = new JsonLine().begin().text("a", "b").begin("c").end().beginArray("d");
        line.begin().flag("e", true).end().begin().nothing("f").end().endArray();
        line.number("g", Long.MIN_VALUE).flag("h", false).value("i", Document.EMPTY_OBJECT);

        assertThat(text(line.value("j", Document.object("k", Document.of("l"))).end()))
                .isEqualTo(
                        "{\"a\":\"b\",\"c\":{},\"d\":[{\"e\":true},{\"f\":null}],\"g\":-9223372036854775808,\"h\":false,"
                                + "\"i\":{},\"j\":{\"k\":\"l\"}}");
    }

    @Test
    @DisplayName("has milliseconds with three decimals, and none below zero")
    void millis() {
        JsonLine line = new JsonLine().begin();
        line.millis("a", -5)
                .millis("b", 999)
                .millis("c", 1_000)
                .millis("d", 12_345_678)
                .millis("e", Long.MAX_VALUE);

        assertThat(text(line.end()))
                .isEqualTo("{\"a\":0.000,\"b\":0.000,\"c\":0.001,\"d\":12.345,\"e\":9223372036854.775}");
    }

    @Test
    @DisplayName("escapes what JSON escapes, wherever it stands in a text")
    void escapes() {
        for (String strange : new String[] {"\"", "\\", "\n", "\u0000", "\u007f", "ä", "€", "\ud83d\ude00", "\u2028"}) {
            for (String value : new String[] {strange, "ab" + strange, strange + "ab", "a" + strange + "b"}) {
                assertThat(text(new JsonLine()
                                .begin()
                                .text("n", value)
                                .text("o", "p")
                                .end()))
                        .isEqualTo("{\"n\":" + Document.of(value).toJson() + ",\"o\":\"p\"}");
            }
        }
    }

    @Test
    @DisplayName("may be as long as it likes: each kind of member finds room at every place")
    void room() {
        for (int length = 1_900; length < 2_100; length++) {
            String long1 = "x".repeat(length);
            String expected =
                    "{\"a\":\"" + long1 + "\",\"b\":0.001,\"c\":[{\"d\":true,\"e\":\"ä\"}],\"f\":{\"g\":null}}";
            JsonLine line =
                    new JsonLine().begin().text("a", long1).millis("b", 1_000).beginArray("c");
            line.begin().flag("d", true).text("e", "ä").end().endArray();

            assertThat(text(line.begin("f").nothing("g").end().end())).isEqualTo(expected);
        }
        String huge = "y".repeat(100_000);
        assertThat(text(new JsonLine().begin().text("a", huge).end())).isEqualTo("{\"a\":\"" + huge + "\"}");
    }
}
