package org.sallyport.gateway.internal.upstream;

import java.util.Optional;

/** What a server can be called. */
public final class ServerNames {
    private ServerNames() {}

    /** What is wrong with a name; empty if it can be used. */
    public static Optional<String> problem(String name) {
        try {
            UpstreamSettings.checkName(name);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
