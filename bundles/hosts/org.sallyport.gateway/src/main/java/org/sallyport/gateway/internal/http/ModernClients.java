package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Mirror;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.ClientSink;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;
import org.sallyport.spi.auth.Caller;

/**
 * All clients of revision 2026-07-28 that are one caller, or that nobody asked who they are. One session stands for them; a client that leaves
 * has cancelled what it asked. Thread-safe.
 */
final class ModernClients implements ClientSink {
    private final SessionContext context;
    private final HttpLimits limits;
    private final Mirror mirror;
    private final Session session;
    private final AtomicLong names = new AtomicLong();
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(RequestStream stream, String method) {}

    /** @param mirror what is known of the tools that all callers are shown */
    ModernClients(Caller caller, SessionContext context, HttpLimits limits, Mirror mirror) {
        this.context = context;
        this.limits = limits;
        this.mirror = mirror;
        this.session = new Session("", Era.MODERN, caller, context, this);
    }

    Session session() {
        return session;
    }

    void upstreamsChanged() {
        session.upstreamsChanged();
    }

    /**
     * Serves a request.
     *
     * @param caller by the token that it came with: a stream of events ends with it
     */
    void request(Frame frame, Caller caller, Responder responder) {
        String key = Long.toString(names.incrementAndGet());
        String method = frame.method().orElse("");
        EventStream events = new EventStream("", limits, context.counters(), context.room());
        open.put(key, new Open(new RequestStream(responder, events, false), method));
        responder.whenGone(() -> {
            open.remove(key);
            session.cancel(key);
        });
        session.receive(frame, key);
        if (method.equals(Modern.LISTEN)) {
            caller.expires().ifPresent(responder::abortAt);
        }
    }

    @Override
    public void deliver(Frame frame, String about) {
        Open subject = frame.isResponse() ? open.remove(about) : open.get(about);
        if (subject == null) {
            context.counters().dropped.increment();
            return;
        } else if (subject.method().equals("tools/list")) {
            mirror.learn(frame.document().get("result"));
        }
        subject.stream().deliver(frame, frame.isResponse(), status(frame), Map.of());
    }

    /** What an answer that comes alone is in HTTP. */
    private static HttpResponseStatus status(Frame answer) {
        long code = answer.document().at("error", "code").asLong(0);
        if (code == RpcError.METHOD_NOT_FOUND) {
            return HttpResponseStatus.NOT_FOUND;
        }
        boolean bad = code == RpcError.HEADER_MISMATCH
                || code == RpcError.MISSING_CAPABILITY
                || code == RpcError.UNSUPPORTED_VERSION;
        return bad ? HttpResponseStatus.BAD_REQUEST : Replies.OK;
    }

    @Override
    public void cancelled(String about) {
        open.remove(about);
    }

    @Override
    public void ended() {
        open.clear();
    }

    void sweep() {
        session.sweep();
        open.values().forEach(request -> {
            request.stream().streamIfSlow(limits.stream().toNanos(), Map.of());
            request.stream().events().beat();
        });
    }
}
