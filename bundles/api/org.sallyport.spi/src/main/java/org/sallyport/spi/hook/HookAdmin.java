package org.sallyport.spi.hook;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.hook.Hooks;

/** Hooks for hosts and operators. */
@ProviderType
public interface HookAdmin {
    /** Hooks as a host or plugin of that name declares and calls them; what it declared ends with {@link #forget}. */
    Hooks hooksOf(String owner);

    /** Ends what an owner declared. */
    void forget(String owner);

    /** All hooks, sorted by name. */
    List<HookInfo> hooks();

    /** The handlers of a hook in their effective order, with the reason for each place. */
    List<HandlerInfo> handlers(String hook);

    /**
     * A hook.
     *
     * @param name its name
     * @param kind {@code filter}, {@code action}, {@code collect} or {@code first}
     * @param owner who declared it; empty if handlers wait for it to be declared
     * @param handlers how many handle it
     * @param calls how often it was called
     */
    record HookInfo(String name, String kind, String owner, int handlers, long calls) {}

    /**
     * A handler of a hook.
     *
     * @param place from 1
     * @param plugin whose it is
     * @param handler its id
     * @param why why it stands at this place
     * @param calls how often it was called, exactly
     * @param errors how often it failed, exactly
     * @param p50Nanos median time; sampled
     * @param p99Nanos 99th percentile; sampled
     * @param maxNanos longest time seen; sampled
     * @param lastError the last failure in one line; empty if there was none
     */
    record HandlerInfo(
            int place,
            String plugin,
            String handler,
            String why,
            long calls,
            long errors,
            long p50Nanos,
            long p99Nanos,
            long maxNanos,
            String lastError) {}
}
