package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Mirror;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.SessionContext;
import org.sallyport.spi.auth.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streamable HTTP as revision 2026-07-28 has it: each POST is an exchange of its own with a JSON or event-stream answer. Nobody has a
 * session; but what the gateway holds at a server for one caller is never used for another. Thread-safe.
 */
final class ModernEndpoint implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ModernEndpoint.class);

    private final SessionContext context;
    private final HttpLimits limits;
    private final Mirror mirror = new Mirror();
    private final Map<Who, ModernClients> clients = new ConcurrentHashMap<>();

    private record Who(String principal, String tenant) {
        static final Who ANYBODY = new Who("", "");

        static Who of(Caller caller) {
            return new Who(caller.principal(), caller.tenant());
        }
    }

    ModernEndpoint(SessionContext context, HttpLimits limits) {
        this.context = context;
        this.limits = limits;
        context.timer().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
    }

    void upstreamsChanged() {
        clients.values().forEach(ModernClients::upstreamsChanged);
    }

    void take(Frame frame, Request request, Responder responder) {
        Optional<RpcError> problem = problem(frame, request.headers());
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
            ModernClients mine = of(request.caller());
            if (mine == null) {
                context.counters().refused.increment();
                Replies.refuse(
                        responder,
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        RpcError.BLOCKED,
                        "Too many callers are served at one time; try again later");
            } else {
                mine.request(frame, request.caller(), responder);
            }
        }
    }

    /** Those that are one caller; {@code null} if there are too many callers. */
    private @Nullable ModernClients of(Caller caller) {
        Who who = Who.of(caller);
        if (!clients.containsKey(who) && clients.size() >= limits.sessions()) {
            sweepIdle(0);
            if (clients.size() >= limits.sessions()) {
                return null;
            }
        }
        return clients.compute(who, (key, known) -> {
            ModernClients one = known != null
                    ? known
                    : new ModernClients(
                            caller,
                            key.equals(Who.ANYBODY) ? context.forMany(limits.connections()) : context,
                            limits,
                            mirror);
            one.session().touch();
            return one;
        });
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

    private void sweep() {
        try {
            clients.values().forEach(ModernClients::sweep);
            sweepIdle(limits.sessionIdle().toNanos());
        } catch (RuntimeException e) {
            // An exception would end the sweeping for good.
            log.error("Requests without a session could not be swept", e);
        }
    }

    /** Forgets callers who have nothing under way and were not heard of for some time. */
    private void sweepIdle(long nanos) {
        for (Map.Entry<Who, ModernClients> entry : clients.entrySet()) {
            ModernClients idle = entry.getValue();
            boolean[] gone = {false};
            clients.computeIfPresent(entry.getKey(), (who, now) -> {
                gone[0] = now == idle
                        && !who.equals(Who.ANYBODY)
                        && now.session().underWay() == 0
                        && now.session().idleNanos() > Math.max(nanos, TimeUnit.SECONDS.toNanos(1));
                return gone[0] ? null : now;
            });
            if (gone[0]) {
                idle.session().close("its caller was not heard of for some time");
            }
        }
    }

    @Override
    public void close() {
        clients.values().forEach(all -> all.session().close("the gateway stops"));
    }
}
