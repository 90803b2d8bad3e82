package org.sallyport.gateway.internal.http;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Who may come in by HTTP.
 *
 * @param required whether each request needs a token that is good
 * @param publicUrl where clients find the gateway, if that is not where it listens; what tokens have to be meant for
 * @param hosts names and addresses, besides those of this machine and the one of the public URL, that requests may be for
 * @param origins of pages, besides those of this machine and the one of the public URL, that may ask
 * @param tls certificate and key; empty for plain HTTP
 */
public record HttpAccess(
        boolean required, Optional<URI> publicUrl, Set<String> hosts, Set<String> origins, Optional<TlsFiles> tls) {
    /** Anybody on this machine. */
    public static final HttpAccess OPEN = new HttpAccess(false, Optional.empty(), Set.of(), Set.of(), Optional.empty());

    /**
     * A certificate and its key, in PEM files.
     *
     * @param certificate the certificate, and after it those between it and a known authority
     * @param key the private key as PKCS #8, not encrypted
     */
    public record TlsFiles(Path certificate, Path key) {}
}
