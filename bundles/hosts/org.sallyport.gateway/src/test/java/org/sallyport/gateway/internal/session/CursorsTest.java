package org.sallyport.gateway.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cursor over several servers")
class CursorsTest {
    private static final String LIST = "tools/list";

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("gives back what was joined, for its list alone")
    void roundTrip() {
        Map<String, String> next = Map.of("files", "é\u2028\"", "git", "");

        String cursor = Cursors.join(LIST, next).orElseThrow();

        assertThat(cursor).matches("[A-Za-z0-9_-]+");
        assertThat(Cursors.split(LIST, cursor)).contains(next);
        assertThat(Cursors.split("prompts/list", cursor)).isEmpty();
    }

    @Test
    @DisplayName("is refused if it was changed in any way")
    void changed() {
        String good = "{\"tools/list\":{\"files\":\"a\"}}";
        assertThat(Cursors.split(LIST, encoded(good))).isPresent();

        for (String bad : List.of(
                "{}",
                "null",
                "[]",
                "{\"tools/list\":{}}",
                "{\"tools/list\":[\"a\"]}",
                "{\"tools/list\":{\"files\":1}}",
                "{\"tools/list\":{\"files\":\"a\",\"git\":null}}",
                "{\"tools/list\":{\"files\":\"a\"},\"x\":1}",
                "{ \"tools/list\":{\"files\":\"a\"}}",
                "{\"tools/list\":{\"files\":\"\\u0061\"}}",
                good + " ",
                "{\"tools/list\":{\"files\":\"a\"")) {
            assertThat(Cursors.split(LIST, encoded(bad))).as(bad).isEmpty();
        }
        for (String bad : List.of("", "!", encoded(good) + "=", encoded(good) + "A")) {
            assertThat(Cursors.split(LIST, bad)).as(bad).isEmpty();
        }
    }

    @Test
    @DisplayName("is bounded, as a whole and for each server")
    void bounds() {
        String longest = "c".repeat(Cursors.MAX_PART);
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 6; i++) {
            many.put("s" + i, longest);
        }

        assertThat(Cursors.split(LIST, Cursors.join(LIST, Map.of("a", longest)).orElseThrow()))
                .isPresent();
        assertThat(Cursors.split(
                        LIST, Cursors.join(LIST, Map.of("a", longest + "c")).orElseThrow()))
                .isEmpty();
        assertThat(Cursors.join(LIST, many)).isEmpty();
        many.remove("s5");
        assertThat(Cursors.split(LIST, Cursors.join(LIST, many).orElseThrow())).contains(many);
        assertThat(Cursors.split(LIST, "A".repeat(Cursors.MAX_LENGTH + 1))).isEmpty();
    }
}
