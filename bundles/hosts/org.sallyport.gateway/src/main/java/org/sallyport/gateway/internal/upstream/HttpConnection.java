package org.sallyport.gateway.internal.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One connection, with at most one request on its way. Used on its event loop alone. */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final long DEFAULT_IDLE_NANOS = 4_000_000_000L;

    private final HttpConnections home;
    private @Nullable Channel channel;
    private @Nullable HttpReply reply;
    private boolean keepAlive;
    private boolean touched;
    private boolean aborted;
    private int requests;
    private long idleNanos = DEFAULT_IDLE_NANOS;
    private long idleSince;

    HttpConnection(HttpConnections home) {
        this.home = home;
    }

    /** Sends a request; {@code handed} completes when it was written. */
    void request(FullHttpRequest request, HttpReply taker, CompletableFuture<Void> handed) {
        Channel open = channel;
        if (aborted) {
            // It was given up while it was being connected.
            request.release();
            handed.complete(null);
            close();
            return;
        }
        if (open == null || !open.isActive()) {
            request.release();
            handed.complete(null);
            taker.broken(new ClosedChannelException(), requests > 0);
            return;
        }
        reply = taker;
        touched = false;
        requests++;
        open.writeAndFlush(request).addListener(written -> {
            handed.complete(null);
            if (!written.isSuccess()) {
                failed(written.cause());
                open.close();
            }
        });
    }

    /** Ends the connection; its reply is told nothing more. */
    void abort() {
        aborted = true;
        reply = null;
        close();
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    boolean usable(long now) {
        return channel != null && channel.isActive() && now - idleSince < idleNanos;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpObject part) {
                part(ctx, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void part(ChannelHandlerContext ctx, HttpObject part) {
        DecoderResult decoded = part.decoderResult();
        HttpReply taker = reply;
        if (decoded.isFailure() || taker == null) {
            // An answer that nobody asked for, or none that can be read: nothing on this connection can be trusted.
            failed(decoded.isFailure() ? decoded.cause() : new IllegalStateException("an answer without a request"));
            ctx.close();
            return;
        }
        touched = true;
        if (part instanceof HttpResponse head) {
            if (head.status().code() / 100 == 1) {
                return;
            }
            keepAlive = keepsAlive(head);
            taker.head(head.status().code(), head.headers());
        }
        if (part instanceof HttpContent content && reply == taker) {
            if (content.content().isReadable()) {
                taker.content(content.content());
            }
            if (part instanceof LastHttpContent && reply == taker) {
                reply = null;
                if (keepAlive && ctx.channel().isActive()) {
                    idleSince = System.nanoTime();
                    home.idle(this, ctx.channel().eventLoop());
                } else {
                    ctx.close();
                }
                taker.end();
            }
        }
    }

    private boolean keepsAlive(HttpResponse head) {
        String limits = head.headers().get("keep-alive");
        if (limits != null) {
            int at = limits.indexOf("timeout=");
            int end = at + 8;
            while (at >= 0 && end < limits.length() && Character.isDigit(limits.charAt(end)) && end - at < 14) {
                end++;
            }
            if (at >= 0 && end > at + 8) {
                // A second less than the server says: it counts from when it sent, and closes without asking.
                idleNanos = (Long.parseLong(limits.substring(at + 8, end)) - 1) * 1_000_000_000L;
            }
        }
        return HttpUtil.isKeepAlive(head) && ((HttpMessage) head).headers().get(HttpHeaderNames.UPGRADE) == null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        home.closed(this, ctx.channel().eventLoop());
        failed(new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(cause);
        ctx.close();
    }

    private void failed(Throwable cause) {
        HttpReply taker = reply;
        reply = null;
        if (taker != null) {
            taker.broken(cause, !touched && requests > 1);
        }
    }
}
