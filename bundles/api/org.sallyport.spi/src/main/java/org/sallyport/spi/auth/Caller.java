package org.sallyport.spi.auth;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls.
 *
 * @param principal unique among all sources of tokens; empty for somebody who was not asked
 * @param tenant on whose behalf; empty if there is none
 * @param scopes what the token is good for
 * @param expires when the token ends; empty if it does not
 */
public record Caller(String principal, String tenant, Set<String> scopes, Optional<Instant> expires) {
    /** Somebody who was not asked. */
    public static final Caller ANYBODY = new Caller("", "", Set.of(), Optional.empty());

    /** Copies what can be changed. */
    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Whether it is the same one, whatever token it uses this time. */
    public boolean isSame(Caller other) {
        return principal.equals(other.principal) && tenant.equals(other.tenant);
    }
}
