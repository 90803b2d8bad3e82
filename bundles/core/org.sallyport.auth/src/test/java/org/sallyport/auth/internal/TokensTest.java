package org.sallyport.auth.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;

@DisplayName("Bearer tokens")
class TokensTest {
    private static final String HERE = "https://mcp.example.org/mcp";
    private static RSAKey key;
    private static RSAKey otherKey;

    private final MovableClock clock = new MovableClock();
    private final Tokens tokens = new Tokens(clock, Runnable::run);
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private HttpServer server;
    private String issuer;

    @BeforeAll
    static void keys() throws JOSEException {
        key = new RSAKeyGenerator(2048).keyID("one").generate();
        otherKey = new RSAKeyGenerator(2048).keyID("two").generate();
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String page = pages.get(exchange.getRequestURI().getPath());
            byte[] body = (page == null ? "none" : page).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(page == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        publish(key);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void publish(RSAKey... keys) {
        pages.put("/keys", new JWKSet(List.of(keys)).toString(true));
    }

    private static final class MovableClock extends Clock {
        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static <T> T config(Class<T> type, Map<String, Object> settings) {
        return type.cast(Proxy.newProxyInstance(
                TokensTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> settings.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    private Issuer issuer(Map<String, Object> more) {
        Map<String, Object> settings = new ConcurrentHashMap<>(Map.of("issuer", issuer, "jwks", issuer + "/keys"));
        settings.putAll(more);
        return new Issuer("corp", config(IssuerConfig.class, settings), clock);
    }

    private StaticToken token(String text, Map<String, Object> more) {
        Map<String, Object> settings = new ConcurrentHashMap<>(Map.of("sha256", Token.digest(text)));
        settings.putAll(more);
        return new StaticToken("ci", config(TokenConfig.class, settings), clock);
    }

    private String signed(RSAKey with, JOSEObjectType type, Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = claims();
        change.accept(claims);
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(with.getKeyID())
                            .type(type)
                            .build(),
                    claims.build());
            jwt.sign(new RSASSASigner(with));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String signed(Consumer<JWTClaimsSet.Builder> change) {
        return signed(key, new JOSEObjectType("at+jwt"), change);
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject("alice")
                .audience(HERE)
                .claim("scope", "mcp:use mcp:admin")
                .claim("org", "acme")
                .issueTime(Date.from(clock.now))
                .expirationTime(Date.from(clock.now.plusSeconds(3_600)));
    }

    private Finding check(String text) {
        try {
            return tokens.check(text, HERE).toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(Finding finding) {
        assertThat(finding).isInstanceOfSatisfying(Finding.Refused.class, refused -> {
            assertThat(refused.error()).isEqualTo(Finding.Refused.INVALID_TOKEN);
            assertThat(refused.why()).isNotBlank();
        });
    }

    @Test
    @DisplayName("that was agreed upon belongs to its principal until it expires")
    void agreed() {
        Instant end = Instant.parse("2100-01-01T00:00:00Z");
        tokens.use(List.of(token(
                "s3cret",
                Map.of(
                        "principal",
                        "build",
                        "tenant",
                        "acme",
                        "scopes",
                        new String[] {"a", "b", "a"},
                        "expires",
                        end.toString()))));

        assertThat(check("s3cret"))
                .isEqualTo(new Finding.Known(new Caller("build", "acme", Set.of("a", "b"), Optional.of(end))));
        assertRefused(check("s3cre"));
        assertRefused(check("S3cret"));
        clock.now = end;
        assertRefused(check("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"})
    @DisplayName("cannot be agreed upon by something that is no SHA-256")
    void noDigest(String sha256) {
        assertThatThrownBy(() -> new StaticToken("ci", config(TokenConfig.class, Map.of("sha256", sha256)), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token:create ci");
    }

    @Test
    @DisplayName("has at most 16 Ki characters")
    void length() {
        String longest = "x".repeat(Authentication.MAX_TOKEN);
        tokens.use(List.of(token(longest, Map.of())));

        assertThat(check(longest)).isInstanceOf(Finding.Known.class);
        assertRefused(check(longest + "x"));
        assertRefused(check(""));
    }

    @Test
    @DisplayName("of an issuer belongs to its subject, with scopes and tenant")
    void issued() {
        tokens.use(List.of(issuer(Map.of("tenant_claim", "org", "scopes", new String[] {"mcp:use"}))));

        assertThat(check(signed(claims -> {}))).isInstanceOfSatisfying(Finding.Known.class, known -> {
            assertThat(known.caller().principal()).isEqualTo("corp:alice");
            assertThat(known.caller().tenant()).isEqualTo("acme");
            assertThat(known.caller().scopes()).containsExactlyInAnyOrder("mcp:use", "mcp:admin");
        });
        assertThat(tokens.issuers()).containsExactly(issuer);
        assertThat(tokens.scopes()).containsExactly("mcp:use");
    }

    @Test
    @DisplayName("is taken with each type that access tokens have, and scopes as a list")
    void types() {
        tokens.use(List.of(issuer(Map.of("scopes", new String[] {"x"}))));
        Consumer<JWTClaimsSet.Builder> listed =
                claims -> claims.claim("scope", null).claim("scp", List.of("x", "y"));

        assertThat(check(signed(key, JOSEObjectType.JWT, listed))).isInstanceOf(Finding.Known.class);
        assertThat(check(signed(key, null, listed))).isInstanceOf(Finding.Known.class);
        assertRefused(check(signed(key, new JOSEObjectType("dpop+jwt"), listed)));
        assertRefused(check(signed(key, new JOSEObjectType("logout+jwt"), listed)));
    }

    @Test
    @DisplayName("is refused if it is for somebody else, from somebody else, too old, too new, for ever, or nobody's")
    void wrongClaims() {
        tokens.use(List.of(issuer(Map.of())));

        assertRefused(check(signed(claims -> claims.audience("https://other.example.org/mcp"))));
        assertRefused(check(signed(claims -> claims.audience((String) null))));
        assertRefused(check(signed(claims -> claims.issuer("https://evil.example.org"))));
        assertRefused(check(signed(claims -> claims.expirationTime(Date.from(clock.now.minusSeconds(31))))));
        assertRefused(check(signed(claims -> claims.notBeforeTime(Date.from(clock.now.plusSeconds(32))))));
        assertRefused(check(signed(claims -> claims.expirationTime(null))));
        assertRefused(check(signed(claims -> claims.subject(null))));
        assertRefused(check(signed(claims -> claims.subject(" "))));
        assertThat(check(signed(claims -> claims.audience(List.of("https://a.example.org", HERE)))))
                .isInstanceOf(Finding.Known.class);
        assertThat(check(signed(claims -> claims.expirationTime(Date.from(clock.now.minusSeconds(29))))))
                .isInstanceOf(Finding.Known.class);
    }

    @Test
    @DisplayName("is refused without a signature, with a shared secret, by a foreign key, and if a byte was changed")
    void forged() throws JOSEException {
        tokens.use(List.of(issuer(Map.of())));
        RSAKey forged = new RSAKey.Builder(otherKey).keyID("one").build();
        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build());
        confused.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        String good = signed(claims -> {});
        String[] parts = good.split("\\.");
        String other = signed(claims -> claims.subject("root")).split("\\.")[1];

        assertRefused(check(new PlainJWT(claims().build()).serialize()));
        assertRefused(check(confused.serialize()));
        assertRefused(check(signed(forged, null, claims -> {})));
        assertRefused(check(signed(otherKey, null, claims -> {})));
        assertRefused(check(parts[0] + "." + other + "." + parts[2]));
        assertRefused(check(parts[0] + "." + parts[1] + "."));
        assertRefused(check(parts[0] + "." + parts[1]));
        assertRefused(check("a.b.c"));
        assertThat(check(good)).isInstanceOf(Finding.Known.class);
    }

    @Test
    @DisplayName("is refused with the missing scopes if it is good for too little")
    void scopes() {
        tokens.use(List.of(issuer(Map.of("scopes", new String[] {"mcp:use", "mcp:more"}))));

        assertThat(check(signed(claims -> {}))).isInstanceOfSatisfying(Finding.Refused.class, refused -> {
            assertThat(refused.error()).isEqualTo("insufficient_scope");
            assertThat(refused.scope()).isEqualTo("mcp:use mcp:more");
        });
    }

    @Test
    @DisplayName("is checked with a key that the issuer published later")
    void rotation() {
        tokens.use(List.of(issuer(Map.of())));
        assertThat(check(signed(claims -> {}))).isInstanceOf(Finding.Known.class);

        publish(key, otherKey);

        assertThat(check(signed(otherKey, null, claims -> {}))).isInstanceOf(Finding.Known.class);
    }

    @Test
    @DisplayName("cannot be checked while the keys were never to be had, and can when they are")
    void outage() {
        tokens.use(List.of(issuer(Map.of())));
        String keys = pages.remove("/keys");
        assertThat(check(signed(claims -> {}))).isInstanceOf(Finding.Unavailable.class);
        tokens.use(List.of(issuer(Map.of())));
        pages.put("/keys", keys);

        assertThat(check(signed(claims -> {}))).isInstanceOf(Finding.Known.class);
    }

    @Test
    @DisplayName("is not checked again for five minutes, and no longer than it lives")
    void believed() {
        AtomicInteger checks = new AtomicInteger();
        Instant end = clock.now.plusSeconds(3_600);
        tokens.use(List.of(new TokenSource() {
            @Override
            public String name() {
                return "counting";
            }

            @Override
            public boolean owns(Token token) {
                return true;
            }

            @Override
            public Finding check(Token token, String audience) {
                checks.incrementAndGet();
                return new Finding.Known(new Caller(token.text(), "", Set.of(), Optional.of(end)));
            }

            @Override
            public boolean waits() {
                return true;
            }
        }));

        check("a");
        clock.now = clock.now.plus(Tokens.BELIEVED).minusMillis(1);
        check("a");
        assertThat(checks).hasValue(1);
        clock.now = clock.now.plusMillis(1);
        check("a");
        assertThat(checks).hasValue(2);
        clock.now = end.minusSeconds(1);
        check("a");
        clock.now = end;
        check("a");
        assertThat(checks).hasValue(4);
    }

    @Test
    @DisplayName("is checked for each audience by itself")
    void audiences() throws Exception {
        tokens.use(List.of(issuer(Map.of())));
        String token = signed(claims -> {});
        assertThat(check(token)).isInstanceOf(Finding.Known.class);

        assertRefused(tokens.check(token, "https://other.example.org")
                .toCompletableFuture()
                .get());
    }

    @Test
    @DisplayName("is good for nothing as soon as its issuer or its configuration is gone")
    void gone() {
        tokens.use(List.of(issuer(Map.of()), token("s3cret", Map.of())));
        String issued = signed(claims -> {});
        assertThat(check(issued)).isInstanceOf(Finding.Known.class);
        assertThat(check("s3cret")).isInstanceOf(Finding.Known.class);

        tokens.use(List.of());

        assertRefused(check(issued));
        assertRefused(check("s3cret"));
        assertThat(tokens.isConfigured()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"})
    @DisplayName("is checked with the keys that the issuer's metadata names")
    void discovery(String place) {
        pages.put(place, "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer + "/keys\"}");
        tokens.use(List.of(issuer(Map.of("jwks", ""))));

        assertThat(check(signed(claims -> {}))).isInstanceOf(Finding.Known.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"issuer\":\"https://evil.example.org\",\"jwks_uri\":\"ISSUER/keys\"}",
                "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"http://evil.example.org/keys\"}",
                "{\"issuer\":\"ISSUER\"}",
                "not json"
            })
    @DisplayName("is not checked with keys that metadata names which cannot be believed")
    void foreignMetadata(String metadata) {
        pages.put("/.well-known/oauth-authorization-server", metadata.replace("ISSUER", issuer));
        tokens.use(List.of(issuer(Map.of("jwks", ""))));

        assertThat(check(signed(claims -> {}))).isInstanceOf(Finding.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://keys.example.org", "ftp://127.0.0.1/x", "keys", "https://", "https://a.example.org/#x"})
    @DisplayName("cannot come from an issuer whose address cannot be believed")
    void address(String address) {
        assertThatThrownBy(() -> issuer(Map.of("issuer", address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "EdDSA", "rs256", ""})
    @DisplayName("cannot be signed by an algorithm that is not of the list")
    void algorithms(String algorithm) {
        assertThatThrownBy(() -> issuer(Map.of("algorithms", new String[] {algorithm})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RS256");
    }
}
