package org.sallyport.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A document")
class DocumentTest {
    private static final Document ANN = Document.object("name", Document.of("Ann"))
            .with("age", Document.of(42))
            .with("tags", Document.array());

    @Nested
    @DisplayName("that is read")
    class Reading {
        @Test
        @DisplayName("gives null for what is not there or of another kind")
        void lenient() {
            assertThat(ANN.get("nobody")).isSameAs(Document.NULL);
            assertThat(ANN.at("name", "first")).isSameAs(Document.NULL);
            assertThat(ANN.get("tags").get(0)).isSameAs(Document.NULL);
            assertThat(ANN.get("tags").get(-1)).isSameAs(Document.NULL);
            assertThat(ANN.get("age").text()).isEmpty();
            assertThat(ANN.get("name").asLong(-1)).isEqualTo(-1);
        }

        @Test
        @DisplayName("tells a member that is null from one that is missing")
        void nullMember() {
            Document document = Document.object("a", Document.NULL);

            assertThat(document.has("a")).isTrue();
            assertThat(document.has("b")).isFalse();
        }

        @Test
        @DisplayName("finds each of many members")
        void manyMembers() {
            Map<String, Document> members = new LinkedHashMap<>();
            for (int i = 0; i < 1_000; i++) {
                members.put("k" + i, Document.of(i));
            }
            Document document = Document.object(members);

            for (int i = 0; i < 1_000; i++) {
                assertThat(document.get("k" + i).asLong(-1)).isEqualTo(i);
            }
            assertThat(document.has("k1000")).isFalse();
        }
    }

    @Nested
    @DisplayName("that is changed")
    class Changing {
        @Test
        @DisplayName("stays as it was, and the new one keeps the order")
        void immutable() {
            Document older = ANN.with("age", Document.of(43)).with("city", Document.of("Ulm"));

            assertThat(ANN.get("age").asLong(0)).isEqualTo(42);
            assertThat(older.toJson()).isEqualTo("{\"name\":\"Ann\",\"age\":43,\"tags\":[],\"city\":\"Ulm\"}");
            assertThat(older.without("age").keys()).containsExactly("name", "tags", "city");
            assertThat(ANN.without("nobody")).isSameAs(ANN);
        }

        @Test
        @DisplayName("in its text is the very same if no text changed")
        void mapNothing() {
            assertThat(ANN.mapText(text -> text)).isSameAs(ANN);
        }

        @Test
        @DisplayName("in its text reaches keys and values at any depth and loses no member")
        void mapText() {
            Document document = Document.object("x1", Document.of("x"))
                    .with("x2", Document.array(Document.object("x", Document.of("y"))))
                    .with("x1#2", Document.of(1));

            Document mapped = document.mapText(text -> text.startsWith("x") && !text.contains("#") ? "R" : text);

            assertThat(mapped.toJson()).isEqualTo("{\"R\":\"R\",\"R#2\":[{\"R\":\"y\"}],\"x1#2\":1}");
        }

        @Test
        @DisplayName("is an error if it is no object")
        void noObject() {
            assertThatThrownBy(() -> Document.of(1).with("a", Document.NULL))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("NUMBER");
        }
    }

    @Nested
    @DisplayName("as text")
    class Text {
        @Test
        @DisplayName("escapes what breaks a line, control characters and surrogates without a partner")
        void escapes() {
            Document document = Document.of("a\"\\\n\u0001\u2028\u2029\ud800x\udc00");

            assertThat(document.toJson()).isEqualTo("\"a\\\"\\\\\\n\\u0001\\u2028\\u2029\\ud800x\\udc00\"");
            assertThat(Document.of("𝄞é").toJson()).isEqualTo("\"𝄞é\"");
            assertThat(Document.of("~\u007f\u0080\u0085\u009f\u00a0").toJson())
                    .isEqualTo("\"~\\u007f\\u0080\\u0085\\u009f\u00a0\"");
        }

        @Test
        @DisplayName("can be indented")
        void indented() {
            assertThat(Document.object("a", Document.array(Document.of(1))).toJson(2))
                    .isEqualTo("{\n  \"a\": [\n    1\n  ]\n}");
            assertThat(Document.EMPTY_OBJECT.toJson(2)).isEqualTo("{}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-0", "1.50", "1e5", "-1.2E-3", "9007199254740993"})
        @DisplayName("keeps a number as it was written")
        void numbers(String text) {
            assertThat(Document.number(text).toJson()).isEqualTo(text);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-", "01", "1.", ".5", "1e", "+1", "NaN", "0x1", "1 "})
        @DisplayName("refuses what is no number")
        void noNumbers(String text) {
            assertThatThrownBy(() -> Document.number(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"5,5", "5.0,5", "5e0,5", "9223372036854775807,9223372036854775807", "-0,0"})
    @DisplayName("that is a whole number gives it as a long")
    void whole(String text, long value) {
        assertThat(Document.number(text).asLong(-1)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5", "9223372036854775808", "1e99999"})
    @DisplayName("that fits no long gives the other value")
    void notLong(String text) {
        assertThat(Document.number(text).asLong(-1)).isEqualTo(-1);
    }

    @Test
    @DisplayName("equals another by value: order of members and spelling of numbers do not count")
    void equality() {
        Document one = Document.object("a", Document.of(1)).with("b", Document.number("2.0"));
        Document two = Document.object("b", Document.of(2)).with("a", Document.number("1"));

        assertThat(one).isEqualTo(two).hasSameHashCodeAs(two);
        assertThat(one).isNotEqualTo(two.with("a", Document.of(3)));
        assertThat(Document.array(Document.of(1))).isNotEqualTo(Document.array(Document.of("1")));
    }

    @Test
    @DisplayName("comes from Java values and goes back to them")
    void java() {
        Map<String, Object> java = new LinkedHashMap<>();
        java.put("text", "x");
        java.put("numbers", List.of(1L, new BigDecimal("1.5")));
        java.put("nothing", null);
        java.put("yes", true);

        Document document = Document.fromJava(java);

        assertThat(document.toJson()).isEqualTo("{\"text\":\"x\",\"numbers\":[1,1.5],\"nothing\":null,\"yes\":true}");
        assertThat(document.toJava()).isEqualTo(java);
        assertThatThrownBy(() -> Document.fromJava(new Object())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Document.fromJava(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("is at most 256 levels deep")
    void depth() {
        Document deep = Document.of("x");
        for (int i = 0; i < Document.MAX_DEPTH; i++) {
            deep = Document.array(deep);
        }
        Document deepest = deep;

        assertThat(deepest.depth()).isEqualTo(Document.MAX_DEPTH);
        assertThatThrownBy(() -> Document.array(deepest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256");
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatThrownBy(() -> Document.fromJava(endless)).isInstanceOf(IllegalArgumentException.class);
    }
}
