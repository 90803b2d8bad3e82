package org.sallyport.events.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A topic")
class TopicTest {
    @Test
    @DisplayName("is words joined by slashes, up to the bounds")
    void valid() {
        for (String topic : List.of(
                "a",
                "a/b",
                "plugin/x.y/A_1-2",
                "w".repeat(128),
                String.join("/", Collections.nCopies(16, "w")),
                // 5 words and 4 slashes: exactly 512 characters.
                String.join("/", Collections.nCopies(4, "w".repeat(101))) + "/" + "w".repeat(104))) {
            assertThat(Topic.checked(topic)).isEqualTo(topic);
            assertThat(Topic.checkedPattern(topic)).isEqualTo(topic);
            assertThat(Topic.checkedPattern(topic + "/*")).isEqualTo(topic + "/*");
        }
    }

    @Test
    @DisplayName("is nothing else")
    void invalid() {
        for (String topic : List.of(
                "",
                "/",
                "a/",
                "/a",
                "a//b",
                "a b",
                "a\n",
                "ä",
                "*",
                "a/*/b",
                "a/b*",
                "w".repeat(129),
                String.join("/", Collections.nCopies(17, "w")),
                String.join("/", Collections.nCopies(5, "w".repeat(102))))) {
            assertThatThrownBy(() -> Topic.checked(topic)).as(topic).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Topic.checkedPattern(topic))
                    .as(topic)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Topic.checked("a/*")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Topic.checkedPattern("a/*/*")).isInstanceOf(IllegalArgumentException.class);
    }
}
