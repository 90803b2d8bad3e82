package org.sallyport.signing.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A DSSE envelope")
class EnvelopeTest {
    @Test
    @DisplayName("is signed over the encoding that the specification gives as its example")
    void encoding() {
        assertThat(Envelope.encode("http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    @DisplayName("counts bytes, not characters, and has an encoding for nothing at all")
    void bytes() {
        assertThat(Envelope.encode("ü", new byte[0]))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("DSSEv1 2 ü 0 ");
    }

    @Test
    @DisplayName("is read as it was written, whatever else it holds")
    void roundTrip() throws Exception {
        Envelope written = new Envelope(
                "t",
                new byte[] {1, -1},
                List.of(new Envelope.Signed("k", new byte[] {2}), new Envelope.Signed("", new byte[0])));
        String json = written.write().replaceFirst("\\{", "{\"more\": [1, 2],");

        Envelope read = Envelope.read(json.getBytes(StandardCharsets.UTF_8));

        assertThat(read.type()).isEqualTo("t");
        assertThat(read.payload()).containsExactly(1, -1);
        assertThat(read.signatures()).extracting(Envelope.Signed::key).containsExactly("k", "");
        assertThat(read.signatures().get(0).bytes()).containsExactly(2);
    }

    @ParameterizedTest
    @DisplayName("is damaged if it is no JSON, has members twice, lacks one, or has no Base64 in it")
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"payloadType\":\"t\",\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"\"}]}",
                "{\"payload\":\"\",\"signatures\":[{\"sig\":\"\"}]}",
                "{\"payloadType\":\"t\",\"payload\":1,\"signatures\":[{\"sig\":\"\"}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":{}}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{}]}",
                "{\"payloadType\":\"t\",\"payload\":\"?\",\"signatures\":[{\"sig\":\"\"}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"a\"}]}"
            })
    void damaged(String json) {
        assertThat(refusal(json)).startsWith("its envelope is damaged: ");
    }

    @Test
    @DisplayName("has at most 16 signatures")
    void signatures() throws Exception {
        Envelope sixteen = new Envelope(
                "t", new byte[0], java.util.Collections.nCopies(16, new Envelope.Signed("k", new byte[1])));
        Envelope more = new Envelope(
                "t", new byte[0], java.util.Collections.nCopies(17, new Envelope.Signed("k", new byte[1])));

        assertThat(Envelope.read(sixteen.write().getBytes()).signatures()).hasSize(16);
        assertThat(refusal(more.write()))
                .isEqualTo("its envelope is damaged: it has [17] signatures; 1 to [16] are allowed");
    }

    private static String refusal(String json) {
        SignatureException refused = catchThrowableOfType(
                SignatureException.class, () -> Envelope.read(json.getBytes(StandardCharsets.UTF_8)));
        assertThat(refused).isNotNull();
        assertThat(refused.next()).isNotBlank();
        return refused.getMessage();
    }
}
