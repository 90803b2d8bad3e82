package org.sallyport.signing.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;

@DisplayName("A trust file")
class TrustTextTest {
    private static TrustedKey key() throws Exception {
        return TrustedKey.of(
                TrustedKey.Kind.ED25519,
                KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic()
                        .getEncoded());
    }

    @Test
    @DisplayName("is read as it was written")
    void roundTrip() throws Exception {
        TrustedKey plain = key();
        TrustedKey other = key();
        TrustedKey limited = new TrustedKey(
                other.id(),
                other.kind(),
                other.encoded(),
                Optional.of(Instant.EPOCH),
                Optional.of(Instant.parse("2030-01-01T00:00:00Z")));
        TrustSet set = new TrustSet(
                Map.of(
                        "acme",
                        new Publisher(
                                "acme",
                                TrustLevel.PARTNER,
                                List.of("acme.*", "x"),
                                Map.of(plain.id(), plain, limited.id(), limited))),
                Map.of("0".repeat(40), new Revocation(Instant.EPOCH, "lost")),
                Optional.of(TrustLevel.UNTRUSTED),
                Map.of("*", TrustLevel.PARTNER));

        assertThat(TrustText.read("f", TrustText.write(set))).isEqualTo(set);
        assertThat(TrustText.read("f", "{ /* nobody */ }")).isEqualTo(TrustSet.NOBODY);
    }

    @ParameterizedTest(name = "is refused with its place: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"publisher\": {}}|[f:1:2] is wrong: [publisher] is not known",
                "{\"publishers\": []}|[/publishers] has to be an object",
                "{\"publishers\": {\"A b\": {\"level\": \"internal\"}}}|not [A b]",
                "{\"publishers\": {\"a\": {\"level\": \"root\"}}}|[root] is no trust level",
                "{\"publishers\": {\"a\": {}}}|[] is no trust level",
                "{\"publishers\": {\"a\": {\"level\": \"internal\", \"plugins\": [\"a*b\"]}}}|[a*b] is neither",
                "{\"publishers\": {\"a\": {\"level\": \"internal\", \"keys\": {\"x\": {\"public\":"
                        + " \"AA==\"}}}}}|cannot be read",
                "{\"publishers\": {\"a\": {\"level\": \"internal\", \"keys\": {\"x\": {\"kind\": \"hmac\", \"public\":"
                        + " \"AA==\"}}}}}|a shared secret proves no publisher",
                "{\"revoked\": {\"abc\": {}}}|[abc] is neither the id of a key",
                "{\"limits\": {\"a\": \"none\"}}|[none] is no trust level",
                "{\"first-use\": true}|[] is no trust level",
                "{|f:1:",
            })
    void wrong(String text, String sentence) {
        assertThat(refusal(text)).contains(sentence);
    }

    @Test
    @DisplayName("gives a key one id and one owner")
    void owners() throws Exception {
        TrustedKey key = key();
        String one =
                "{\"kind\": \"ed25519\", \"public\": \"" + Base64.getEncoder().encodeToString(key.encoded()) + "\"}";
        String publisher = "{\"level\": \"internal\", \"keys\": {\"%s\": " + one + "}}";

        assertThat(refusal("{\"publishers\": {\"a\": " + publisher.formatted("0".repeat(40)) + "}}"))
                .contains("the key [" + "0".repeat(40) + "] has the id [" + key.id() + "]");
        assertThat(refusal("{\"publishers\": {\"a\": " + publisher.formatted(key.id()) + ", \"b\": "
                        + publisher.formatted(key.id()) + "}}"))
                .contains("the key [" + key.id() + "] belongs to [a] and to [b]");
    }

    @Test
    @DisplayName("of the operator goes before the distribution's, and a revocation counts in either")
    void layers() throws Exception {
        TrustedKey shipped = key();
        TrustedKey mine = key();
        TrustSet base = new TrustSet(
                Map.of("acme", new Publisher("acme", TrustLevel.INTERNAL, List.of("*"), Map.of(shipped.id(), shipped))),
                Map.of("0".repeat(40), new Revocation(Instant.EPOCH, "")),
                Optional.empty(),
                Map.of("a", TrustLevel.PARTNER));
        TrustSet own = new TrustSet(
                Map.of("acme", new Publisher("acme", TrustLevel.PARTNER, List.of("x"), Map.of(mine.id(), mine))),
                Map.of(shipped.id(), new Revocation(Instant.EPOCH, "")),
                Optional.of(TrustLevel.PARTNER),
                Map.of("b", TrustLevel.UNTRUSTED));

        TrustSet both = own.over(base);

        assertThat(both.publishers().get("acme"))
                .isEqualTo(new Publisher(
                        "acme", TrustLevel.PARTNER, List.of("x"), Map.of(shipped.id(), shipped, mine.id(), mine)));
        assertThat(both.revoked()).containsOnlyKeys("0".repeat(40), shipped.id());
        assertThat(both.limit("a")).isEqualTo(TrustLevel.PARTNER);
        assertThat(both.limit("b")).isEqualTo(TrustLevel.UNTRUSTED);
        assertThat(both.limit("c")).isEqualTo(TrustLevel.INTERNAL);
    }

    private static String refusal(String text) {
        TrustException refused = catchThrowableOfType(TrustException.class, () -> TrustText.read("f", text));
        assertThat(refused).as(text).isNotNull();
        return refused.getMessage();
    }
}
