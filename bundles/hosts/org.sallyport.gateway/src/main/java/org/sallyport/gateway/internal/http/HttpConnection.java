package org.sallyport.gateway.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Intake;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;

/**
 * One connection: reads one request at a time and writes its answer; requests that a client sends ahead wait, so answers
 * keep their order. All methods but those of the responder run on the connection's thread.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    /** Parts of later requests that are kept before the socket is not read any further. */
    private static final int MAX_AHEAD = 32;

    /** Bytes of a refused body that are read and thrown away, so that the client sees the answer. */
    private static final long MAX_DISCARD = 256L << 20;

    /** What is shorter is bounded by what the connection takes before it is full. */
    private static final int SMALL = 64 * 1024;

    private enum State {
        IDLE,
        READING,
        ANSWERING,
        DISCARDING
    }

    private final HttpFront front;
    private final ArrayDeque<HttpObject> ahead = new ArrayDeque<>(0);
    private @Nullable ChannelHandlerContext context;
    private @Nullable HttpRequest head;
    private @Nullable Intake body;
    private @Nullable CompletableFuture<Finding> caller;
    private @Nullable Answer answer;
    private State state = State.IDLE;
    private boolean keepAlive = true;
    private boolean draining;
    private long discarded;

    /** When the state changed; read by the sweeper. */
    private volatile long since = System.nanoTime();

    HttpConnection(HttpFront front) {
        this.front = front;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        front.opened(this, context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.ANSWERING || !ahead.isEmpty() || isClogged()) {
            ahead.add((HttpObject) message);
            if (ahead.size() >= MAX_AHEAD) {
                context.channel().config().setAutoRead(false);
            }
            return;
        }
        read((HttpObject) message);
    }

    private void read(HttpObject message) {
        try {
            if (message.decoderResult().isFailure()) {
                badRequest(message);
            } else if (message instanceof HttpRequest request) {
                begin(request);
            }
            if (message instanceof HttpContent content) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        head = request;
        release();
        body = new Intake(front.room(), front.limits().body(), HttpUtil.getContentLength(request, -1L));
        keepAlive = HttpUtil.isKeepAlive(request);
        caller = front.identify(request);
        move(State.READING);
        if (caller.getNow(null) instanceof Finding.Refused nobody) {
            // Before its body is read, which is not everybody's to send.
            refuse(HttpFront.status(nobody), RpcError.BLOCKED, nobody.why(), front.challenge(nobody));
        } else if (HttpUtil.getContentLength(request, 0L) > front.limits().body()) {
            tooLarge();
        } else if (HttpUtil.is100ContinueExpected(request)) {
            context.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void content(HttpContent content) {
        if (state == State.DISCARDING) {
            discarded += content.content().readableBytes();
            if (content instanceof LastHttpContent || discarded > MAX_DISCARD) {
                context.close();
            }
            return;
        } else if (state != State.READING) {
            return;
        }
        switch (body.add(content.content())) {
            case TOO_LONG -> tooLarge();
            case NO_ROOM ->
                refuse(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        RpcError.BLOCKED,
                        "There is no room for the message: " + front.room().full());
            case YES -> {
                if (content instanceof LastHttpContent) {
                    complete();
                }
            }
        }
    }

    private void complete() {
        HttpRequest request = head;
        Answer responder = new Answer();
        answer = responder;
        move(State.ANSWERING);
        String target = request.uri();
        int query = target.indexOf('?');
        Request whole = new Request(
                request.method(),
                query < 0 ? target : target.substring(0, query),
                request.headers(),
                body.take(),
                Caller.ANYBODY,
                body::release);
        front.serve(whole, caller, responder);
    }

    private void tooLarge() {
        refuse(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                RpcError.INVALID_REQUEST,
                "The message is larger than the limit of [" + front.limits().body() + "] bytes");
    }

    private void badRequest(HttpObject message) {
        String cause = String.valueOf(message.decoderResult().cause().getMessage());
        refuse(HttpResponseStatus.BAD_REQUEST, RpcError.INVALID_REQUEST, "The request is no HTTP: " + cause);
    }

    private void refuse(HttpResponseStatus status, int code, String message) {
        refuse(status, code, message, Map.of());
    }

    /** Answers at once and closes after what is still on its way was read: else the client might not see the answer. */
    private void refuse(HttpResponseStatus status, int code, String message, Map<String, String> headers) {
        front.counters().refused.increment();
        release();
        keepAlive = false;
        Answer refusal = new Answer();
        answer = refusal;
        state = State.DISCARDING;
        since = System.nanoTime();
        Replies.refuse(refusal, status, code, message, headers);
    }

    private void move(State next) {
        state = next;
        since = System.nanoTime();
    }

    /** Gives back the place of the request. */
    private void release() {
        if (body != null) {
            body.clear();
        }
    }

    /** Keeps the place of what is written until the client's system took it. */
    private void hold(byte[] bytes, ChannelFuture written) {
        if (bytes.length > SMALL) {
            Room.Hold hold = front.room().hold(bytes.length);
            written.addListener(done -> hold.close());
        }
    }

    /** The answer is written: the next request may be read. */
    private void answered() {
        answer = null;
        release();
        if (state == State.DISCARDING) {
            return;
        }
        move(State.IDLE);
        drain();
    }

    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        while (state != State.ANSWERING && !ahead.isEmpty() && !isClogged()) {
            read(ahead.poll());
        }
        draining = false;
        if (ahead.isEmpty() && !context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(true);
        }
    }

    /** A client that sends requests and does not read the answers is not listened to until it does. */
    private boolean isClogged() {
        return state == State.IDLE && !context.channel().isWritable();
    }

    /** Ends a connection on which a request does not come to its end, or none comes. On the connection's thread. */
    void sweep() {
        long quiet = System.nanoTime() - since;
        Answer now = answer;
        if (now != null && Instant.now().isAfter(now.end)) {
            now.abort();
        }
        if (state == State.READING && quiet > front.limits().request().toNanos()) {
            refuse(HttpResponseStatus.REQUEST_TIMEOUT, RpcError.INVALID_REQUEST, "The request did not come in time");
            context.close();
        } else if (state == State.IDLE && quiet > front.limits().keepAlive().toNanos()
                || state == State.DISCARDING && quiet > front.limits().request().toNanos()) {
            context.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Answer now = answer;
        if (now != null && now.listener != null && context.channel().isWritable()) {
            now.listener.writable();
        } else if (context.channel().isWritable()) {
            drain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        front.closed(this);
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        release();
        Answer now = answer;
        answer = null;
        if (now != null && now.listener != null) {
            now.listener.gone();
        }
        if (now != null && now.whenGone != null) {
            now.whenGone.run();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        front.broke(cause);
        context.close();
    }

    /** The way to answer the request that was read last. */
    private final class Answer implements Responder {
        private @Nullable Listener listener;
        private @Nullable Runnable whenGone;
        private Instant end = Instant.MAX;

        @Override
        public void answer(HttpResponseStatus status, byte[] json, Map<String, String> headers) {
            DefaultFullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(json));
            if (json.length > 0) {
                response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            }
            headers.forEach(response.headers()::set);
            if (status.code() != 204) {
                response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, json.length);
            }
            execute(() -> {
                if (answer != this) {
                    response.release();
                    return;
                }
                boolean stay = keepAlive;
                if (!stay) {
                    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                }
                ChannelFuture written = context.writeAndFlush(response);
                hold(json, written);
                if (!stay && state != State.DISCARDING) {
                    written.addListener(ChannelFutureListener.CLOSE);
                }
                answered();
            });
        }

        @Override
        public void events(Map<String, String> headers, Listener events) {
            DefaultHttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, Replies.OK);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM);
            response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-cache, no-transform");
            response.headers().set("x-accel-buffering", "no");
            headers.forEach(response.headers()::set);
            HttpUtil.setTransferEncodingChunked(response, true);
            execute(() -> {
                if (answer != this) {
                    events.gone();
                    return;
                }
                listener = events;
                context.writeAndFlush(response);
                events.writable();
            });
        }

        @Override
        public boolean isWritable() {
            return answer == this && listener != null && context.channel().isWritable();
        }

        @Override
        public void write(byte[] bytes) {
            if (answer == this && listener != null) {
                hold(bytes, context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes))));
            }
        }

        @Override
        public void flush() {
            context.flush();
        }

        @Override
        public void whenGone(Runnable task) {
            execute(() -> {
                if (context.channel().isActive()) {
                    whenGone = task;
                } else {
                    task.run();
                }
            });
        }

        @Override
        public void end() {
            execute(() -> {
                if (answer != this) {
                    return;
                }
                listener = null;
                var written = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                if (!keepAlive) {
                    written.addListener(ChannelFutureListener.CLOSE);
                }
                answered();
            });
        }

        @Override
        public void abort() {
            execute(() -> {
                if (answer == this) {
                    context.close();
                }
            });
        }

        @Override
        public void abortAt(Instant end) {
            execute(() -> this.end = end);
        }

        @Override
        public void execute(Runnable task) {
            if (context.executor().inEventLoop()) {
                task.run();
            } else {
                context.executor().execute(task);
            }
        }
    }
}
