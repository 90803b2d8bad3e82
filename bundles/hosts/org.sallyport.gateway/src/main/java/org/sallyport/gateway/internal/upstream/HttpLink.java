package org.sallyport.gateway.internal.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation with an HTTP server. All its state belongs to one event loop, which also calls the inbox.
 *
 * <p>Requests go out side by side. A frame that follows a notification or an {@code initialize} waits until the server
 * has begun to answer that (at most {@value #GATE_MILLIS} ms): on two connections they could overtake one another.
 */
class HttpLink implements Upstream.Link {
    /** Most frames that wait for their turn. */
    static final int MAX_WAITING = 4_096;

    /** Longest time a notification holds up what follows. */
    static final int GATE_MILLIS = 5_000;

    static final String SESSION = "mcp-session-id";
    static final String VERSION = "mcp-protocol-version";
    private static final int MAX_SESSION = 1_024;
    private static final Logger log = LoggerFactory.getLogger(HttpLink.class);

    private record Waiting(Frame frame, CompletableFuture<Void> handed) {}

    private final HttpUpstream upstream;
    private final EventLoop loop;
    private final Upstream.Inbox inbox;
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Map<String, PostCall> owed = new HashMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable PostCall gate;
    private @Nullable EventStream events;
    private String session = "";
    private String protocol = "";
    private boolean begun;
    private boolean closed;
    private boolean ticking;

    HttpLink(HttpUpstream upstream, EventLoop loop, Upstream.Inbox inbox) {
        this.upstream = upstream;
        this.loop = loop;
        this.inbox = inbox;
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        CompletableFuture<Void> handed = new CompletableFuture<>();
        if (waitingCount.incrementAndGet() > MAX_WAITING) {
            waitingCount.decrementAndGet();
            handed.completeExceptionally(
                    problem("takes no more: " + MAX_WAITING + " messages wait for it. Try again later"));
        } else if (loop.inEventLoop()) {
            enqueue(frame, handed);
        } else {
            loop.execute(() -> enqueue(frame, handed));
        }
        return handed;
    }

    @Override
    public void close() {
        end();
    }

    /** Ends the conversation; completes when the server was told. */
    CompletableFuture<Void> end() {
        loop.execute(this::shut);
        return ended;
    }

    private void enqueue(Frame frame, CompletableFuture<Void> handed) {
        if (gate != null && !closed) {
            waiting.add(new Waiting(frame, handed));
        } else {
            waitingCount.decrementAndGet();
            post(frame, handed);
        }
    }

    private void post(Frame frame, CompletableFuture<Void> handed) {
        if (closed) {
            handed.completeExceptionally(problem("cannot be called: the link was closed"));
        } else {
            transmit(frame, handed);
        }
    }

    /** Sends a frame whose turn it is. */
    void transmit(Frame frame, CompletableFuture<Void> handed) {
        String method = frame.method().orElse("");
        if (method.equals("initialize")) {
            begin();
        } else if (!begun) {
            handed.completeExceptionally(unprocessed("has no session; it begins again with [initialize]"));
            return;
        }
        PostCall call = call(frame);
        if (method.equals("notifications/cancelled")) {
            PostCall cancelled = owed.get(Wire.key(frame.document().at("params", "requestId")));
            if (cancelled != null) {
                cancelled.cancelled();
            }
        }
        if (frame.isNotification() || method.equals("initialize")) {
            gate = call;
            loop.schedule(() -> answering(call), GATE_MILLIS, TimeUnit.MILLISECONDS);
        }
        call.send(handed);
    }

    /** A call, whose answer is owed if it is a request. */
    PostCall call(Frame frame) {
        PostCall call = new PostCall(this, frame);
        if (!call.id().isEmpty()) {
            owed.put(call.id(), call);
            tick();
        }
        return call;
    }

    /** Takes the call of a request off the table: whatever comes of it does not matter any more. */
    @Nullable PostCall take(String id) {
        return owed.remove(id);
    }

    private void begin() {
        begun = true;
        session = "";
        protocol = "";
        if (events != null) {
            events.stop();
            events = null;
        }
    }

    /** The server began to answer, or will not: what waited behind the call may go. */
    void answering(PostCall call) {
        if (gate != call) {
            return;
        }
        gate = null;
        while (gate == null && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            waitingCount.decrementAndGet();
            post(next.frame(), next.handed());
        }
    }

    /** A notification or response was taken by the server. */
    void accepted(Frame frame) {
        if (frame.method().orElse("").equals("notifications/initialized") && events == null && !closed) {
            events = new EventStream(this);
            events.open();
        }
    }

    /** Delivers what came as one body or one event. */
    void deliver(byte[] json, String about) throws JsonException {
        List<Frame> frames = Wire.read(json);
        for (Frame frame : frames) {
            if (closed) {
                return;
            }
            if (!Wire.isMessage(frame)) {
                log.warn("Server [{}] sent something that is no JSON-RPC message; it was skipped", name());
            } else if (!frame.isResponse()) {
                inbox.received(frame, about);
            } else {
                answer(frame, about);
            }
        }
    }

    private void answer(Frame frame, String about) {
        String id = Wire.key(frame.id());
        PostCall call = owed.remove(id);
        if (call == null) {
            log.warn("Server [{}] sent an answer to a request that is not open; it was skipped", name());
            return;
        }
        call.answered();
        if (call.isInitialize()) {
            Document version = frame.document().at("result", "protocolVersion");
            protocol = printable(version.text(""));
            // The gate must open before the inbox is told: what it sends in reply is not to wait for itself.
            answering(call);
        }
        answered(call, frame, about);
    }

    /** The answer to a call came. */
    void answered(PostCall call, Frame frame, String about) {
        inbox.received(frame, about);
    }

    /** The answer to initialize named the session. */
    void session(HttpHeaders headers) {
        String given = headers.get(SESSION);
        if (given != null) {
            session = printable(given);
        }
    }

    private static String printable(String value) {
        boolean fine = value.length() <= MAX_SESSION && value.chars().allMatch(c -> c > ' ' && c <= '~');
        return fine ? value : "";
    }

    /** A request gets no answer. */
    void fail(PostCall call, UpstreamException cause) {
        if (owed.remove(call.id(), call) && !closed) {
            failed(call, cause);
        }
    }

    /** A call will not be answered. */
    void failed(PostCall call, UpstreamException cause) {
        inbox.failed(call.id(), cause);
    }

    /** The server does not know the session any more. */
    void lost(String which) {
        lost(which, null);
    }

    /**
     * The same, said to a message that it therefore did not take.
     *
     * @param refused fails as one that may be sent again, if it is a request
     */
    void lost(String which, @Nullable PostCall refused) {
        String what = "does not know the session any more (HTTP 404)";
        if (!closed && begun && !which.isEmpty() && which.equals(session)) {
            UpstreamException cause = problem(what);
            List<Waiting> unsent = reset();
            for (PostCall call : List.copyOf(owed.values())) {
                if (call != refused) {
                    call.abort();
                    fail(call, cause);
                }
            }
            inbox.lost(cause);
            unsent.forEach(next -> next.handed().completeExceptionally(unprocessed("lost the session")));
        }
        if (refused != null) {
            fail(refused, unprocessed(what));
        }
    }

    /** What waited for its turn; it will not be sent. */
    private List<Waiting> reset() {
        begun = false;
        session = "";
        protocol = "";
        gate = null;
        if (events != null) {
            events.stop();
            events = null;
        }
        List<Waiting> unsent = List.copyOf(waiting);
        waiting.clear();
        waitingCount.addAndGet(-unsent.size());
        return unsent;
    }

    private void shut() {
        if (closed) {
            return;
        }
        closed = true;
        String last = session;
        FullHttpRequest delete = last.isEmpty() ? null : request(HttpMethod.DELETE, new byte[0]);
        List.copyOf(owed.values()).forEach(PostCall::abort);
        owed.clear();
        reset().forEach(next -> next.handed().completeExceptionally(problem("was closed")));
        upstream.forget(this);
        if (delete == null) {
            ended.complete(null);
        } else {
            upstream.connections()
                    .request(loop, delete, new Farewell(ended), connection -> {}, new CompletableFuture<>());
        }
    }

    /** A request with the headers of this session. */
    FullHttpRequest request(HttpMethod method, byte[] body) {
        FullHttpRequest request = upstream.request(method, body);
        if (!session.isEmpty()) {
            request.headers().set(SESSION, session);
        }
        if (!protocol.isEmpty()) {
            request.headers().set(VERSION, protocol);
        }
        return request;
    }

    /** A request that carries a frame. */
    FullHttpRequest request(Frame frame) {
        return request(HttpMethod.POST, Frames.oneLine(frame.bytes()));
    }

    /** Whether a stream that was cut can be taken up again. */
    boolean resumes() {
        return true;
    }

    /** A request that opens an event stream. */
    FullHttpRequest streamRequest(String lastEventId) {
        FullHttpRequest request = request(HttpMethod.GET, new byte[0]);
        request.headers().set(HttpHeaderNames.ACCEPT, "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.headers().set("last-event-id", lastEventId);
        }
        return request;
    }

    /** Looks for silent requests, as long as there are any. */
    private void tick() {
        long silence = upstream.settings().requestTimeout().toNanos();
        if (ticking || silence == 0) {
            return;
        }
        ticking = true;
        loop.schedule(
                () -> {
                    ticking = false;
                    long now = System.nanoTime();
                    for (PostCall call : List.copyOf(owed.values())) {
                        if (now - call.heardNanos() >= silence && !call.isSubscription()) {
                            call.abort();
                            fail(
                                    call,
                                    problem("was silent for " + silence / 1_000_000 + " ms; the request was given up"));
                        }
                    }
                    if (!owed.isEmpty()) {
                        tick();
                    }
                },
                Math.min(1_000_000_000L, silence / 4),
                TimeUnit.NANOSECONDS);
    }

    UpstreamException problem(String what) {
        return new UpstreamException(described(what));
    }

    UpstreamException refusal(String what) {
        return UpstreamException.answer(described(what));
    }

    private UpstreamException unprocessed(String what) {
        return UpstreamException.unprocessed(described(what));
    }

    private String described(String what) {
        return "Server [" + name() + "] at [" + upstream.place() + "] " + what;
    }

    String name() {
        return upstream.name();
    }

    String sessionId() {
        return session;
    }

    boolean isClosed() {
        return closed;
    }

    EventLoop loop() {
        return loop;
    }

    HttpUpstream upstream() {
        return upstream;
    }
}
