package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Mirror;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.ClientSink;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streamable HTTP as revision 2026-07-28 has it: each POST is an exchange of its own with a JSON or event-stream answer,
 * and a client that leaves has cancelled it. One session stands for all clients, as none of them has one. Thread-safe.
 */
final class ModernEndpoint implements ClientSink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ModernEndpoint.class);

    private final SessionContext context;
    private final HttpLimits limits;
    private final Session session;
    private final Mirror mirror = new Mirror();
    private final AtomicLong names = new AtomicLong();
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(RequestStream stream, String method) {}

    ModernEndpoint(SessionContext context, HttpLimits limits) {
        this.context = context;
        this.limits = limits;
        this.session = new Session("", Era.MODERN, context.forMany(limits.connections()), this);
        context.timer().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
    }

    void upstreamsChanged() {
        session.upstreamsChanged();
    }

    void take(Frame frame, HttpHeaders headers, Responder responder) {
        Optional<RpcError> problem = problem(frame, headers);
        if (problem.isPresent()) {
            context.counters().refused.increment();
            Document id = frame.isRequest() ? frame.id() : Document.NULL;
            responder.answer(
                    HttpResponseStatus.BAD_REQUEST, problem.get().to(id).bytes(), Map.of());
        } else if (!frame.isRequest()) {
            // What a client of this era can say besides requests, it says by ending them.
            context.counters().dropped.increment();
            responder.answer(HttpResponseStatus.ACCEPTED, Replies.NOTHING, Map.of());
        } else {
            String key = Long.toString(names.incrementAndGet());
            EventStream events = new EventStream("", limits, context.counters());
            open.put(
                    key,
                    new Open(
                            new RequestStream(responder, events, false),
                            frame.method().orElse("")));
            responder.whenGone(() -> {
                open.remove(key);
                session.cancel(key);
            });
            session.receive(frame, key);
        }
    }

    private Optional<RpcError> problem(Frame frame, HttpHeaders headers) {
        if (!frame.isRequest()) {
            return Optional.empty();
        }
        Document version = frame.document().at("params", "_meta").get(Modern.VERSION);
        if (version.isString() && !headers.getAll(McpEndpoint.REVISION).equals(List.of(version.text("")))) {
            return mismatch("The header [MCP-Protocol-Version] does not repeat what the body says");
        }
        Optional<RpcError> problem = Modern.problem(frame);
        return problem.isPresent()
                ? problem
                : mirror.problem(frame, headers::getAll).flatMap(ModernEndpoint::mismatch);
    }

    private static Optional<RpcError> mismatch(String what) {
        return Optional.of(new RpcError(RpcError.HEADER_MISMATCH, what));
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

    private void sweep() {
        try {
            session.sweep();
            open.values().forEach(request -> {
                request.stream().streamIfSlow(limits.stream().toNanos(), Map.of());
                request.stream().events().beat();
            });
        } catch (RuntimeException e) {
            // An exception would end the sweeping for good.
            log.error("Requests without a session could not be swept", e);
        }
    }

    @Override
    public void close() {
        session.close("the gateway stops");
    }
}
