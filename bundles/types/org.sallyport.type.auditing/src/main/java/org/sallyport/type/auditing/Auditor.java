package org.sallyport.type.auditing;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.policy.PolicyReport;

/** An auditing plugin with its settings. Must be thread-safe: several messages are reported at a time. */
@ConsumerType
@FunctionalInterface
public interface Auditor extends AutoCloseable {
    /**
     * Takes notice of a message. A critical auditor runs before the message is forwarded, and stops it by throwing.
     *
     * @throws Exception if it could not be recorded
     */
    void record(PolicyReport report) throws Exception;

    /** Called once after the last message. */
    @Override
    default void close() throws Exception {}
}
