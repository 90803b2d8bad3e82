package org.sallyport.gateway.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.spi.json.JsonException;

@DisplayName("The headers that repeat a request")
class MirrorTest {
    private final Mirror mirror = new Mirror();

    private static Frame frame(String json) {
        try {
            return Frame.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    private static Frame call(String name, String arguments) {
        return frame("{'method':'tools/call','params':{'name':'" + name + "','arguments':" + arguments + "}}");
    }

    private void learn() {
        mirror.learn(frame("""
                        {'tools':[{'name':'t','inputSchema':{'properties':{
                            'a':{'type':'string','x-mcp-header':'Alpha'},
                            'n':{'type':'integer','x-mcp-header':'Num'},
                            'bad':{'type':'string','x-mcp-header':'no good'},
                            'o':{'type':'object','properties':{'deep':{'type':'boolean','x-mcp-header':'Deep'}}}}}}]}
                        """).document());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " x", "x ", "ü", "a\nb", "\t", "=?base64?eA==?=", "plain text", "=?base64?eA=="})
    @DisplayName("carry any text, in visible ASCII, and it can be read again")
    void roundTrip(String text) {
        String value = Mirror.encode(text);

        assertThat(value).isNotEmpty().matches("[ -~]+").isEqualTo(value.strip());
        assertThat(Mirror.decode(value)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?=", "=?base64?/w==?="})
    @DisplayName("say nothing if they claim to be Base64 of text and are not")
    void badBase64(String value) {
        assertThat(Mirror.decode(value)).isEmpty();
    }

    @Test
    @DisplayName("name the method, the subject, and what the schema declares, at any depth")
    void headers() {
        learn();

        assertThat(mirror.headers(call("t", "{'a':'x','n':7,'bad':'b','o':{'deep':true}}")))
                .isEqualTo(Map.of(
                        "mcp-method", "tools/call",
                        "mcp-name", "t",
                        "mcp-param-alpha", "x",
                        "mcp-param-num", "7",
                        "mcp-param-deep", "true"));
        assertThat(mirror.headers(call("t", "{'a':null}"))).hasSize(2);
        assertThat(mirror.headers(frame("{'method':'resources/read','params':{'uri':'x://y'}}")))
                .containsEntry("mcp-name", "x://y");
    }

    @Test
    @DisplayName("are compared with the body: numbers by value, and what the body lacks must be absent")
    void problems() {
        learn();
        Map<String, List<String>> good = Map.of(
                "mcp-method", List.of("tools/call"), "mcp-name", List.of(" t "), "mcp-param-num", List.of("7.0"));

        assertThat(mirror.problem(call("t", "{'n':7}"), name -> good.getOrDefault(name, List.of())))
                .isEmpty();
        assertThat(mirror.problem(call("t", "{'n':8}"), name -> good.getOrDefault(name, List.of())))
                .get()
                .asString()
                .contains("Mcp-Param-num");
        assertThat(mirror.problem(call("t", "{}"), name -> good.getOrDefault(name, List.of())))
                .isPresent();
        assertThat(mirror.problem(call("u", "{}"), name -> good.getOrDefault(name, List.of())))
                .get()
                .asString()
                .contains("Mcp-Name");
    }

    @Test
    @DisplayName("are known for a tool that was listed, and for what is no tool")
    void knows() {
        assertThat(mirror.knows(call("t", "{}"))).isFalse();
        assertThat(mirror.knows(frame("{'method':'tools/list'}"))).isTrue();
        learn();
        assertThat(mirror.knows(call("t", "{}"))).isTrue();
    }

    @Test
    @DisplayName("are remembered for so many tools and no more")
    void bounded() {
        for (int i = 0; i <= Mirror.MAX_TOOLS; i++) {
            mirror.learn(frame("{'tools':[{'name':'t" + i + "'}]}").document());
        }

        assertThat(mirror.knows(call("t" + (Mirror.MAX_TOOLS - 1), "{}"))).isTrue();
        assertThat(mirror.knows(call("t" + Mirror.MAX_TOOLS, "{}"))).isFalse();
    }
}
