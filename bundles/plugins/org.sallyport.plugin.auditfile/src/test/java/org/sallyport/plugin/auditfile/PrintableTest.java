package org.sallyport.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text from strangers")
class PrintableTest {
    @Test
    @DisplayName("stays on one line, whatever breaks lines")
    void oneLine() {
        assertThat(Printable.oneLine("a\nb\rc\td\u0085e\u2028f\u2029g\u000bh"))
                .isEqualTo("a\\nb\\rc\\td\\u0085e\\u2028f\\u2029g\\u000bh");
    }

    @Test
    @DisplayName("drives no terminal and turns no direction")
    void noControl() {
        assertThat(Printable.oneLine("\u001b[31mred\u0000\u007f\u202eevil\u200b"))
                .isEqualTo("\\u001b[31mred\\u0000\\u007f\\u202eevil\\u200b");
    }

    @Test
    @DisplayName("is the same string if there is nothing to mend")
    void untouched() {
        String text = "plain, Größe, \uD83D\uDE00, C:\\temp";

        assertThat(Printable.oneLine(text)).isSameAs(text);
    }

    @Test
    @DisplayName("shows a lone surrogate as an escape, and keeps pairs")
    void surrogates() {
        assertThat(Printable.oneLine("\uD83D\uDE00\uD83Dx\uDE00")).isEqualTo("\uD83D\uDE00\\ud83dx\\ude00");
    }

    @Test
    @DisplayName("can be had back if backslashes are doubled")
    void reversible() {
        assertThat(Printable.reversible("a\\nb\nc")).isEqualTo("a\\\\nb\\nc");
    }

    @Test
    @DisplayName("is cut at its limit, never within a pair")
    void cut() {
        assertThat(Printable.cut("12345", 5)).isEqualTo("12345");
        assertThat(Printable.cut("123456", 5)).isEqualTo("1234…");
        assertThat(Printable.cut("123\uD83D\uDE00456", 5)).isEqualTo("123…");
    }
}
