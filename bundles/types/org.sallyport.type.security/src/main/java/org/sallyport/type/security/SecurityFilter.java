package org.sallyport.type.security;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;

/** A security plugin with its settings. Must be thread-safe: several messages are decided at a time. */
@ConsumerType
@FunctionalInterface
public interface SecurityFilter extends AutoCloseable {
    /**
     * Decides on a message.
     *
     * @return {@link PolicyDecision#allow()}, {@link PolicyDecision#block} or {@link PolicyDecision#modify}; anything
     *     else, {@code null} included, counts as a failure
     */
    PolicyDecision decide(PolicyCall call) throws Exception;

    /** Called once after the last message. */
    @Override
    default void close() throws Exception {}
}
