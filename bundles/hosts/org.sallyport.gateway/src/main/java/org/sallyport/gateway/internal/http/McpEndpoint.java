package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.sallyport.gateway.internal.rpc.Envelope;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RefusedException;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;

/** Reads what is POSTed and hands each request to the endpoint of the era in which it speaks. Thread-safe. */
public final class McpEndpoint implements Endpoint, AutoCloseable {
    static final String REVISION = "mcp-protocol-version";

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final int LARGE = 64 * 1024;

    private final SessionContext context;
    private final Executor parser;
    private final LegacyEndpoint legacy;
    private final ModernEndpoint modern;

    /** @param parser reads large bodies, so that the connections' threads need not */
    public McpEndpoint(SessionContext context, HttpLimits limits, Executor parser) {
        this.context = context;
        this.parser = parser;
        this.legacy = new LegacyEndpoint(context, limits);
        this.modern = new ModernEndpoint(context, limits);
    }

    @Override
    public void serve(Request request, Responder responder) {
        boolean sessions = !isModern(request.headers());
        if (request.method().equals(HttpMethod.POST)) {
            post(request, responder);
        } else if (request.method().equals(HttpMethod.GET) && sessions) {
            legacy.get(request, responder);
        } else if (request.method().equals(HttpMethod.DELETE) && sessions) {
            legacy.delete(request, responder);
        } else {
            String allowed = sessions ? "GET, POST, DELETE" : "POST";
            Replies.refuse(
                    responder,
                    HttpResponseStatus.METHOD_NOT_ALLOWED,
                    RpcError.INVALID_REQUEST,
                    "Only [" + allowed + "] is served here",
                    Map.of("allow", allowed));
        }
    }

    private static boolean isModern(HttpHeaders headers) {
        return headers.contains(REVISION, Modern.REVISION, false);
    }

    private void post(Request request, Responder responder) {
        HttpHeaders headers = request.headers();
        if (!Door.bringsJson(headers)) {
            refuse(responder, HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "The [Content-Type] has to be [" + JSON + "]");
        } else if (!Door.accepts(headers, JSON) || !Door.accepts(headers, EVENTS)) {
            refuse(
                    responder,
                    HttpResponseStatus.NOT_ACCEPTABLE,
                    "The header [Accept] has to list both [" + JSON + "] and [" + EVENTS + "]");
        } else if (request.body().length <= LARGE) {
            parse(request, responder);
        } else {
            try {
                parser.execute(() -> parse(request, responder));
            } catch (RejectedExecutionException e) {
                refuse(responder, HttpResponseStatus.SERVICE_UNAVAILABLE, "Too many large messages; try again later");
            }
        }
    }

    private void parse(Request request, Responder responder) {
        try {
            Frame frame = Envelope.read(request.body());
            if (isModern(request.headers()) || Era.of(frame) == Era.MODERN) {
                modern.take(frame, request, responder);
            } else {
                legacy.take(frame, request, responder);
            }
        } catch (RefusedException e) {
            context.counters().refused.increment();
            responder.answer(HttpResponseStatus.BAD_REQUEST, e.answer().bytes(), Map.of());
        } finally {
            request.taken().run();
        }
    }

    private void refuse(Responder responder, HttpResponseStatus status, String message) {
        context.counters().refused.increment();
        Replies.refuse(responder, status, RpcError.INVALID_REQUEST, message);
    }

    /** Other servers are configured now, or the same ones otherwise: all sessions follow. */
    public void upstreamsChanged() {
        modern.upstreamsChanged();
        legacy.sessions().forEach(Session::upstreamsChanged);
    }

    /** The side of clients with a session. */
    public LegacyEndpoint legacy() {
        return legacy;
    }

    @Override
    public void close() {
        legacy.close();
        modern.close();
    }
}
