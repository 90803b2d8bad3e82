package org.sallyport.gateway.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sallyport.gateway.internal.http.LegacyEndpoint;
import org.sallyport.gateway.internal.session.Counters;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.upstream.Upstream;

/**
 * What is going on in the gateway.
 *
 * @param port of the HTTP side; -1 if there is none
 * @param problem why there is no HTTP side; empty if there is
 * @param upstreams names of the servers that are configured
 * @param preparedProcesses processes of servers that wait for a session
 * @param sessions the sessions that are open, at most {@value #MAX_LISTED}
 * @param openSessions how many are open
 * @param openStreams open event streams that belong to no request
 * @param connections open HTTP connections
 * @param bytesOnTheirWay bytes of the messages that are on their way or kept for a client that comes back
 * @param requests requests of clients since the start
 * @param notices notifications and responses of clients
 * @param fromServers messages of servers for clients, answers not counted
 * @param errors error responses given to clients
 * @param stopped messages that the policy chain stopped
 * @param dropped messages that nobody waited for, or too many waited
 * @param refused HTTP requests that were no message
 * @param cut event streams that were cut because the client was too slow
 * @param openedSessions sessions since the start
 */
record GatewayStatus(
        int port,
        String problem,
        List<String> upstreams,
        int preparedProcesses,
        List<SessionStatus> sessions,
        int openSessions,
        int openStreams,
        int connections,
        long bytesOnTheirWay,
        long requests,
        long notices,
        long fromServers,
        long errors,
        long stopped,
        long dropped,
        long refused,
        long cut,
        long openedSessions) {
    private static final int MAX_LISTED = 100;

    /**
     * One session.
     *
     * @param id the beginning of its id
     * @param principal whose it is; empty if nobody was asked
     * @param underWay requests of the client that are not answered
     * @param idleSeconds time since the client was last heard of or answered
     * @param servers state of each server, by name
     */
    record SessionStatus(String id, String principal, int underWay, long idleSeconds, Map<String, String> servers) {
        static SessionStatus of(Session session) {
            return new SessionStatus(
                    session.shortId(),
                    session.caller().principal(),
                    session.underWay(),
                    session.idleNanos() / 1_000_000_000L,
                    session.servers());
        }
    }

    static GatewayStatus of(
            int port,
            String problem,
            List<Upstream> upstreams,
            LegacyEndpoint endpoint,
            List<Session> stdio,
            int connections,
            long bytesOnTheirWay,
            Counters counters) {
        List<Session> all = new ArrayList<>(stdio);
        all.addAll(endpoint.sessions());
        return new GatewayStatus(
                port,
                problem,
                upstreams.stream().map(Upstream::name).sorted().toList(),
                upstreams.stream().mapToInt(Upstream::prepared).sum(),
                all.stream().limit(MAX_LISTED).map(SessionStatus::of).toList(),
                all.size(),
                endpoint.listening(),
                connections,
                bytesOnTheirWay,
                counters.requests.sum(),
                counters.notices.sum(),
                counters.fromServers.sum(),
                counters.errors.sum(),
                counters.stopped.sum(),
                counters.dropped.sum(),
                counters.refused.sum(),
                counters.cut.sum(),
                counters.sessions.sum());
    }
}
