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

    /** What the plugins that handle hooks come to, over all hooks, sorted by plugin; for those in service now. */
    List<PluginInfo> plugins();

    /**
     * Says how a declared hook is timed: a clock costs more than the call of a handler.
     *
     * @param every whether each of its calls is timed, or a sample of them
     * @throws org.sallyport.api.plugin.PluginException with the code {@code not_found}
     */
    void time(String hook, boolean every);

    /**
     * A hook.
     *
     * @param name its name
     * @param kind {@code filter}, {@code action}, {@code collect} or {@code first}
     * @param owner who declared it; empty if handlers wait for it to be declared
     * @param handlers how many handle it
     * @param calls how often it was called, exactly
     * @param errors how often a handler failed, exactly
     * @param times of its calls
     * @param timed whether each call is timed
     * @param compiled whether its calls run on code made for its handlers, rather than in a loop
     */
    record HookInfo(
            String name,
            String kind,
            String owner,
            int handlers,
            long calls,
            long errors,
            Times times,
            boolean timed,
            boolean compiled) {}

    /**
     * A handler of a hook.
     *
     * @param place from 1; 0 if it is not called
     * @param plugin whose it is
     * @param handler its id
     * @param why why it stands at this place
     * @param calls how often it was called, exactly
     * @param errors how often it failed, exactly
     * @param times of its calls that returned
     * @param breaker {@code closed}, {@code watched} after a fault, {@code open} or {@code half-open}; empty if it is not
     *     called
     * @param lastError the last failure in one line; empty if there was none
     */
    record HandlerInfo(
            int place,
            String plugin,
            String handler,
            String why,
            long calls,
            long errors,
            Times times,
            String breaker,
            String lastError) {}

    /**
     * A plugin at all hooks.
     *
     * @param plugin its id
     * @param handlers how many places its handlers have
     * @param calls how often they were called, exactly
     * @param errors how often they failed, exactly
     * @param times of those calls that returned
     */
    record PluginInfo(String plugin, int handlers, long calls, long errors, Times times) {}

    /**
     * How long calls took, in nanoseconds: those that were timed. Percentiles are at most 12.5 % too high and never too
     * low; the longest is exact.
     *
     * @param count how many were timed
     * @param p50Nanos median; 0 if there are none, as all
     * @param p95Nanos 95th percentile
     * @param p99Nanos 99th percentile
     * @param maxNanos longest
     */
    record Times(long count, long p50Nanos, long p95Nanos, long p99Nanos, long maxNanos) {
        /** Of no call. */
        public static final Times NONE = new Times(0, 0, 0, 0, 0);
    }
}
