package org.sallyport.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A plugin id")
class PluginIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "pii-filter", "com.acme.x1", "a.1", "a-.-"})
    @DisplayName("has a form")
    void valid(String text) {
        assertThat(new PluginId(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "-a", ".a", "a.", "a..b", "A", "a_b", "a/b", "a\n", "ä"})
    @DisplayName("of another form is refused, and the message says which is right")
    void invalid(String text) {
        assertThatThrownBy(() -> new PluginId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + text + "]")
                .hasMessageContaining("lower-case");
    }

    @Test
    @DisplayName("has at most 128 characters")
    void length() {
        assertThat(PluginId.isValid("a".repeat(128))).isTrue();
        assertThat(PluginId.isValid("a".repeat(129))).isFalse();
    }

    @Test
    @DisplayName("is checked by hand as the regular expression would")
    void sameAsRegex() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(8); n > 0; n--) {
                text.append("ab1-.A".charAt(random.nextInt(6)));
            }
            assertThat(PluginId.isValid(text.toString()))
                    .as("%s", text)
                    .isEqualTo(text.toString().matches(PluginId.SYNTAX));
        }
    }
}
