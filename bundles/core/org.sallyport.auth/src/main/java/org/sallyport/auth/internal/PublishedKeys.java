package org.sallyport.auth.internal;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * The keys that an authorization server publishes (RFC 7517). They are read when they are needed, kept for five minutes, read anew for
 * a key that is not among them (at most twice in 30 seconds), and believed for up to four hours while the server is not to be had.
 * Thread-safe.
 */
final class PublishedKeys {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 2_000;
    private static final int MAX_BYTES = 512 * 1024;
    private static final long OUTAGE_MILLIS = 4L * 60 * 60 * 1000;

    private final URI issuer;
    private final Optional<URI> address;
    private final DefaultResourceRetriever retriever =
            new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MAX_BYTES);
    private volatile @Nullable JWKSource<SecurityContext> source;

    /** @param address where they are; empty if the server's metadata says */
    PublishedKeys(URI issuer, Optional<URI> address) {
        this.issuer = issuer;
        this.address = address;
    }

    /**
     * Reads an address whose answers can be believed: by https, or on this machine.
     *
     * @throws IllegalArgumentException if it is none
     */
    static URI trustworthy(String name, String key, String text) {
        try {
            URI uri = new URI(text);
            boolean here = "http".equals(uri.getScheme())
                    && Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
            if (uri.getHost() != null && uri.getFragment() == null && ("https".equals(uri.getScheme()) || here)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Refused below, like any other.
        }
        throw new IllegalArgumentException("Issuer [" + name + "]: [" + key + "] is [" + text
                + "]; it has to be an https URL, or an http one on this machine");
    }

    /** Where to look up keys; the look-up itself may wait for the server. */
    JWKSource<SecurityContext> source() throws IOException {
        JWKSource<SecurityContext> known = source;
        if (known == null) {
            URI keys = address.isPresent() ? address.get() : discovered();
            known = JWKSourceBuilder.create(keys.toURL(), retriever)
                    .refreshAheadCache(false)
                    .retrying(true)
                    .outageTolerant(OUTAGE_MILLIS)
                    .build();
            source = known;
        }
        return known;
    }

    /** By the metadata of RFC 8414 section 3, or of OpenID Connect Discovery 1.0 section 4. */
    private URI discovered() throws IOException {
        String path = issuer.getPath() == null ? "" : issuer.getPath().replaceAll("/$", "");
        String host = issuer.getScheme() + "://" + issuer.getRawAuthority();
        Set<String> places = new LinkedHashSet<>();
        places.add(host + "/.well-known/oauth-authorization-server" + path);
        places.add(host + "/.well-known/openid-configuration" + path);
        places.add(host + path + "/.well-known/openid-configuration");
        IOException last = null;
        for (String place : places) {
            try {
                return jwks(place);
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("no metadata of [" + issuer + "] is at " + places + ": " + last.getMessage(), last);
    }

    private URI jwks(String place) throws IOException {
        String text = retriever.retrieveResource(URI.create(place).toURL()).getContent();
        try {
            Document metadata = Json.read(text.getBytes(StandardCharsets.UTF_8));
            if (!metadata.get("issuer").text("").equals(issuer.toString())) {
                throw new IOException("the metadata at [" + place + "] is of the issuer ["
                        + metadata.get("issuer").text("") + "]");
            }
            return trustworthy(place, "jwks_uri", metadata.get("jwks_uri").text(""));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("the metadata at [" + place + "] cannot be used: " + e.getMessage(), e);
        }
    }
}
