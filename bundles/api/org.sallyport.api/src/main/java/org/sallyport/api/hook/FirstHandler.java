package org.sallyport.api.hook;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** Handles a first hook. Must be quick and thread-safe: calls arrive on the caller's thread, several at a time. */
@ConsumerType
@FunctionalInterface
public interface FirstHandler<T, R> {
    /** An answer, or empty to leave it to the next handler. {@code null} counts as a failure. */
    Optional<R> first(T value, HookCall call) throws Exception;
}
