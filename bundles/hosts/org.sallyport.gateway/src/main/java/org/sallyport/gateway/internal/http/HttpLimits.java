package org.sallyport.gateway.internal.http;

import java.time.Duration;

/**
 * Bounds of the HTTP side.
 *
 * @param body largest body of a request, in bytes
 * @param bodies most bytes of all messages that are on their way, in both directions
 * @param connections most open connections
 * @param streams most open event streams that belong to no request
 * @param sessions most sessions
 * @param request longest time from a request's first byte to its last
 * @param keepAlive longest time a connection stays open without a request
 * @param sessionIdle longest time a session stays without a message, a stream or a request under way
 * @param replayEvents most events that a stream keeps for a client that comes back
 * @param replayBytes most bytes of them; the newest event is kept whatever its size
 * @param unsentEvents most events that wait for a client which reads more slowly than they come
 * @param unsentBytes most bytes of them, besides the newest event
 * @param resume how long a stream is kept after its client vanished or its last event was sent
 * @param heartbeat time between comments on a quiet event stream
 * @param stream time after which an answer that has not come is waited for on an event stream
 * @param retry what clients are told to wait before they come back
 */
public record HttpLimits(
        long body,
        long bodies,
        int connections,
        int streams,
        int sessions,
        Duration request,
        Duration keepAlive,
        Duration sessionIdle,
        int replayEvents,
        long replayBytes,
        int unsentEvents,
        long unsentBytes,
        Duration resume,
        Duration heartbeat,
        Duration stream,
        Duration retry) {}
