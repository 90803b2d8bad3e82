package org.sallyport.auth.internal;

import java.util.Optional;
import java.util.Set;
import org.sallyport.spi.auth.Finding;

/** Knows some tokens. Thread-safe. */
interface TokenSource {
    /** Its configuration's name. */
    String name();

    /** Who issues its tokens, as it calls itself; empty if nobody is. */
    default Optional<String> issuer() {
        return Optional.empty();
    }

    /** Scopes that its tokens need. */
    default Set<String> scopes() {
        return Set.of();
    }

    /** Whether a token is one of its own, by its look; asked on any thread, answers at once. */
    boolean owns(Token token);

    /** Whose a token of its own is; may wait for others if {@link #waits}. */
    Finding check(Token token, String audience);

    /** Whether a check may wait for others. */
    boolean waits();
}
