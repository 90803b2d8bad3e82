package org.sallyport.plugin.toolpinning.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.plugin.toolpinning.internal.Fakes.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Storage;

@DisplayName("The pins of a server")
class PinsTest {
    private static Definition definition(String description) {
        return Definition.of(json("{'name':'t'}").with("description", Document.of(description)));
    }

    @Test
    @DisplayName("hash name, title, description, schemas and annotations, in whatever order they come")
    void hash() {
        Definition one = Definition.of(json("{'name':'t','description':'d','inputSchema':{'a':1.0,'b':[2]}}"));

        assertThat(Definition.of(json("{'inputSchema':{'b':[2],'a':1},'description':'d','name':'t'}")))
                .isEqualTo(one);
        assertThat(
                        Definition.of(
                                json(
                                        "{'name':'t','description':'d','inputSchema':{'a':1,'b':[2]},'_meta':{'x':1},'icons':[],'new':2}")))
                .isEqualTo(one);
        for (String change : List.of(
                "{'name':'u'}",
                "{'title':''}",
                "{'description':'d '}",
                "{'inputSchema':{'a':1,'b':[2,3]}}",
                "{'outputSchema':{}}",
                "{'annotations':{'readOnlyHint':true}}",
                "{'annotations':null}")) {
            Document changed = json("{'name':'t','description':'d','inputSchema':{'a':1,'b':[2]}}");
            for (Map.Entry<String, Document> member : json(change).members().entrySet()) {
                changed = changed.with(member.getKey(), member.getValue());
            }
            assertThat(Definition.of(changed).isSame(one)).as(change).isFalse();
        }
        assertThat(one.sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    @DisplayName("keep what was approved while something else is held, and let go of that when the server goes back")
    void backAgain() {
        Pins first = Pins.NONE.seen(Map.of("t", definition("a")), true);
        Pins second = first.seen(Map.of("t", definition("b")), true);
        Pins third = second.seen(Map.of("t", definition("a")), true);

        assertThat(second.of("t").isHeld()).isTrue();
        assertThat(second.of("t").approved()).isEqualTo(definition("a"));
        assertThat(third.of("t").isHeld()).isFalse();
        assertThat(second.seen(Map.of("t", definition("b")), true)).isSameAs(second);
        assertThat(second.approved("t").of("t")).isEqualTo(new Pin(definition("b"), null));
    }

    @Test
    @DisplayName("survive being stored")
    void stored() {
        Pins pins = Pins.NONE
                .seen(Map.of("a", definition("1"), "b", definition("2")), true)
                .seen(Map.of("b", definition("3"), "c", definition("x".repeat(Definition.MAX_TEXT))), false);

        Pins read = Pins.of(pins.toDocument());

        assertThat(read.all()).isEqualTo(pins.all()).hasSize(3);
        assertThat(read.of("c").held().text()).isNull();
    }

    @Test
    @DisplayName("are bounded in number and in length, whatever a server lists")
    void bounds() {
        Map<String, Definition> many = new LinkedHashMap<>();
        IntStream.range(0, Pins.MAX_TOOLS + 1)
                .forEach(i -> many.put("tool" + i, definition("\u2028".repeat(2_000) + i)));

        Pins pins = Pins.NONE.seen(many, true);

        assertThat(pins.all()).hasSize(Pins.MAX_TOOLS);
        assertThat(pins.of("tool" + Pins.MAX_TOOLS)).isNull();
        assertThat(pins.toDocument().toJson()).hasSizeLessThan(Storage.MAX_VALUE);
        String longest = "n".repeat(Pins.MAX_NAME - 2);
        assertThat(Pins.NONE
                        .seen(
                                Map.of(longest, definition("a"), longest + "n", definition("a"), "", definition("a")),
                                true)
                        .all())
                .containsOnlyKeys(longest);
    }
}
