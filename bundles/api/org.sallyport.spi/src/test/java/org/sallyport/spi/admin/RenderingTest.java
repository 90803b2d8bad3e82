package org.sallyport.spi.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

@DisplayName("Answers")
class RenderingTest {
    private record Row(String name, long callCount, Optional<String> lastError) {}

    private record Detail(String id, Instant since, List<String> tags, List<Row> rows, Map<String, Integer> sizes) {}

    @Test
    @DisplayName("that are lists of records are aligned tables, numbers to the right")
    void table() {
        String text = Rendering.text(
                List.of(new Row("a", 5, Optional.of("boom")), new Row("longer", 12_345, Optional.empty())));

        assertThat(text).isEqualTo("""
                        NAME    CALL COUNT  LAST ERROR
                        a                5  boom
                        longer       12345""");
    }

    @Test
    @DisplayName("that are records are shown line by line, what is in them below")
    void details() {
        String text = Rendering.text(new Detail(
                "x", Instant.EPOCH, List.of("one", "two"), List.of(new Row("a", 5, Optional.empty())), Map.of("k", 1)));

        assertThat(text).isEqualTo("""
                        id:     x
                        since:  1970-01-01T00:00:00Z
                        tags:   one, two
                        rows:
                          NAME  CALL COUNT  LAST ERROR
                          a              5
                        sizes:
                          k:  1""");
    }

    @Test
    @DisplayName("that are nothing, texts or lists of texts are shown as they are")
    void simple() {
        assertThat(Rendering.text(null)).isEmpty();
        assertThat(Rendering.text("two\nlines")).isEqualTo("two\nlines");
        assertThat(Rendering.text(List.of("a", "b\nc"))).isEqualTo("a\nb\\nc");
        assertThat(Rendering.text(List.of())).isEmpty();
        assertThat(Rendering.line(new Row("a\nb", 1, Optional.empty())))
                .isEqualTo("{name=a\\nb, callCount=1, lastError=}");
    }

    @Test
    @DisplayName("cannot act on a terminal, whatever a plugin put into them")
    void hostile() {
        String hostile = "\u001b[2J\u009b31m\r\b\u202eevil\u2066\u200b\u2028\ud800\u007f\ufeff";

        for (String shown : List.of(
                Rendering.text(List.of(new Row(hostile, 1, Optional.of(hostile)))),
                Rendering.text(new Row(hostile, 1, Optional.of(hostile))),
                Rendering.text(Map.of(hostile, hostile)),
                Rendering.text(List.of(Map.of(hostile, hostile))),
                Rendering.text(hostile),
                Rendering.line(hostile),
                Rendering.failure(new IllegalStateException(hostile)),
                Rendering.failure(new PluginException("x", hostile)))) {
            assertThat(shown.chars().filter(c -> c != '\n' && (c < 32 || c > 126)))
                    .isEmpty();
            assertThat(shown)
                    .containsIgnoringCase(
                            "\\u001b[2J\\u009b31m\\u000d\\u0008\\u202eevil\\u2066\\u200b\\u2028\\ud800\\u007f\\ufeff");
        }
        assertThat(Rendering.clean("grüße 漢字 😀", false)).isEqualTo("grüße 漢字 😀");
    }

    @Test
    @DisplayName("are cut at the width of a cell, the number of rows and the depth that are stated")
    void bounds() {
        assertThat(Rendering.text(List.of(Map.of("k", "x".repeat(200))))).endsWith("x".repeat(200));
        assertThat(Rendering.text(List.of(Map.of("k", "x".repeat(201))))).endsWith("\n" + "x".repeat(199) + "…");
        List<Map<String, Integer>> rows =
                IntStream.range(0, 10_001).mapToObj(i -> Map.of("i", i)).toList();
        assertThat(Rendering.text(rows)).endsWith("\n9999\nand [1] more");
        assertThat(Rendering.text(rows.subList(0, 10_000))).endsWith("\n9999");
        List<Object> deep = new ArrayList<>();
        deep.add(deep);
        assertThat(Rendering.json(deep)).contains("…");
    }

    @Test
    @DisplayName("are JSON for programs, with texts as they are and numbers as numbers")
    void json() {
        Document document = Rendering.document(Arrays.asList(
                new Row("a\u001b", 5, Optional.empty()), new BigDecimal("1.50"), 2.5, Thread.State.NEW, null));

        assertThat(document.toJson())
                .isEqualTo("[{\"name\":\"a\\u001b\",\"callCount\":5,\"lastError\":null},1.50,2.5,\"NEW\",null]");
        assertThat(Rendering.document(Document.object("k", Document.NULL)))
                .isEqualTo(Document.object("k", Document.NULL));
    }

    @Test
    @DisplayName("that are failures are one sentence, with the class if nobody foresaw it")
    void failures() {
        assertThat(Rendering.failure(new PluginException("x", "No such plugin")))
                .isEqualTo("No such plugin");
        assertThat(Rendering.failure(new IllegalStateException()))
                .isEqualTo("Unexpected failure [java.lang.IllegalStateException]");
        assertThat(Rendering.failure(new IllegalStateException("boom")))
                .isEqualTo("Unexpected failure [java.lang.IllegalStateException]: boom");
    }
}
