package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streamable HTTP as the revisions up to 2025-11-25 have it: sessions, POST with a JSON or event-stream answer, GET for
 * the general stream and for resumption, DELETE. Thread-safe.
 */
public final class LegacyEndpoint implements AutoCloseable {
    /** Revisions that clients may name. */
    public static final Set<String> REVISIONS = Set.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    private static final Logger log = LoggerFactory.getLogger(LegacyEndpoint.class);
    private static final String REVISION = "mcp-protocol-version";
    private static final String LAST_EVENT = "last-event-id";
    private static final String EVENTS = "text/event-stream";
    private static final int ID_BYTES = 24;

    private final SessionContext context;
    private final HttpLimits limits;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, LegacySession> sessions = new ConcurrentHashMap<>();

    /** Begins to serve. */
    public LegacyEndpoint(SessionContext context, HttpLimits limits) {
        this.context = context;
        this.limits = limits;
        context.timer().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
    }

    private boolean knowsRevision(HttpHeaders headers, Responder responder) {
        for (String revision : headers.getAll(REVISION)) {
            if (!REVISIONS.contains(revision)) {
                refuse(
                        responder,
                        HttpResponseStatus.BAD_REQUEST,
                        "The protocol version [" + revision + "] is not supported; use one of "
                                + REVISIONS.stream().sorted().toList());
                return false;
            }
        }
        return true;
    }

    /** A message that was POSTed. */
    void take(Frame frame, Request request, Responder responder) {
        if (!knowsRevision(request.headers(), responder)) {
            return;
        } else if (frame.isRequest() && frame.method().orElse("").equals("initialize")) {
            initialize(frame, request, responder);
            return;
        }
        Optional<LegacySession> session = find(request, responder);
        if (session.isEmpty()) {
            return;
        } else if (frame.isRequest()) {
            session.get().request(frame, responder);
        } else {
            session.get().receive(frame);
            responder.answer(HttpResponseStatus.ACCEPTED, Replies.NOTHING, Map.of());
        }
    }

    private void initialize(Frame frame, Request request, Responder responder) {
        if (request.headers().contains(LegacySession.HEADER)) {
            refuse(
                    responder,
                    HttpResponseStatus.BAD_REQUEST,
                    "This session is initialized; begin another one without the header [Mcp-Session-Id]");
        } else if (sessions.size() >= limits.sessions() && !makeRoom()) {
            refuse(
                    responder,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "There are [" + sessions.size()
                            + "] sessions, which is the limit, and all are in use; end some, or try again later");
        } else {
            byte[] id = new byte[ID_BYTES];
            random.nextBytes(id);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
            LegacySession session = new LegacySession(this, text, request.caller(), context);
            sessions.put(text, session);
            session.initialize(frame, responder);
        }
    }

    /** Ends the session that was quiet longest; clients often leave without saying so. */
    private boolean makeRoom() {
        Optional<LegacySession> oldest = sessions.values().stream()
                .filter(LegacySession::isQuiet)
                .max(Comparator.comparingLong(session -> session.session().idleNanos()));
        oldest.ifPresent(session -> session.session().close("its place was needed and nobody used it"));
        return oldest.isPresent();
    }

    /** The session of a request; to anybody but its owner it does not exist. */
    private Optional<LegacySession> find(Request request, Responder responder) {
        List<String> ids = request.headers().getAll(LegacySession.HEADER);
        if (ids.size() != 1) {
            refuse(
                    responder,
                    HttpResponseStatus.BAD_REQUEST,
                    "The header [Mcp-Session-Id] is required, once; [initialize] gives its value");
            return Optional.empty();
        }
        LegacySession session = sessions.get(ids.get(0));
        if (session != null && !session.session().caller().isSame(request.caller())) {
            log.warn(
                    "[{}] used the session [{}] of [{}] and was refused",
                    request.caller().principal(),
                    session.session().shortId(),
                    session.session().caller().principal());
            session = null;
        }
        if (session == null) {
            context.counters().refused.increment();
            Replies.refuse(
                    responder,
                    HttpResponseStatus.NOT_FOUND,
                    RpcError.SESSION_NOT_FOUND,
                    "The session is unknown or has ended; initialize a new one");
        }
        return Optional.ofNullable(session);
    }

    void get(Request request, Responder responder) {
        if (!Door.accepts(request.headers(), EVENTS)) {
            refuse(responder, HttpResponseStatus.NOT_ACCEPTABLE, "The header [Accept] has to list [" + EVENTS + "]");
        } else if (knowsRevision(request.headers(), responder)) {
            find(request, responder).ifPresent(session -> {
                if (!session.isListening() && listening() >= limits.streams()) {
                    refuse(responder, HttpResponseStatus.SERVICE_UNAVAILABLE, "Too many event streams are open");
                } else {
                    session.listen(request.headers().get(LAST_EVENT), responder);
                    request.caller().expires().ifPresent(responder::abortAt);
                }
            });
        }
    }

    void delete(Request request, Responder responder) {
        find(request, responder).ifPresent(session -> {
            session.session().close("the client ended it");
            responder.answer(HttpResponseStatus.NO_CONTENT, Replies.NOTHING, Map.of());
        });
    }

    private void refuse(Responder responder, HttpResponseStatus status, String message) {
        context.counters().refused.increment();
        Replies.refuse(responder, status, RpcError.INVALID_REQUEST, message);
    }

    void remove(String id) {
        sessions.remove(id);
    }

    HttpLimits limits() {
        return limits;
    }

    /** The sessions that are open now. */
    public List<Session> sessions() {
        return sessions.values().stream().map(LegacySession::session).toList();
    }

    /** Event streams that are open now and belong to no request. */
    public int listening() {
        return (int)
                sessions.values().stream().filter(LegacySession::isListening).count();
    }

    private void sweep() {
        for (LegacySession session : sessions.values()) {
            try {
                session.sweep();
            } catch (RuntimeException e) {
                // An exception would end the sweeping of all sessions for good.
                log.error("Session [{}] could not be swept", session.session().shortId(), e);
            }
        }
    }

    /** Ends all sessions. */
    @Override
    public void close() {
        sessions.values().forEach(session -> session.session().close("the gateway stops"));
    }
}
