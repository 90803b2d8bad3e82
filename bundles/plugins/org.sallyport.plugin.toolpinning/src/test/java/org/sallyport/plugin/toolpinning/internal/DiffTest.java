package org.sallyport.plugin.toolpinning.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.plugin.toolpinning.internal.Fakes.json;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;

@DisplayName("A diff of two definitions")
class DiffTest {
    private static List<String> diff(String before, String after) {
        return Diff.lines(CanonicalJson.of(json(before)), CanonicalJson.of(json(after)));
    }

    @Test
    @DisplayName("shows each value that differs by its place")
    void places() {
        assertThat(diff(
                        "{'a':1,'b':{'c':[true,{'d':'x'}],'e':{}},'same':'s'}",
                        "{'a':2,'b':{'c':[true,{'d':'x','f~/':null}],'e':{'g':[]}},'same':'s'}"))
                .containsExactly("- /a: 1", "+ /a: 2", "+ /b/c/1/f~0~1: null", "- /b/e: {}", "+ /b/e/g: []");
    }

    @Test
    @DisplayName("begins shortly before the difference of long texts, and cuts what is endless")
    void longTexts() {
        String same = "s".repeat(500);

        List<String> lines = Diff.lines(
                CanonicalJson.of(Document.object("d", Document.of(same + "old"))),
                CanonicalJson.of(Document.object("d", Document.of(same + "new" + "!".repeat(5_000)))));

        assertThat(lines.get(0)).isEqualTo("- /d: …" + "s".repeat(40) + "old\"");
        assertThat(lines.get(1))
                .startsWith("+ /d: …" + "s".repeat(40) + "new!!!")
                .endsWith("(4044 more)");
    }

    @Test
    @DisplayName("hides nothing: invisible characters and changes of direction are shown as escapes")
    void invisible() {
        assertThat(Diff.lines(null, CanonicalJson.of(Document.of("a\u200b\u202eb\udb40\udc41\ue000\n"))))
                .containsExactly("+ : \"a\\u{200b}\\u{202e}b\\u{e0041}\\u{e000}\\n\"");
    }

    @Test
    @DisplayName("has a bounded number of lines")
    void manyLines() {
        String many = "[" + "1,".repeat(5_000) + "1]";

        assertThat(Diff.lines(null, many)).hasSize(Diff.MAX_LINES + 1).last().isEqualTo("… (4801 more lines)");
    }
}
