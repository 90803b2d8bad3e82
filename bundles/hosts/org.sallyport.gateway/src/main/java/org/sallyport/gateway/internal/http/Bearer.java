package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.auth.Finding;

/**
 * Whose a request is, by its bearer token (RFC 6750 section 2.1: by the header alone), and what clients are told of where to get one (RFC
 * 9728). Thread-safe.
 */
final class Bearer {
    /** Where the metadata is; also without the path that stands for the resource. */
    static final String METADATA = "/.well-known/oauth-protected-resource";

    private static final int MAX_DESCRIPTION = 300;

    private final boolean required;
    private final Supplier<@Nullable Authentication> authentication;
    private final String resource;
    private final String origin;
    private final String path;

    /**
     * @param resource the gateway's public address: what tokens have to be meant for
     * @param authentication who knows tokens; {@code null} while nobody does
     */
    Bearer(boolean required, String resource, Supplier<@Nullable Authentication> authentication) {
        this.required = required;
        this.resource = resource;
        int end = resource.indexOf('/', resource.indexOf("://") + 3);
        this.origin = end < 0 ? resource : resource.substring(0, end);
        this.path = end < 0 ? "" : resource.substring(end);
        this.authentication = authentication;
    }

    /** Whether each request needs a token. */
    boolean isRequired() {
        return required;
    }

    /** Whose a request with a token is; completes at once if nobody has to be asked, and never fails. */
    CompletableFuture<Finding> check(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (values.isEmpty()) {
            return done(new Finding.Refused("", "A bearer token is required", scope()));
        } else if (values.size() > 1 || !values.get(0).regionMatches(true, 0, "Bearer ", 0, 7)) {
            return done(Finding.Refused.invalid("One header [Authorization: Bearer TOKEN] is required"));
        }
        Authentication known = authentication.get();
        return known == null
                ? done(new Finding.Unavailable("Tokens cannot be checked now; try again later"))
                : known.check(values.get(0).substring(7).trim(), resource).toCompletableFuture();
    }

    private static CompletableFuture<Finding> done(Finding finding) {
        return CompletableFuture.completedFuture(finding);
    }

    /** What a client that was refused is told (RFC 6750 section 3, RFC 9728 section 5.1). */
    String challenge(Finding.Refused refused) {
        StringBuilder text = new StringBuilder("Bearer resource_metadata=\"")
                .append(origin)
                .append(METADATA)
                .append(path)
                .append('"');
        if (!refused.error().isEmpty()) {
            text.append(", error=\"").append(refused.error()).append('"');
            text.append(", error_description=\"")
                    .append(quotable(refused.why()))
                    .append('"');
        }
        if (!refused.scope().isEmpty()) {
            text.append(", scope=\"").append(quotable(refused.scope())).append('"');
        }
        return text.toString();
    }

    /** A description has the characters of RFC 6750 section 3 alone. */
    private static String quotable(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "'");
        return plain.length() > MAX_DESCRIPTION ? plain.substring(0, MAX_DESCRIPTION) : plain;
    }

    /** Whether the metadata is asked for. */
    boolean isMetadata(String path) {
        return required && (path.equals(METADATA) || path.equals(METADATA + this.path));
    }

    /** The metadata of RFC 9728 section 2. */
    byte[] metadata() {
        Authentication known = authentication.get();
        Set<String> issuers = known == null ? Set.of() : known.issuers();
        Set<String> scopes = known == null ? Set.of() : known.scopes();
        Document metadata = Document.object("resource", Document.of(resource))
                .with("resource_name", Document.of("Sallyport MCP gateway"))
                .with("bearer_methods_supported", texts(Set.of("header")));
        if (!issuers.isEmpty()) {
            metadata = metadata.with("authorization_servers", texts(issuers));
        }
        if (!scopes.isEmpty()) {
            metadata = metadata.with("scopes_supported", texts(scopes));
        }
        return metadata.toJson().getBytes(StandardCharsets.UTF_8);
    }

    private String scope() {
        Authentication known = authentication.get();
        return known == null ? "" : String.join(" ", known.scopes());
    }

    private static Document texts(Collection<String> values) {
        return Document.array(values.stream().map(Document::of).toList());
    }
}
