package org.sallyport.api.hook;

import org.osgi.annotation.versioning.ConsumerType;

/** Handles a filter hook. Must be quick and thread-safe: calls arrive on the caller's thread, several at a time. */
@ConsumerType
@FunctionalInterface
public interface FilterHandler<T> {
    /**
     * @param value what the handler before this one returned
     * @return the value to go on with; {@code null} counts as a failure and leaves it as it was
     */
    T filter(T value, HookCall call) throws Exception;
}
