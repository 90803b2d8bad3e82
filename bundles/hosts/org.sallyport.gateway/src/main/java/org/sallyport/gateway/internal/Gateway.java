package org.sallyport.gateway.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.http.HttpFront;
import org.sallyport.gateway.internal.http.McpEndpoint;
import org.sallyport.gateway.internal.interceptor.InterceptorUpstream;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.session.Counters;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;
import org.sallyport.gateway.internal.stdio.StdioClients;
import org.sallyport.gateway.internal.upstream.NegotiatedUpstream;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.policy.PolicyEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway without OSGi: its threads, its two ways in, and what they share. Thread-safe. */
final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final int PARSERS = 2;

    /** Of the room for all messages, the part that is kept beside it for small ones. */
    private static final int FOR_SMALL = 16;

    private static final int MAX_UNPARSED = 256;

    private final Counters counters = new Counters();
    private final Room room;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor parsers;
    private final Supplier<List<Upstream>> upstreams;
    private final McpEndpoint endpoint;
    private @Nullable McpEndpoint interceptors;
    private final StdioClients stdio;
    private final @Nullable HttpFront front;
    private final String problem;

    /**
     * Begins to serve.
     *
     * @param loops the threads of its connections; stay open when it is closed
     * @param room for the messages that are on their way; the servers' too
     * @param upstreams the servers that are configured; the same list until {@link #upstreamsChanged}
     * @param authentication who knows tokens; {@code null} while nobody does
     * @param version for clients that see several servers as one
     * @param listen whether ports are opened at all
     */
    Gateway(
            GatewaySettings settings,
            PolicyEngine engine,
            EventLoops loops,
            Room room,
            Supplier<List<Upstream>> upstreams,
            Supplier<@Nullable Authentication> authentication,
            String version,
            boolean listen) {
        this.upstreams = upstreams;
        room.most(settings.http().bodies(), settings.http().bodies() / FOR_SMALL);
        this.room = room;
        this.timer = new ScheduledThreadPoolExecutor(1, daemon("sallyport-gateway-timer"));
        timer.setRemoveOnCancelPolicy(true);
        this.parsers = new ThreadPoolExecutor(
                PARSERS,
                PARSERS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_UNPARSED),
                daemon("sallyport-gateway-parser"));
        parsers.allowCoreThreadTimeOut(true);
        SessionContext context = new SessionContext(
                Optional.of(engine), upstreams, timer, settings.names(), settings.session(), counters, room, version);
        this.endpoint = new McpEndpoint(context, settings.http(), parsers);
        Map<String, McpEndpoint> served = new HashMap<>(Map.of(HttpFront.PATH, endpoint));
        if (settings.interceptors()) {
            this.interceptors = new McpEndpoint(
                    context.over(new NegotiatedUpstream(new InterceptorUpstream(engine, version), Era.LEGACY)),
                    settings.http(),
                    parsers);
            served.put(HttpFront.INTERCEPTORS, interceptors);
        }
        this.stdio = new StdioClients(context, settings.http().body());
        HttpFront opened = null;
        String failure = listen && settings.port() >= 0 ? "" : "HTTP is switched off";
        if (failure.isEmpty()) {
            try {
                opened = new HttpFront(
                        settings.address(),
                        settings.http(),
                        settings.access(),
                        authentication,
                        counters,
                        room,
                        served,
                        loops);
                log.info("MCP clients are served at {}", opened.url());
            } catch (IOException e) {
                failure = String.valueOf(e.getMessage());
                log.error(
                        "MCP clients are not served by HTTP: {}. Set [port] of [{}] to a free one, or end who has it",
                        failure,
                        GatewayConfig.PID);
            }
        }
        this.front = opened;
        this.problem = failure;
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Other servers are configured now, or the same ones otherwise: all sessions follow. */
    void upstreamsChanged() {
        endpoint.upstreamsChanged();
        stdio.sessions().forEach(Session::upstreamsChanged);
    }

    /** The port of the HTTP side; -1 if there is none. */
    int port() {
        return front == null ? -1 : front.port();
    }

    /** Serves one client by streams. */
    CompletionStage<Void> serve(InputStream in, OutputStream out) {
        return stdio.serve(in, out);
    }

    /** What is going on. */
    GatewayStatus status() {
        return GatewayStatus.of(
                port(),
                problem,
                upstreams.get(),
                endpoint.legacy(),
                stdio.sessions(),
                front == null ? 0 : front.connections(),
                room.taken(),
                counters);
    }

    @Override
    public void close() {
        stdio.close();
        endpoint.close();
        if (interceptors != null) {
            interceptors.close();
        }
        if (front != null) {
            front.close();
        }
        timer.shutdownNow();
        parsers.shutdownNow();
    }
}
