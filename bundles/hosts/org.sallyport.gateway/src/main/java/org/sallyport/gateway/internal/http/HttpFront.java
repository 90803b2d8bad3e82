package org.sallyport.gateway.internal.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.Counters;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, and hands whole requests of those who may come in to the endpoint at their path. */
public final class HttpFront implements AutoCloseable {
    /** Where MCP is served. */
    public static final String PATH = "/mcp";

    /** Where plugins are served as interceptors, if they are. */
    public static final String INTERCEPTORS = "/interceptors";

    private static final Logger log = LoggerFactory.getLogger(HttpFront.class);
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 32 * 1024;
    private static final int CHUNK = 64 * 1024;
    private static final int CLOSE_SECONDS = 5;
    private static final int RENEWAL_SECONDS = 60;
    private static final String RETRY_SECONDS = "5";
    private static final CompletableFuture<Finding> ANYBODY =
            CompletableFuture.completedFuture(new Finding.Known(Caller.ANYBODY));

    private final HttpLimits limits;
    private final Counters counters;
    private final Map<String, Endpoint> endpoints;
    private final Room room;
    private final Map<HttpConnection, Channel> connections = new ConcurrentHashMap<>();
    private final EventLoops loops;
    private final Door door;
    private final @Nullable Tls tls;
    private final Future<?> sweeper;
    private final Channel server;
    private final String url;
    private java.util.concurrent.@Nullable Future<?> renewal;
    private final Bearer bearer;

    /**
     * Begins to listen.
     *
     * @param address port 0 takes any that is free
     * @param access who may come in
     * @param authentication who knows tokens; {@code null} while nobody does
     * @param room for the messages that are on their way
     * @param endpoints who understands requests, by path
     * @param loops the threads of its connections
     * @throws IOException if the port cannot be had, or the certificate not be used
     */
    public HttpFront(
            InetSocketAddress address,
            HttpLimits limits,
            HttpAccess access,
            Supplier<@Nullable Authentication> authentication,
            Counters counters,
            Room room,
            Map<String, ? extends Endpoint> endpoints,
            EventLoops loops)
            throws IOException {
        this.limits = limits;
        this.counters = counters;
        this.endpoints = Map.copyOf(endpoints);
        this.room = room;
        this.loops = loops;
        this.door = new Door(access);
        this.tls = access.tls().isPresent() ? new Tls(access.tls().get()) : null;
        this.server = bind(address);
        this.url = (tls == null ? "http://" : "https://") + authority(address) + PATH;
        this.bearer = new Bearer(
                access.required(), access.publicUrl().map(URI::toString).orElse(url), authentication);
        this.sweeper = loops.group().next().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
        if (tls != null) {
            renewal = loops.timer()
                    .scheduleWithFixedDelay(tls::refresh, RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private Channel bind(InetSocketAddress address) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.handler(channel));
                        }
                        channel.pipeline()
                                .addLast(new HttpServerCodec(MAX_LINE, MAX_HEADERS, CHUNK))
                                .addLast(new HttpConnection(HttpFront.this));
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "Cannot listen on [" + address + "]: " + bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    private String authority(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port();
    }

    /** Where it listens, as a client would call it. */
    public String url() {
        return url;
    }

    /** The port that was taken. */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Open connections. */
    public int connections() {
        return connections.size();
    }

    void opened(HttpConnection connection, Channel channel) {
        if (connections.size() >= limits.connections()) {
            counters.refused.increment();
            channel.close();
            return;
        }
        connections.put(connection, channel);
    }

    void closed(HttpConnection connection) {
        connections.remove(connection);
    }

    void broke(Throwable cause) {
        if (cause instanceof IOException
                || cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
            log.debug("A client's connection broke: {}", cause.getMessage());
        } else {
            log.error("A connection was closed after a fault of the gateway", cause);
        }
    }

    /** Whose a request is whose body was not read yet; what is nobody's in particular is anybody's. Never fails. */
    CompletableFuture<Finding> identify(HttpRequest request) {
        return bearer.isRequired() && !bearer.isMetadata(request.uri()) && door.isOpen(request.headers())
                ? bearer.check(request.headers())
                : ANYBODY;
    }

    /** The header by which a client learns how to be let in. */
    Map<String, String> challenge(Finding.Refused refused) {
        return Map.of("www-authenticate", bearer.challenge(refused));
    }

    static HttpResponseStatus status(Finding.Refused refused) {
        return refused.error().equals(Finding.Refused.INSUFFICIENT_SCOPE)
                ? HttpResponseStatus.FORBIDDEN
                : HttpResponseStatus.UNAUTHORIZED;
    }

    void serve(Request request, CompletableFuture<Finding> caller, Responder responder) {
        if (!door.isOpen(request.headers())) {
            counters.refused.increment();
            Replies.refuse(
                    responder,
                    HttpResponseStatus.FORBIDDEN,
                    RpcError.BLOCKED,
                    "[Host] and [Origin] have to name this machine, or what [hosts], [origins] and [public.url] of the"
                            + " gateway name");
        } else if (bearer.isMetadata(request.path())) {
            responder.answer(HttpResponseStatus.OK, bearer.metadata(), Map.of("cache-control", "max-age=300"));
        } else if (!endpoints.containsKey(request.path())) {
            counters.refused.increment();
            Replies.refuse(
                    responder,
                    HttpResponseStatus.NOT_FOUND,
                    RpcError.INVALID_REQUEST,
                    "Nothing is here; MCP is served at [" + PATH + "]");
        } else {
            Finding now = caller.getNow(null);
            if (now != null) {
                serve(request, now, responder);
            } else {
                caller.thenAccept(finding -> responder.execute(() -> serve(request, finding, responder)));
            }
        }
    }

    private void serve(Request request, Finding finding, Responder responder) {
        if (finding instanceof Finding.Known known) {
            java.util.Objects.requireNonNull(endpoints.get(request.path()))
                    .serve(request.by(known.caller()), responder);
        } else if (finding instanceof Finding.Refused refused) {
            counters.refused.increment();
            Replies.refuse(responder, status(refused), RpcError.BLOCKED, refused.why(), challenge(refused));
        } else if (finding instanceof Finding.Unavailable unavailable) {
            counters.refused.increment();
            Replies.refuse(
                    responder,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    RpcError.BLOCKED,
                    unavailable.why(),
                    Map.of("retry-after", RETRY_SECONDS));
        }
    }

    HttpLimits limits() {
        return limits;
    }

    Room room() {
        return room;
    }

    Counters counters() {
        return counters;
    }

    private void sweep() {
        connections.forEach((connection, channel) -> channel.eventLoop().execute(connection::sweep));
    }

    /** Ends all connections. */
    @Override
    public void close() {
        sweeper.cancel(false);
        if (renewal != null) {
            renewal.cancel(false);
        }
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        List<ChannelFuture> closing =
                connections.values().stream().map(Channel::close).toList();
        closing.forEach(last -> last.awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
    }
}
