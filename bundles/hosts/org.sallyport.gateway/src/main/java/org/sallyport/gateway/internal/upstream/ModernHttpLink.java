package org.sallyport.gateway.internal.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Mirror;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * A conversation in the modern era: every request is an exchange of its own, with headers that repeat its body as it is
 * sent; ending the exchange cancels the request. There is nothing to begin, to lose or to take up again.
 *
 * <p>Which arguments of a tool stand in headers is known from its schema. A call of a tool that was never listed waits
 * until the tools have been listed; one that the server refuses because its headers are wrong is sent once more after
 * they were listed anew.
 */
final class ModernHttpLink extends HttpLink {
    /** Most pages of a list of tools that are read to find a schema. */
    private static final int MAX_PAGES = 64;

    private final Upstream.Inbox inbox;
    private final Mirror mirror;
    private final List<Runnable> waiting = new ArrayList<>();
    private final Set<String> repeated = new HashSet<>();
    /** The id of the list that is awaited, as JSON text; empty if none is. */
    private String listing = "";

    private long listings;
    private int pages;

    ModernHttpLink(HttpUpstream upstream, EventLoop loop, Upstream.Inbox inbox, Mirror mirror) {
        super(upstream, loop, inbox);
        this.inbox = inbox;
        this.mirror = mirror;
    }

    @Override
    void transmit(Frame frame, CompletableFuture<Void> handed) {
        if (!frame.isRequest()) {
            // Of what a client may send besides requests, only this has a form in HTTP.
            if (frame.method().orElse("").equals("notifications/cancelled")) {
                cancel(Wire.key(frame.document().at("params", "requestId")));
            }
            handed.complete(null);
        } else if (mirror.knows(frame)) {
            call(frame).send(handed);
        } else {
            handed.complete(null);
            PostCall call = call(frame);
            afterListing(frame, () -> send(call));
        }
    }

    private void send(PostCall call) {
        if (!call.isOver()) {
            call.send(new CompletableFuture<>());
        }
    }

    private void cancel(String id) {
        PostCall call = take(id);
        repeated.remove(id);
        if (call != null) {
            call.abort();
        }
    }

    @Override
    FullHttpRequest request(Frame frame) {
        FullHttpRequest request = super.request(frame);
        request.headers()
                .set(
                        VERSION,
                        frame.document()
                                .at("params", "_meta")
                                .get(Modern.VERSION)
                                .text(Modern.REVISION));
        mirror.headers(frame).forEach(request.headers()::set);
        return request;
    }

    @Override
    boolean resumes() {
        return false;
    }

    @Override
    void answered(PostCall call, Frame answer, String about) {
        Frame asked = call.frame();
        String method = asked.method().orElse("");
        if (method.equals("tools/list")) {
            mirror.learn(answer.document().get("result"));
        }
        if (call.id().equals(listing)) {
            listed(asked, answer.document().at("result", "nextCursor"));
        } else if (answer.document().at("error", "code").asLong(0) == RpcError.HEADER_MISMATCH
                && method.equals("tools/call")
                && repeated.add(call.id())) {
            PostCall again = call(asked);
            afterListing(asked, () -> send(again));
        } else {
            repeated.remove(call.id());
            inbox.received(answer, about);
        }
    }

    @Override
    void failed(PostCall call, UpstreamException cause) {
        if (call.id().equals(listing)) {
            listed(call.frame(), Document.NULL);
        } else {
            repeated.remove(call.id());
            super.failed(call, cause);
        }
    }

    /** Does something once all tools were listed, on behalf of the client that sent a request. */
    private void afterListing(Frame request, Runnable then) {
        waiting.add(then);
        if (listing.isEmpty()) {
            Document meta = request.document().at("params", "_meta");
            pages = 0;
            list(Document.object(
                    "_meta",
                    Document.object(Modern.VERSION, meta.get(Modern.VERSION))
                            .with(Modern.CAPABILITIES, meta.get(Modern.CAPABILITIES))));
        }
    }

    private void list(Document params) {
        Frame request = Frames.request(Document.of("sallyport-" + ++listings), "tools/list", params);
        listing = Wire.key(request.id());
        call(request).send(new CompletableFuture<>());
    }

    /** A page came. What cannot be learned is not waited for: the server says what it misses. */
    private void listed(Frame asked, Document next) {
        if (next.isString() && ++pages < MAX_PAGES) {
            list(asked.document().get("params").with("cursor", next));
            return;
        }
        listing = "";
        List<Runnable> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(Runnable::run);
    }
}
