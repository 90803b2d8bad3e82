package org.sallyport.plugin.interceptor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

@DisplayName("What a server of interceptors says")
class JsonReaderTest {
    private static Document read(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return JsonReader.read(utf8, 0, utf8.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[1,-2.5e3,\"\\u00e9 ☃\",true,false,null,{}],\"\":{}}", "[]", "\"text\"", "0"})
    @DisplayName("is read as it is")
    void reads(String json) {
        assertThat(read(json).toJson()).isEqualTo(json.replace("\\u00e9", "é"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "{\"a\":1,\"a\":2}", "{a:1}", "[1,]", "nul", "'text'"})
    @DisplayName("is refused without a word of it if it is not one strict JSON value")
    void refuses(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("invalid_answer"))
                .hasMessageStartingWith("The interceptor server's answer ");
    }

    @Test
    @DisplayName("may be nested as deep as a document")
    void depth() {
        int most = Document.MAX_DEPTH;

        assertThat(read("[".repeat(most) + "]".repeat(most)).depth()).isEqualTo(most);
        assertThatThrownBy(() -> read("[".repeat(most + 1) + "]".repeat(most + 1)))
                .isInstanceOf(PluginException.class);
    }
}
