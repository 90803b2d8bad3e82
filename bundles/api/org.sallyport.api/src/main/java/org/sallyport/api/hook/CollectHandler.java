package org.sallyport.api.hook;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Handles a collect hook. Must be quick and thread-safe: calls arrive on the caller's thread, several at a time. */
@ConsumerType
@FunctionalInterface
public interface CollectHandler<T, R> {
    /** This handler's answers; empty for none. {@code null} counts as a failure. */
    List<R> collect(T value, HookCall call) throws Exception;
}
