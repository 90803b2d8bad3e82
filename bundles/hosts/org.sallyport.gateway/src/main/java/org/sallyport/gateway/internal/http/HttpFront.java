package org.sallyport.gateway.internal.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on loopback and hands whole requests of local clients to the endpoint at {@value #PATH}. */
public final class HttpFront implements AutoCloseable {
    /** Where MCP is served. */
    public static final String PATH = "/mcp";

    private static final Logger log = LoggerFactory.getLogger(HttpFront.class);
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 32 * 1024;
    private static final int CHUNK = 64 * 1024;
    private static final int CLOSE_SECONDS = 5;

    private final HttpLimits limits;
    private final Counters counters;
    private final Endpoint endpoint;
    private final AtomicLong budget;
    private final Map<HttpConnection, Channel> connections = new ConcurrentHashMap<>();
    private final EventLoops loops;
    private final Future<?> sweeper;
    private final Channel server;

    /**
     * Begins to listen.
     *
     * @param address on loopback; port 0 takes any that is free
     * @param loops the threads of its connections
     * @throws IOException if the port cannot be had
     */
    public HttpFront(
            InetSocketAddress address, HttpLimits limits, Counters counters, Endpoint endpoint, EventLoops loops)
            throws IOException {
        this.limits = limits;
        this.counters = counters;
        this.endpoint = endpoint;
        this.budget = new AtomicLong(limits.bodies());
        this.loops = loops;
        this.server = bind(address);
        this.sweeper = loops.group().next().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
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
        if (cause instanceof IOException) {
            log.debug("A client's connection broke: {}", cause.getMessage());
        } else {
            log.error("A connection was closed after a fault of the gateway", cause);
        }
    }

    void serve(Request request, Responder responder) {
        if (!Door.isOpen(request.headers())) {
            counters.refused.increment();
            Replies.refuse(
                    responder,
                    HttpResponseStatus.FORBIDDEN,
                    RpcError.BLOCKED,
                    "Only clients on this machine are served: [Host] and [Origin] have to name localhost");
        } else if (!request.path().equals(PATH)) {
            counters.refused.increment();
            Replies.refuse(
                    responder,
                    HttpResponseStatus.NOT_FOUND,
                    RpcError.INVALID_REQUEST,
                    "Nothing is here; MCP is served at [" + PATH + "]");
        } else {
            endpoint.serve(request, responder);
        }
    }

    HttpLimits limits() {
        return limits;
    }

    AtomicLong budget() {
        return budget;
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
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        List<ChannelFuture> closing =
                connections.values().stream().map(Channel::close).toList();
        closing.forEach(last -> last.awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
    }
}
