package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.ClientSink;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;
import org.sallyport.spi.auth.Caller;

/**
 * A session of the revisions up to 2025-11-25 over HTTP: which stream carries which message, and which can be resumed.
 * Thread-safe.
 */
final class LegacySession implements ClientSink {
    static final String HEADER = "mcp-session-id";

    private static final String GENERAL = "0";
    private static final String FIRST_PRIMED = "2025-11-25";
    private static final int MAX_KEPT = 64;

    private final LegacyEndpoint endpoint;
    private final Session session;
    private final SessionContext context;
    private final Map<String, String> headers;
    private final EventStream general;
    private final AtomicLong names = new AtomicLong();
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Map<String, EventStream> kept = new ConcurrentHashMap<>();
    private volatile String revision = "";
    private volatile @Nullable String initialize;

    private record Open(long name, RequestStream stream) {}

    LegacySession(LegacyEndpoint endpoint, String id, Caller caller, SessionContext context) {
        this.endpoint = endpoint;
        this.context = context;
        this.headers = Map.of(HEADER, id);
        this.general = new EventStream(GENERAL, endpoint.limits(), context.counters(), context.room());
        this.session = new Session(id, Era.LEGACY, caller, context, this);
    }

    /** The client's first message. */
    void initialize(Frame frame, Responder responder) {
        initialize = frame.id().toJson();
        request(frame, responder);
    }

    void request(Frame frame, Responder responder) {
        String key = frame.id().toJson();
        long name = names.incrementAndGet();
        EventStream events =
                new EventStream(Long.toString(name), endpoint.limits(), context.counters(), context.room());
        RequestStream stream = new RequestStream(responder, events, isPrimed());
        if (open.putIfAbsent(key, new Open(name, stream)) != null) {
            Replies.refuse(
                    responder,
                    HttpResponseStatus.BAD_REQUEST,
                    RpcError.INVALID_REQUEST,
                    "The id [" + key + "] belongs to a request that is still under way; use each id once");
            return;
        }
        session.receive(frame);
    }

    void receive(Frame frame) {
        session.receive(frame);
    }

    @Override
    public void deliver(Frame frame, String about) {
        Open subject = about.isEmpty() ? null : frame.isResponse() ? open.remove(about) : open.get(about);
        if (subject == null && frame.isRequest() && !general.isAttached()) {
            // Nobody hears the general stream; the server waits, and some request of the client is probably why.
            subject = open.values().stream()
                    .max(Comparator.comparingLong(Open::name))
                    .orElse(null);
        }
        if (subject == null) {
            if (!frame.isResponse()) {
                general.append(frame.bytes(), false);
            }
            return;
        }
        boolean first = about.equals(initialize) && frame.isResponse();
        boolean refused = first && frame.document().has("error");
        if (first) {
            revision = frame.document().at("result", "protocolVersion").text("");
        }
        RequestStream stream = subject.stream();
        if (!stream.isStreaming() && !frame.isResponse()) {
            keep(subject);
        }
        stream.deliver(frame, frame.isResponse(), refused ? Map.of() : headers);
        if (refused) {
            endpoint.remove(session.id());
            session.close("it could not be initialized");
        }
    }

    private boolean isPrimed() {
        return revision.compareTo(FIRST_PRIMED) >= 0;
    }

    /** Streams of requests that were answered are kept for a while, and not too many of them. */
    private void keep(Open stream) {
        kept.put(Long.toString(stream.name()), stream.stream().events());
        if (kept.size() > MAX_KEPT) {
            kept.entrySet().stream()
                    .filter(entry -> open.values().stream().noneMatch(o -> o.name() == Long.parseLong(entry.getKey())))
                    .min(Comparator.comparingLong(entry -> Long.parseLong(entry.getKey())))
                    .map(oldest -> kept.remove(oldest.getKey()))
                    .ifPresent(EventStream::abandon);
        }
    }

    @Override
    public void cancelled(String about) {
        Open subject = open.remove(about);
        if (subject != null) {
            Frame end = new RpcError(RpcError.CANCELLED, "The request was cancelled by the client").to(Document.NULL);
            subject.stream().deliver(end, true, headers);
        }
    }

    @Override
    public void ended() {
        general.finish();
        endpoint.remove(session.id());
        general.abandon();
        kept.values().forEach(EventStream::abandon);
        open.values().forEach(request -> request.stream().events().abandon());
    }

    /**
     * Opens the general stream, or resumes the stream of an event.
     *
     * @param lastEvent an event's id; {@code null} for the general stream
     */
    void listen(@Nullable String lastEvent, Responder responder) {
        if (lastEvent == null) {
            // What nobody has heard yet is given to the first who listens.
            general.attach(responder, headers, general.lastSent(), isPrimed());
            return;
        }
        Optional<EventId> id = EventId.parse(lastEvent);
        EventStream stream = id.map(known -> known.stream().equals(GENERAL) ? general : kept.get(known.stream()))
                .orElse(null);
        if (stream == null) {
            Replies.refuse(
                    responder,
                    HttpResponseStatus.BAD_REQUEST,
                    RpcError.INVALID_REQUEST,
                    "The event [" + lastEvent + "] is none of this session, or too old to resume");
            return;
        }
        stream.attach(responder, headers, id.orElseThrow().number(), isPrimed());
    }

    private record EventId(String stream, long number) {
        static Optional<EventId> parse(String text) {
            if (!text.matches("\\d{1,18}-\\d{1,18}")) {
                return Optional.empty();
            }
            int dash = text.indexOf('-');
            return Optional.of(new EventId(text.substring(0, dash), Long.parseLong(text.substring(dash + 1))));
        }
    }

    boolean isListening() {
        return general.isAttached();
    }

    /** Whether nothing is under way and nobody listens. */
    boolean isQuiet() {
        return !general.isAttached() && session.underWay() == 0;
    }

    /** Called about once a second. */
    void sweep() {
        session.sweep();
        general.beat();
        long slow = endpoint.limits().stream().toNanos();
        open.values().forEach(request -> {
            if (!request.stream().isStreaming()) {
                request.stream().streamIfSlow(slow, headers);
                if (request.stream().isStreaming()) {
                    keep(request);
                }
            }
        });
        kept.values().forEach(EventStream::beat);
        kept.values().removeIf(stream -> {
            boolean stale = stream.isStale();
            if (stale) {
                stream.abandon();
            }
            return stale;
        });
        if (isQuiet() && session.idleNanos() > endpoint.limits().sessionIdle().toNanos()) {
            session.close("nothing happened in it for ["
                    + endpoint.limits().sessionIdle().toSeconds() + "] seconds");
        }
    }

    Session session() {
        return session;
    }
}
