package org.sallyport.gateway.internal.upstream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;

/** A server in this process that does with each frame what the test says, on the sender's thread. */
final class FakeServer implements Upstream {
    final List<Line> lines = new CopyOnWriteArrayList<>();
    final AtomicInteger prepares = new AtomicInteger();
    private final BiConsumer<Line, Frame> script;

    FakeServer(BiConsumer<Line, Frame> script) {
        this.script = script;
    }

    @Override
    public String name() {
        return "srv";
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        Line line = new Line(era, inbox);
        lines.add(line);
        return line;
    }

    @Override
    public void prepare() {
        prepares.incrementAndGet();
    }

    @Override
    public void close() {
        lines.forEach(Line::close);
    }

    final class Line implements Link {
        final Era era;
        final Inbox inbox;
        final List<Frame> sent = new CopyOnWriteArrayList<>();
        volatile boolean closed;

        Line(Era era, Inbox inbox) {
            this.era = era;
            this.inbox = inbox;
        }

        @Override
        public CompletionStage<Void> send(Frame frame) {
            sent.add(frame);
            script.accept(this, frame);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            closed = true;
        }

        /** The server forgets the session. */
        void lose() {
            inbox.lost(new UpstreamException("Server [srv] ended"));
        }

        void say(String json) {
            inbox.received(Given.frame(json), "");
        }

        /** Answers a request; {@code more} is a result or an error. */
        void answer(Frame request, String more) {
            Frame frame =
                    Given.frame("{'jsonrpc':'2.0','id':" + request.id().toJson().replace('"', '\'') + "," + more + "}");
            inbox.received(frame, request.id().toJson());
        }

        /** The frames of a method. */
        List<Frame> of(String method) {
            return sent.stream()
                    .filter(frame -> frame.method().orElse("").equals(method))
                    .toList();
        }
    }
}
