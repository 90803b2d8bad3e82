package org.sallyport.type.middleware;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;

/** A middleware plugin with its settings. Must be thread-safe: several messages are processed at a time. */
@ConsumerType
@FunctionalInterface
public interface Middleware extends AutoCloseable {
    /**
     * Processes a message.
     *
     * @return {@link PolicyDecision#pass()}, {@link PolicyDecision#modify} or, for a request,
     *     {@link PolicyDecision#complete}; anything else, {@code null} included, counts as a failure
     */
    PolicyDecision process(PolicyCall call) throws Exception;

    /** Called once after the last message. */
    @Override
    default void close() throws Exception {}
}
