package org.sallyport.auth.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An authorization server, by its access tokens: JSON Web Tokens that are signed by one of its published keys, meant for who is
 * called, and not expired (RFC 9068 section 4, RFC 8725). Thread-safe.
 */
final class Issuer implements TokenSource {
    /** Algorithms that may be configured; none with a shared secret, and none without a signature. */
    static final Set<JWSAlgorithm> KNOWN = new LinkedHashSet<>(Stream.concat(
                    JWSAlgorithm.Family.RSA.stream(),
                    Stream.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512))
            .toList());

    private static final Logger log = LoggerFactory.getLogger(Issuer.class);
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES = new DefaultJOSEObjectTypeVerifier<>(
            new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), JOSEObjectType.JWT, null);

    private final String name;
    private final String issuer;
    private final String audience;
    private final Set<String> scopes;
    private final Set<JWSAlgorithm> algorithms;
    private final String principal;
    private final String tenant;
    private final int leeway;
    private final Clock clock;
    private final PublishedKeys keys;

    /** @throws IllegalArgumentException if a setting is wrong; it says which and what would be right */
    Issuer(String name, IssuerConfig config, Clock clock) {
        this.name = name;
        this.clock = clock;
        this.issuer = config.issuer();
        URI address = PublishedKeys.trustworthy(name, "issuer", issuer);
        Optional<URI> jwks = config.jwks().isBlank()
                ? Optional.empty()
                : Optional.of(PublishedKeys.trustworthy(name, "jwks", config.jwks()));
        this.keys = new PublishedKeys(address, jwks);
        this.audience = config.audience();
        this.scopes = new LinkedHashSet<>(List.of(config.scopes()));
        this.algorithms = new LinkedHashSet<>();
        for (String algorithm : config.algorithms()) {
            algorithms.add(known(algorithm));
        }
        if (algorithms.isEmpty() || config.principal_claim().isBlank()) {
            throw new IllegalArgumentException(
                    "Issuer [" + name + "]: [algorithms] and [principal.claim] need a value each");
        }
        this.principal = config.principal_claim();
        this.tenant = config.tenant_claim();
        this.leeway = config.leeway_seconds();
        if (leeway < 0 || leeway > 300) {
            throw new IllegalArgumentException(
                    "Issuer [" + name + "]: [leeway.seconds] is [" + leeway + "]; it has to be from [0] to [300]");
        }
    }

    private JWSAlgorithm known(String algorithm) {
        return KNOWN.stream()
                .filter(one -> one.getName().equals(algorithm))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Issuer [" + name + "]: [algorithms] has [" + algorithm + "]; it has to be of "
                                + KNOWN.stream().map(JWSAlgorithm::getName).toList()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> issuer() {
        return Optional.of(issuer);
    }

    @Override
    public Set<String> scopes() {
        return scopes;
    }

    @Override
    public boolean owns(Token token) {
        return token.jwt().isPresent() && token.issuer().equals(issuer);
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public Finding check(Token token, String called) {
        JWKSource<SecurityContext> source;
        try {
            source = keys.source();
        } catch (IOException e) {
            return unavailable(e);
        }
        try {
            return finding(processor(source, audience.isBlank() ? called : audience)
                    .process(token.jwt().orElseThrow(), null));
        } catch (KeySourceException e) {
            // Also if unknown keys were asked for too often: whether the issuer has them now cannot be said.
            return unavailable(e);
        } catch (BadJOSEException | JOSEException | ParseException | RuntimeException e) {
            log.debug("A token of issuer [{}] was refused", name, e);
            return Finding.Refused.invalid("The token is not accepted: " + e.getMessage());
        }
    }

    private Finding unavailable(Exception e) {
        log.warn("The keys of issuer [{}] cannot be read, so its tokens cannot be checked: {}", name, e.getMessage());
        return new Finding.Unavailable("The keys of the issuer cannot be read now; try again later");
    }

    private DefaultJWTProcessor<SecurityContext> processor(JWKSource<SecurityContext> source, String audience) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, source));
        DefaultJWTClaimsVerifier<SecurityContext> claims =
                new DefaultJWTClaimsVerifier<>(
                        Set.of(audience),
                        new JWTClaimsSet.Builder().issuer(issuer).build(),
                        Set.of("exp", principal),
                        Set.of()) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew(leeway);
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }

    private Finding finding(JWTClaimsSet claims) throws ParseException {
        String subject = claims.getStringClaim(principal);
        if (subject.isBlank()) {
            return Finding.Refused.invalid("The token's claim [" + principal + "] is empty");
        }
        Set<String> granted = granted(claims);
        if (!granted.containsAll(scopes)) {
            return new Finding.Refused(
                    Finding.Refused.INSUFFICIENT_SCOPE, "The token lacks a scope", String.join(" ", scopes));
        }
        String behalf = tenant.isBlank() ? null : claims.getStringClaim(tenant);
        return new Finding.Known(new Caller(
                name + ":" + subject,
                behalf == null ? "" : behalf,
                granted,
                Optional.of(claims.getExpirationTime().toInstant())));
    }

    /** By the claim {@code scope}, parted by blanks (RFC 9068 section 2.2.3), or by the array {@code scp} that some use. */
    private static Set<String> granted(JWTClaimsSet claims) throws ParseException {
        if (claims.getClaim("scope") != null) {
            return new LinkedHashSet<>(
                    List.of(claims.getStringClaim("scope").trim().split(" +")));
        }
        List<String> listed = claims.getClaim("scp") instanceof String one
                ? List.of(one.trim().split(" +"))
                : claims.getStringListClaim("scp");
        return listed == null ? Set.of() : new LinkedHashSet<>(listed);
    }
}
