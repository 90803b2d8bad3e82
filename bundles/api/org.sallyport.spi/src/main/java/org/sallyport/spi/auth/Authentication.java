package org.sallyport.spi.auth;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Says whose a bearer token is. A service; thread-safe. */
@ProviderType
public interface Authentication {
    /** Longest token that is looked at, in characters. */
    int MAX_TOKEN = 16 * 1024;

    /**
     * Whose a token is. Never blocks and never fails: what has to be asked of others completes later, on a thread of this service,
     * within 15 seconds.
     *
     * @param audience what the token has to be meant for, if it says so: the public address of who asks
     */
    CompletionStage<Finding> check(String token, String audience);

    /** Whether any token could be good: some are configured, or somebody is who issues them. */
    boolean isConfigured();

    /** Who issues tokens, as they call themselves. */
    Set<String> issuers();

    /** The scopes that their tokens need. */
    Set<String> scopes();
}
