package org.sallyport.gateway.internal.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.gateway.internal.upstream.UpstreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server as one session uses it: what is sent to it, and which of its answers are awaited. Thread-safe. */
final class ServerLink {
    private static final Logger log = LoggerFactory.getLogger(ServerLink.class);
    private static final long FIRST_PROBE = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_PROBE = TimeUnit.SECONDS.toNanos(60);

    private final Session session;
    private final String name;
    private final Readiness readiness = new Readiness(this::openAgain);
    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    private volatile @Nullable Line line;
    private volatile @Nullable Frame initialize;
    private volatile @Nullable Frame initialized;
    private volatile Document capabilities = Document.NULL;
    private volatile boolean closed;
    private volatile boolean missed;
    private volatile long probeNanos;
    private volatile long pauseNanos;

    ServerLink(Session session, String name) {
        this.session = session;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** The client was given an answer that lacks what this server would have had to say. */
    void missed() {
        if (!missed) {
            pauseNanos = FIRST_PROBE;
            probeNanos = System.nanoTime() + pauseNanos;
            missed = true;
        }
    }

    boolean isMissed() {
        return missed;
    }

    /** The server answered. */
    void heard() {
        if (missed) {
            missed = false;
            session.cameBack();
        }
    }

    /** Asks a server that is missing whether it is there again, at growing intervals. Called from time to time. */
    void probe(long now) {
        if (missed && !closed && now - probeNanos >= 0) {
            pauseNanos = Math.min(2 * pauseNanos, LAST_PROBE);
            probeNanos = now + pauseNanos;
            String question = session.era() == Era.MODERN ? Modern.DISCOVER : "ping";
            Document params = session.era() == Era.MODERN
                    ? Document.object(
                            "_meta",
                            Document.object(Modern.VERSION, Document.of(Modern.REVISION))
                                    .with(Modern.CAPABILITIES, Document.EMPTY_OBJECT))
                    : Document.NULL;
            call("", Frames.request(Document.of("sallyport-probe"), question, params), answer -> {});
        }
    }

    /** Whether the server said that it tells of changes of such a list. */
    boolean tellsOf(String list) {
        return capabilities.at(list, "listChanged").asBoolean(false);
    }

    /** Whether the server offers this, or has not said yet what it offers. */
    boolean mayHave(String capability) {
        return capabilities.isNull() || capabilities.has(capability);
    }

    String state() {
        return closed ? "closed" : session.era() == Era.MODERN ? "stateless" : readiness.name();
    }

    /** The client's request that the server knows by this id, as JSON text. */
    @Nullable Call callOf(String serverKey) {
        return calls.get(serverKey);
    }

    /** Takes a request whose answer came. */
    @Nullable Call take(String serverKey) {
        return calls.remove(serverKey);
    }

    /** The only request of that kind that is under way, if it is only one. */
    Optional<Call> onlyCall(Predicate<Call> kind) {
        List<Call> found = calls.values().stream().filter(kind).limit(2).toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /**
     * Passes a request through the chain and sends it.
     *
     * @param clientKey the key of the client's request; empty for a request of the gateway's own
     * @param answer is given the response, after its pass, or an error; once
     */
    Call call(String clientKey, Frame request, Consumer<Frame> answer) {
        Call call = newCall(clientKey, request, answer);
        pass(call, () -> transmitWhenReady(call));
        return call;
    }

    private void transmitWhenReady(Call call) {
        if (session.era() == Era.MODERN) {
            open(call);
            return;
        }
        readiness.await(failure -> {
            if (failure == null) {
                transmit(call);
            } else {
                call.answer(failure.to(call.sent.id()));
            }
        });
    }

    /** Comes to a session that is initialized already. */
    void join(Frame initialize, @Nullable Frame initialized) {
        this.initialize = initialize;
        readiness.later();
        if (initialized != null) {
            session.passage(name, false).notification(initialized, verdict -> {
                if (verdict instanceof Passage.Verdict.Proceed go) {
                    rememberInitialized(go.frame());
                }
            });
        }
    }

    /**
     * Follows the configuration: what was sent to a server that is configured otherwise now gets no answer any more, and
     * the next request begins anew.
     *
     * @param now the server as it is configured; {@code null} if it is not
     * @return whether that ended a connection
     */
    boolean follow(@Nullable Upstream now) {
        Line old;
        synchronized (this) {
            old = line;
            if (old == null || old.upstream == now) {
                return false;
            }
            line = null;
            readiness.lost();
        }
        old.close();
        String why = now == null ? "it is not configured any more" : "it was configured anew";
        calls.keySet().forEach(key -> failed(key, unavailable(why)));
        return true;
    }

    /** Opens the line and sends the first request; the server is ready once the answer is a result. */
    void initialize(String clientKey, Frame request, Consumer<Frame> answer) {
        readiness.opening();
        Call call = newCall(clientKey, request, response -> {
            opened(response);
            answer.accept(response);
        });
        pass(call, () -> {
            initialize = call.sent;
            open(call);
        });
    }

    private void opened(Frame response) {
        Document result = response.document().get("result");
        if (result.isObject()) {
            capabilities = result.get("capabilities");
            readiness.opened(null);
        } else {
            readiness.opened(unavailable("it could not be initialized: "
                    + response.document().at("error", "message").text("")));
        }
    }

    /** The server forgot the session or was started anew: it gets the client's initialize again. */
    private void openAgain() {
        Frame first = initialize;
        if (first == null || closed) {
            readiness.opened(unavailable("it was never initialized in this session"));
            return;
        }
        Call call = newCall("", first, response -> {
            Frame second = initialized;
            if (second != null && response.document().has("result")) {
                send(second);
            }
            opened(response);
        });
        pass(call, () -> open(call));
    }

    private void open(Call call) {
        Optional<Upstream> upstream = session.context().upstreams().get().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst();
        if (upstream.isEmpty()) {
            call.answer(unavailable("it is not configured any more").to(call.sent.id()));
            return;
        }
        connect(upstream.get());
        transmit(call);
    }

    private void connect(Upstream upstream) {
        Line now = line;
        if (now != null && now.upstream == upstream) {
            return;
        }
        follow(upstream);
        synchronized (this) {
            if (line == null) {
                Line next = new Line(upstream);
                next.link = upstream.open(session.era(), next);
                line = next;
                if (closed) {
                    next.close();
                }
            }
        }
    }

    private Call newCall(String clientKey, Frame request, Consumer<Frame> answer) {
        return new Call(
                clientKey,
                session.nextId(),
                request,
                session.passage(name, false),
                session.context().limits().waiting(),
                answer);
    }

    private void pass(Call call, Runnable proceed) {
        Frame request = call.sent;
        call.passage.request(request, verdict -> {
            if (verdict instanceof Passage.Verdict.Proceed go) {
                call.sent = go.frame();
                proceed.run();
            } else if (verdict instanceof Passage.Verdict.Answered done) {
                call.passage.response(done.answer(), request, call::answer);
            } else if (verdict instanceof Passage.Verdict.Stopped stop) {
                session.context().counters().stopped.increment();
                call.answer(stop.error().to(request.id()));
            }
        });
    }

    private void transmit(Call call) {
        if (call.isOver()) {
            return;
        }
        calls.put(call.serverKey, call);
        Frame out = Frames.withId(call.sent, call.serverId);
        if (!call.token.isNull()) {
            out = Frames.with(out, call.serverId, "params", "_meta", "progressToken");
        }
        Line now = line;
        if (now == null || now.link == null) {
            failed(call.serverKey, unavailable("it has no connection"));
            return;
        }
        now.link.send(out).whenComplete((sent, failure) -> {
            if (failure != null) {
                failed(call.serverKey, cause(failure));
            }
        });
    }

    /** Gives up a request; the server's answer will be dropped. */
    void forget(Call call) {
        calls.remove(call.serverKey, call);
    }

    /** Remembers what has to be sent again when the server starts anew. */
    void rememberInitialized(Frame frame) {
        initialized = frame;
    }

    /** Sends a notification or a response. What cannot be delivered is dropped: nobody waits for it. */
    void send(Frame frame) {
        Line now = line;
        if (now == null || now.link == null) {
            session.context().counters().dropped.increment();
            return;
        }
        Room.Hold hold = session.context().room().hold(frame);
        CompletionStage<Void> sending;
        try {
            sending = now.link.send(frame);
        } catch (RuntimeException e) {
            // One that is being closed may fail at once.
            sending = CompletableFuture.failedFuture(e);
        }
        sending.whenComplete((sent, failure) -> {
            hold.close();
            if (failure != null) {
                session.context().counters().dropped.increment();
                log.debug("A message to server [{}] could not be delivered: {}", name, text(failure));
            }
        });
    }

    private void failed(String serverKey, Throwable cause) {
        Call call = calls.get(serverKey);
        boolean unprocessed = cause instanceof UpstreamException known && known.isUnprocessed();
        // An initialize cannot wait for the server to be initialized.
        if (unprocessed
                && call != null
                && !closed
                && !call.sent.method().orElse("").equals("initialize")
                && call.repeat()
                && calls.remove(serverKey, call)) {
            transmitWhenReady(call);
        } else {
            failed(serverKey, unavailable(text(cause)));
        }
    }

    private void failed(String serverKey, RpcError error) {
        Call call = calls.remove(serverKey);
        if (call == null) {
            return;
        }
        Frame answer = error.to(call.sent.id());
        call.sequence.follow(() -> call.passage.response(answer, call.sent, call::answer));
    }

    private RpcError unavailable(String why) {
        return new RpcError(
                RpcError.UPSTREAM_UNAVAILABLE,
                "Server [" + name + "] did not answer: " + why,
                Document.object("server", Document.of(name)));
    }

    private static Throwable cause(Throwable failure) {
        return failure.getCause() != null && !(failure instanceof UpstreamException) ? failure.getCause() : failure;
    }

    private static String text(Throwable failure) {
        return String.valueOf(cause(failure).getMessage());
    }

    /** Ends the conversation. Idempotent. */
    void close() {
        closed = true;
        Line now = line;
        if (now != null) {
            now.close();
        }
        calls.keySet().forEach(key -> failed(key, unavailable("the session ended")));
        readiness.lost();
    }

    /** One connection; what an older one still says of itself does not count any more. */
    private final class Line implements Upstream.Inbox {
        final Upstream upstream;
        final ServerTraffic traffic;
        volatile Upstream.@Nullable Link link;

        Line(Upstream upstream) {
            this.upstream = upstream;
            this.traffic = new ServerTraffic(session, ServerLink.this);
        }

        @Override
        public void received(Frame frame, String about) {
            traffic.received(frame, about);
        }

        @Override
        public void failed(String id, UpstreamException cause) {
            ServerLink.this.failed(id, cause);
        }

        @Override
        public void lost(UpstreamException cause) {
            if (line == this && !closed && session.era() == Era.LEGACY) {
                log.warn(
                        "Server [{}] was lost in session [{}] and is initialized again with the next request: {}",
                        name,
                        session.shortId(),
                        cause.getMessage());
                readiness.lost();
            }
        }

        void close() {
            Upstream.Link open = link;
            if (open != null) {
                open.close();
            }
        }
    }
}
