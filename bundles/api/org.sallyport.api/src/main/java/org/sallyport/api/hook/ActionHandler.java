package org.sallyport.api.hook;

import org.osgi.annotation.versioning.ConsumerType;

/** Handles an action hook. Must be quick and thread-safe: calls arrive on the caller's thread, several at a time. */
@ConsumerType
@FunctionalInterface
public interface ActionHandler<T> {
    /** Something happened or is about to. */
    void on(T value, HookCall call) throws Exception;
}
