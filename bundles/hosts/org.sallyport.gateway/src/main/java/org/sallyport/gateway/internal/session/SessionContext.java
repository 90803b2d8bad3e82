package org.sallyport.gateway.internal.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.spi.policy.PolicyEngine;

/**
 * What all sessions share.
 *
 * @param engine the policy chain; empty only for messages to the chain's own members
 * @param upstreams the servers that are configured now
 * @param timer for time limits; runs short tasks only
 * @param names how names look to clients
 * @param limits bounds of one session
 * @param counters what is counted
 * @param room for the messages that are on their way
 * @param version the gateway's version, as it tells clients that see several servers as one
 */
public record SessionContext(
        Optional<PolicyEngine> engine,
        Supplier<List<Upstream>> upstreams,
        ScheduledExecutorService timer,
        Naming.Mode names,
        Limits limits,
        Counters counters,
        Room room,
        String version) {

    /** The same for a session that stands for many clients, with as many requests of each kind under way. */
    public SessionContext forMany(int calls) {
        Limits more = new Limits(calls, limits.waiting(), limits.call(), limits.initialize(), limits.fanOut());
        return new SessionContext(engine, upstreams, timer, names, more, counters, room, version);
    }

    /** The same over one server whose messages no plugin looks at: it is the plugins. */
    public SessionContext over(Upstream one) {
        List<Upstream> only = List.of(one);
        return new SessionContext(
                Optional.empty(), () -> only, timer, Naming.Mode.PLAIN, limits, counters, room, version);
    }

    /**
     * Bounds of one session.
     *
     * @param calls most requests of the client, and most of servers, that are under way
     * @param waiting most messages that wait for the one before them, for each server and direction
     * @param call longest time a request may take
     * @param initialize longest time that servers are waited for when a client initializes the session
     * @param fanOut longest time a server is waited for when several are asked for one answer
     */
    public record Limits(int calls, int waiting, Duration call, Duration initialize, Duration fanOut) {}
}
