package org.sallyport.gateway.internal.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The keep-alive connections of one upstream. A connection belongs to an event loop and is used on it alone, so a link
 * sees one thread; the last one that became idle is used first. Thread-safe.
 */
final class HttpConnections implements AutoCloseable {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 64 * 1024;
    private static final int CHUNK = 64 * 1024;
    private static final int MAX_IDLE = 256;

    private final String host;
    private final int port;
    private final int most;
    private final long connectMillis;
    private final @Nullable SslContext tls;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<EventLoop, ArrayDeque<HttpConnection>> idle = new ConcurrentHashMap<>();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    HttpConnections(URI url, UpstreamSettings settings) {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        // A literal IPv6 address stands in brackets in a URL, and without them in a socket address.
        host = url.getHost().replaceAll("^\\[|]$", "");
        port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        most = settings.maxConnections();
        connectMillis = settings.connectTimeout().toMillis();
        try {
            tls = secure
                    ? SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build()
                    : null;
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "Server [" + settings.name() + "]: TLS cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Sends a request on an idle or a new connection. Called on the loop.
     *
     * @param started told which connection it goes over, so that it can be aborted
     * @param handed completes when the request was written or cannot be
     */
    void request(
            EventLoop loop,
            FullHttpRequest request,
            HttpReply reply,
            Consumer<HttpConnection> started,
            CompletableFuture<Void> handed) {
        ArrayDeque<HttpConnection> waiting = idle.get(loop);
        long now = System.nanoTime();
        for (HttpConnection next = poll(waiting); next != null; next = poll(waiting)) {
            if (next.usable(now)) {
                started.accept(next);
                next.request(request, reply, handed);
                return;
            }
            next.close();
        }
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            request.release();
            handed.complete(null);
            reply.broken(new IOException("all " + most + " connections are in use ('max.connections')"), false);
            return;
        }
        connect(loop, request, reply, started, handed);
    }

    private static @Nullable HttpConnection poll(@Nullable ArrayDeque<HttpConnection> waiting) {
        return waiting == null ? null : waiting.pollFirst();
    }

    private void connect(
            EventLoop loop,
            FullHttpRequest request,
            HttpReply reply,
            Consumer<HttpConnection> started,
            CompletableFuture<Void> handed) {
        HttpConnection connection = new HttpConnection(this);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectMillis)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            SslHandler handler = tls.newHandler(channel.alloc(), host, port);
                            handler.setHandshakeTimeout(connectMillis, TimeUnit.MILLISECONDS);
                            channel.pipeline().addLast(handler);
                        }
                        HttpDecoderConfig limits = new HttpDecoderConfig()
                                .setMaxInitialLineLength(MAX_LINE)
                                .setMaxHeaderSize(MAX_HEADERS)
                                .setMaxChunkSize(CHUNK);
                        channel.pipeline().addLast(new HttpClientCodec(limits, false, true), connection);
                        channels.add(channel);
                        channel.closeFuture().addListener(closed -> open.decrementAndGet());
                    }
                });
        started.accept(connection);
        bootstrap.connect(host, port).addListener(connected -> {
            if (connected.isSuccess()) {
                connection.request(request, reply, handed);
            } else {
                request.release();
                handed.complete(null);
                reply.broken(connected.cause(), false);
            }
        });
    }

    /** A connection can be used again. Called on its loop. */
    void idle(HttpConnection connection, EventLoop loop) {
        ArrayDeque<HttpConnection> waiting = idle.computeIfAbsent(loop, key -> new ArrayDeque<>());
        waiting.addFirst(connection);
        if (waiting.size() > MAX_IDLE) {
            waiting.pollLast().close();
        }
    }

    /** A connection is gone. Called on its loop. */
    void closed(HttpConnection connection, EventLoop loop) {
        ArrayDeque<HttpConnection> waiting = idle.get(loop);
        if (waiting != null) {
            waiting.remove(connection);
        }
    }

    @Override
    public void close() {
        channels.close();
    }
}
