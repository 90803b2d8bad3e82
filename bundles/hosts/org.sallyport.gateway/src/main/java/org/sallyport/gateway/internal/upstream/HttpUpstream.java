package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Mirror;
import org.sallyport.gateway.internal.rpc.Room;

/**
 * A server that speaks Streamable HTTP (MCP 2025-03-26 to 2026-07-28). Thread-safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">Transports</a>
 */
final class HttpUpstream implements Upstream {
    private static final int CLOSE_MILLIS = 2_000;

    private final UpstreamSettings settings;
    private final EventLoops loops;
    private final Room room;
    private final HttpConnections connections;
    private final String target;
    private final String hostHeader;
    private final Mirror mirror = new Mirror();
    private final Set<HttpLink> links = ConcurrentHashMap.newKeySet();

    HttpUpstream(UpstreamSettings settings, EventLoops loops, Room room) {
        this.settings = settings;
        this.loops = loops;
        this.room = room;
        URI url = settings.url().orElseThrow();
        connections = new HttpConnections(url, settings);
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        hostHeader = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        HttpLink link = era == Era.MODERN
                ? new ModernHttpLink(this, loops.near(), inbox, mirror)
                : new HttpLink(this, loops.near(), inbox);
        links.add(link);
        return link;
    }

    @Override
    public void close() {
        CompletableFuture<?>[] ends = links.stream().map(HttpLink::end).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // A server that cannot be told that a session is over finds out by itself.
        }
        connections.close();
    }

    UpstreamSettings settings() {
        return settings;
    }

    /** For what it sends. */
    Room room() {
        return room;
    }

    HttpConnections connections() {
        return connections;
    }

    void forget(HttpLink link) {
        links.remove(link);
    }

    /** A request with what all have in common. */
    FullHttpRequest request(HttpMethod method, byte[] body) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        headers.set(HttpHeaderNames.HOST, hostHeader);
        settings.headers().forEach(headers::set);
        if (body.length > 0) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                method,
                target,
                body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                headers,
                DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders());
    }

    /** Nothing of a URL but this is shown: its query may hold a key. */
    String place() {
        return settings.url().orElseThrow().getScheme() + "://" + hostHeader;
    }
}
