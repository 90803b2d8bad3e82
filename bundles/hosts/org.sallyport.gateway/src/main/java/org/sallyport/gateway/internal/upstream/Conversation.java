package org.sallyport.gateway.internal.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * A session at a server of the legacy era that the gateway holds itself: initialized when it is first needed, and anew
 * after the server forgot it. Thread-safe.
 */
final class Conversation implements Upstream.Inbox {
    private static final String REVISION = "2025-11-25";

    /** What becomes of a request: its answer, or why there is none. */
    interface Answer {
        void response(Frame frame);

        void failure(UpstreamException cause);
    }

    private final Upstream.Link link;
    private final Document client;
    private final Consumer<Frame> others;
    private final Consumer<UpstreamException> lost;
    private final Map<String, Answer> owed = new ConcurrentHashMap<>();
    private final List<Answer> waiting = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private boolean opening;
    private boolean open;

    /** The level of log messages that the server was told; empty if none. */
    volatile String level = "";

    private volatile Document server = Document.EMPTY_OBJECT;

    /**
     * @param client capabilities and, perhaps, {@code clientInfo} of the client for which it is
     * @param others takes what the server sends besides answers
     * @param lost is told that the server forgot the session
     */
    Conversation(Upstream server, Document client, Consumer<Frame> others, Consumer<UpstreamException> lost) {
        this.client = client;
        this.others = others;
        this.lost = lost;
        this.link = server.open(Era.LEGACY, this);
    }

    /** What the server said of itself. */
    Document server() {
        return server;
    }

    /** Does something once the session is initialized; {@code then} is told the answer to that. */
    void begin(Answer then) {
        Frame known = null;
        boolean first = false;
        synchronized (this) {
            if (open) {
                known = Frames.result(Document.NULL, server);
            } else {
                waiting.add(then);
                first = !opening;
                opening = true;
            }
        }
        if (known != null) {
            then.response(known);
        } else if (first) {
            initialize();
        }
    }

    private void initialize() {
        level = "";
        Document params = client.with("protocolVersion", Document.of(REVISION));
        ask("initialize", params, new Answer() {
            @Override
            public void response(Frame frame) {
                boolean good = frame.document().get("result").isObject();
                if (good) {
                    server = frame.document().get("result");
                    link.send(Frames.notification("notifications/initialized", Document.NULL));
                }
                opened(good).forEach(each -> each.response(frame));
            }

            @Override
            public void failure(UpstreamException cause) {
                opened(false).forEach(each -> each.failure(cause));
            }
        });
    }

    private synchronized List<Answer> opened(boolean good) {
        open = good;
        opening = false;
        List<Answer> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    /** Sends a request; gives the id by which the server knows it. */
    Document ask(String method, Document params, Answer answer) {
        Document id = Document.of(ids.incrementAndGet());
        String key = Wire.key(id);
        owed.put(key, answer);
        link.send(Frames.request(id, method, params)).whenComplete((sent, failure) -> {
            Answer lost = failure == null ? null : owed.remove(key);
            if (lost != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                lost.failure(
                        failure instanceof UpstreamException known
                                ? known
                                : cause instanceof UpstreamException known
                                        ? known
                                        : new UpstreamException(String.valueOf(cause.getMessage()), cause));
            }
        });
        return id;
    }

    /** The request of this id is not wanted any more; if the server answers nevertheless, the answer is told. */
    void cancel(Document id, Document reason) {
        if (owed.containsKey(Wire.key(id))) {
            Document params = Document.object("requestId", id);
            link.send(Frames.notification(
                    "notifications/cancelled", reason.isNull() ? params : params.with("reason", reason)));
        }
    }

    /** Answers a request of the server. */
    void answer(Document id, Document result) {
        link.send(Frames.result(id, result));
    }

    /** Refuses a request of the server. */
    void refuse(Document id, String why) {
        link.send(new RpcError(RpcError.INVALID_REQUEST, why).to(id));
    }

    @Override
    public void received(Frame frame, String about) {
        if (!frame.isResponse()) {
            others.accept(frame);
            return;
        }
        @Nullable Answer answer = owed.remove(Wire.key(frame.id()));
        if (answer != null) {
            answer.response(frame);
        }
    }

    @Override
    public void failed(String id, UpstreamException cause) {
        @Nullable Answer answer = owed.remove(id);
        if (answer != null) {
            answer.failure(cause);
        }
    }

    @Override
    public void lost(UpstreamException cause) {
        synchronized (this) {
            open = false;
        }
        lost.accept(cause);
    }

    void close() {
        link.close();
    }
}
