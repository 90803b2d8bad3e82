package org.sallyport.api.policy;

import java.time.Duration;
import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;

/**
 * What belongs together: a request, what is sent about it, and its response; or a single notification. Thread-safe.
 */
@ProviderType
public interface Exchange {
    /** Unique among all exchanges of this host, also over restarts; unlike a JSON-RPC id it is never used again. */
    String id();

    /** Configured name of the upstream server; empty if the message concerns none or all of them. */
    String server();

    /** The client's session; empty if there is none. */
    String session();

    /** Who calls; empty if nobody was authenticated. */
    String principal();

    /** The tenant; empty if there is none. */
    String tenant();

    /** Whether the exchange was begun by the server (sampling, elicitation, roots, notifications to the client). */
    boolean fromServer();

    /** When it began. */
    Instant began();

    /** Time since it began, by the monotonic clock. */
    Duration elapsed();

    /**
     * What this plugin instance remembered in this exchange under a key, or {@link Document#NULL}. Each instance sees
     * only its own; a newer version of the plugin sees what the older one left.
     */
    Document recall(String key);

    /** Remembers a value for the rest of the exchange; at most 16 keys an instance. */
    void remember(String key, Document value);
}
