package org.sallyport.plugin.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyDecision;

@DisplayName("A redaction")
class RedactionTest {
    private static final String[] PIECES = {
        "XX", "XXXX", "X", "a", "\u00e9", "\ud83d\ude00", "\ud83d", " ", "\"", "\n", "[", "x"
    };

    private final Random random = new Random(11);
    private final ContentFilter filter =
            new ContentFilter(new ContentRules(new Crosses(), Action.REDACT, 1 << 20, 0, "crosses", "found", "found"));

    @Test
    @DisplayName("leaves every character outside of the hits as it was")
    void outside() {
        for (int i = 0; i < 5_000; i++) {
            String text = text();

            PolicyDecision decision = filter.decide(message(Document.of(text)));

            // A regular expression says independently what a hit is.
            String expected = text.replaceAll("XX+", "[gone]");
            assertThat(decision.message()
                            .map(message -> message.at("result", "value").text(""))
                            .orElse(text))
                    .isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("gives back every value without a hit as the very same object, in its place")
    void untouched() {
        for (int i = 0; i < 500; i++) {
            Map<String, Document> members = new LinkedHashMap<>();
            for (int k = 0; k < 8; k++) {
                members.put("k" + k, Document.array(Document.of(text()), Document.of(k)));
            }
            Document value = Document.object(members);

            Document redacted = filter.decide(message(value))
                    .message()
                    .map(message -> message.at("result", "value"))
                    .orElse(value);

            assertThat(redacted.keys()).isEqualTo(value.keys());
            for (String key : value.keys()) {
                if (!value.get(key).get(0).text("").contains("XX")) {
                    assertThat(redacted.get(key)).isSameAs(value.get(key));
                }
            }
        }
    }

    @Test
    @DisplayName("loses no member when names become equal")
    void names() {
        Document value = Document.object("XX", Document.of(1))
                .with("XXX", Document.of(2))
                .with("[gone]", Document.of(3));

        Document redacted =
                filter.decide(message(value)).message().orElseThrow().at("result", "value");

        assertThat(redacted.size()).isEqualTo(3);
        assertThat(redacted.get("[gone]").asLong(0)).isEqualTo(3);
        assertThat(redacted.toJson()).doesNotContain("XX");
    }

    @Test
    @DisplayName("reaches the deepest value that a document can hold")
    void deepest() {
        Document value = Document.of("XX");
        while (value.depth() < Document.MAX_DEPTH - 2) {
            value = Document.array(value);
        }

        Document redacted = filter.decide(message(value)).message().orElseThrow();

        assertThat(redacted.depth()).isEqualTo(Document.MAX_DEPTH);
        assertThat(redacted.toJson()).contains("[gone]").doesNotContain("XX");
    }

    private static Document message(Document value) {
        return Document.object("id", Document.of(1)).with("result", Document.object("value", value));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(12); pieces >= 0; pieces--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Finds two or more capital X in a row. */
    private static final class Crosses implements Detector {
        @Override
        public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
            for (int i = from; i < to; i++) {
                int start = i;
                while (i < to && text.charAt(i) == 'X') {
                    i++;
                }
                if (i - start > 1) {
                    hits.add(start, i, 0);
                }
            }
        }

        @Override
        public int shortest() {
            return 2;
        }

        @Override
        public String type(int type) {
            return "crosses";
        }

        @Override
        public int types() {
            return 1;
        }

        @Override
        public String placeholder(int type) {
            return "[gone]";
        }
    }
}
