package org.sallyport.gateway.internal.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * One request of the modern era from its first message to its last answer, at a server of the legacy era, however often
 * the client has to repeat it. Thread-safe.
 */
final class ModernRun implements Conversation.Answer {
    /** Most messages that wait for a client that is away for input; the oldest go first. */
    static final int MAX_AWAY = 256;

    /** Most bytes of them together; the newest is kept in any case. */
    static final long MAX_AWAY_BYTES = 1L << 20;

    private static final Set<String> KEPT = Set.of(
            Modern.DISCOVER,
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "resources/read");
    private static final long RESOURCE_NOT_FOUND = -32002;
    private static final List<String> LEVELS =
            List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");
    private static final Conversation.Answer IGNORED = new Conversation.Answer() {
        @Override
        public void response(Frame frame) {
            // Whatever it is: the request that it was for goes on.
        }

        @Override
        public void failure(UpstreamException cause) {
            // The request that it was for fails too.
        }
    };

    private final ModernOverLegacy bridge;
    private final LegacySeats seats;
    private final LegacySeats.Seat seat;
    private final String method;
    private final Document first;
    private final Map<String, Frame> asked = new LinkedHashMap<>();
    private volatile Document id;
    private volatile Document token;
    /** Whether it has the session alone. */
    private final AtomicBoolean held = new AtomicBoolean(true);

    /** Whether the server has said its last word of it after it was cancelled. */
    private final AtomicBoolean settled = new AtomicBoolean();

    /** What the server said while the client was away for input. */
    private final Deque<Frame> away = new ArrayDeque<>();

    private long awayBytes;
    private @Nullable UpstreamException lost;
    private Document serverId = Document.NULL;
    private int questions;
    private boolean over;
    private boolean cancelled;

    ModernRun(ModernOverLegacy bridge, LegacySeats seats, LegacySeats.Seat seat, Frame frame) {
        this.bridge = bridge;
        this.seats = seats;
        this.seat = seat;
        this.method = frame.method().orElse("");
        this.first = frame.document().get("params");
        this.id = frame.id();
        this.token = first.at("_meta", "progressToken");
        seat.hearer = this::said;
    }

    /** Only the very request that was parked may take it up again. */
    boolean isSame(Frame frame) {
        Document params = frame.document().get("params");
        return method.equals(frame.method().orElse(""))
                && first.get("name").equals(params.get("name"))
                && first.get("uri").equals(params.get("uri"))
                && first.get("arguments").equals(params.get("arguments"))
                && first.get("_meta")
                        .get(Modern.CAPABILITIES)
                        .equals(params.get("_meta").get(Modern.CAPABILITIES));
    }

    void start() {
        seat.conversation.begin(new Conversation.Answer() {
            @Override
            public void response(Frame frame) {
                if (frame.document().get("result").isObject()) {
                    opened();
                } else {
                    ModernRun.this.response(frame);
                }
            }

            @Override
            public void failure(UpstreamException cause) {
                ModernRun.this.failure(cause);
            }
        });
    }

    private void opened() {
        Document told = seat.conversation.server();
        if (method.equals(Modern.DISCOVER)) {
            Document result = Document.object("supportedVersions", Document.array(Document.of(Modern.REVISION)))
                    .with("capabilities", told.get("capabilities"));
            response(Frames.result(
                    id, told.has("instructions") ? result.with("instructions", told.get("instructions")) : result));
            return;
        }
        String level = first.get("_meta").get(Modern.LOG_LEVEL).text("");
        if (LEVELS.contains(level)
                && !level.equals(seat.conversation.level)
                && told.get("capabilities").has("logging")) {
            seat.conversation.level = level;
            seat.conversation.ask("logging/setLevel", Document.object("level", Document.of(level)), IGNORED);
        }
        Document meta = first.get("_meta")
                .without(Modern.VERSION)
                .without(Modern.CAPABILITIES)
                .without(Modern.CLIENT)
                .without(Modern.LOG_LEVEL);
        Document params = meta.size() == 0 ? first.without("_meta") : first.with("_meta", meta);
        boolean unsent;
        synchronized (this) {
            unsent = over;
        }
        if (unsent) {
            // It was cancelled before it was sent.
            settled();
            return;
        }
        Document sent = seat.conversation.ask(method, params, this);
        boolean late;
        synchronized (this) {
            serverId = sent;
            late = cancelled;
        }
        if (late) {
            abandon(sent, Document.NULL);
        }
    }

    /**
     * Tells the server that nobody waits for its answer any more. The session is free again once the server has answered nevertheless, or a
     * question that it was asked after the cancellation: then it has seen that, and a server that keeps to it says nothing more.
     */
    private void abandon(Document sent, Document reason) {
        if (!held.compareAndSet(true, false)) {
            return;
        }
        seats.linger(seat);
        seat.conversation.cancel(sent, reason);
        seat.conversation.ask("ping", Document.NULL, new Conversation.Answer() {
            @Override
            public void response(Frame frame) {
                settled();
            }

            @Override
            public void failure(UpstreamException cause) {
                settled();
            }
        });
    }

    /** The server has nothing more to say of it. */
    private void settled() {
        if (held.compareAndSet(true, false)) {
            seats.release(seat);
        } else if (settled.compareAndSet(false, true)) {
            seats.settled(seat);
        }
    }

    /** What the server says while this has the session. */
    void said(Frame frame) {
        if (frame.isRequest()) {
            question(frame);
            return;
        }
        String what = frame.method().orElse("");
        Document params = frame.document().get("params");
        if (what.equals("notifications/progress")) {
            if (!first.at("_meta", "progressToken").equals(params.get("progressToken"))) {
                return;
            }
        } else if (what.equals("notifications/cancelled")) {
            withdrawn(params.get("requestId"));
            return;
        } else if (!what.equals("notifications/message") || !logs(params)) {
            return;
        }
        Document about;
        Document as;
        synchronized (this) {
            if (over) {
                return;
            } else if (id.isNull()) {
                keep(frame);
                return;
            }
            about = id;
            as = token;
        }
        tell(frame, about, as);
    }

    /** @param as the token under which the client knows its progress */
    private void tell(Frame frame, Document about, Document as) {
        boolean progress = frame.method().orElse("").equals("notifications/progress");
        bridge.deliver(progress ? Frames.with(frame, as, "params", "progressToken") : frame, Wire.key(about));
    }

    private void keep(Frame frame) {
        away.add(frame);
        awayBytes += frame.bytes().length;
        while (away.size() > MAX_AWAY || awayBytes > MAX_AWAY_BYTES && away.size() > 1) {
            awayBytes -= away.remove().bytes().length;
        }
    }

    /** Tells the client, under its new id, what was said while it was away; what comes meanwhile waits too, so that all is in order. */
    private void catchUp(Document about, Document as) {
        while (true) {
            List<Frame> missed;
            synchronized (this) {
                if (away.isEmpty() || over) {
                    id = about;
                    token = as;
                    return;
                }
                missed = List.copyOf(away);
                away.clear();
                awayBytes = 0;
            }
            missed.forEach(frame -> tell(frame, about, as));
        }
    }

    private boolean logs(Document params) {
        int least = LEVELS.indexOf(first.get("_meta").get(Modern.LOG_LEVEL).text(""));
        return least >= 0 && LEVELS.indexOf(params.get("level").text("")) >= least;
    }

    private void question(Frame frame) {
        boolean ask;
        synchronized (this) {
            if (over) {
                seat.conversation.refuse(frame.id(), "No client can be asked now");
                return;
            }
            asked.put("input-" + ++questions, frame);
            ask = !id.isNull();
        }
        if (ask) {
            require();
        }
    }

    private synchronized void withdrawn(Document serverId) {
        asked.values().removeIf(question -> question.id().equals(serverId));
    }

    /** Gives the questions to the client and waits for it to come back. */
    private void require() {
        Document requests = Document.EMPTY_OBJECT;
        Document about;
        String state = bridge.newState();
        synchronized (this) {
            if (id.isNull() || over) {
                return;
            }
            for (Map.Entry<String, Frame> each : asked.entrySet()) {
                Frame question = each.getValue();
                Document params = question.document().get("params");
                requests = requests.with(
                        each.getKey(),
                        Document.object("method", question.document().get("method"))
                                .with("params", params.isNull() ? Document.EMPTY_OBJECT : params));
            }
            about = id;
            id = Document.NULL;
        }
        bridge.park(about, state, this);
        Document result = Document.object("resultType", Document.of("input_required"))
                .with("inputRequests", requests)
                .with("requestState", Document.of(state));
        bridge.deliver(Frames.result(about, result), Wire.key(about));
    }

    /** The client came back. */
    void resume(Frame frame) {
        Document params = frame.document().get("params");
        Document responses = params.get("inputResponses");
        Map<String, Frame> answered = new LinkedHashMap<>();
        boolean more;
        catchUp(frame.id(), params.at("_meta", "progressToken"));
        boolean ended;
        synchronized (this) {
            ended = over;
            asked.forEach((key, question) -> {
                if (responses.get(key).isObject()) {
                    answered.put(key, question);
                }
            });
            asked.keySet().removeAll(answered.keySet());
            more = !asked.isEmpty();
        }
        if (ended) {
            gone(frame.id());
            return;
        }
        answered.forEach((key, question) -> seat.conversation.answer(question.id(), responses.get(key)));
        Frame early;
        synchronized (this) {
            early = late;
            late = null;
        }
        if (early != null) {
            response(early);
        } else if (more) {
            require();
        }
    }

    /** It ended between the client's return and now. */
    private void gone(Document about) {
        UpstreamException cause;
        synchronized (this) {
            cause = lost;
        }
        bridge.ended(about, this);
        bridge.fail(
                about,
                cause != null ? cause : new UpstreamException("The request was given up meanwhile; send it anew"));
    }

    /** An answer that came while the client was away. */
    private @Nullable Frame late;

    @Override
    public void response(Frame frame) {
        Document about;
        synchronized (this) {
            about = id;
            if (!over && about.isNull()) {
                late = frame;
                return;
            } else if (over) {
                about = Document.NULL;
            }
            over = true;
        }
        if (about.isNull()) {
            settled();
            return;
        }
        end(about);
        bridge.deliver(Frames.withId(shaped(frame), about), Wire.key(about));
    }

    @Override
    public void failure(UpstreamException cause) {
        Document about;
        boolean unwanted;
        synchronized (this) {
            unwanted = over;
            over = true;
            about = id;
            lost = cause;
        }
        if (unwanted) {
            settled();
            return;
        } else if (about.isNull()) {
            bridge.forget(this);
        } else {
            bridge.fail(about, cause);
        }
        end(about);
    }

    void cancel(Document reason) {
        Document sent;
        List<Frame> open;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            cancelled = true;
            sent = serverId;
            open = List.copyOf(asked.values());
        }
        if (!sent.isNull()) {
            abandon(sent, reason);
            open.forEach(question -> seat.conversation.refuse(question.id(), "The client has left"));
        }
    }

    private void end(Document about) {
        bridge.ended(about, this);
        settled();
    }

    private Frame shaped(Frame frame) {
        Document result = frame.document().get("result");
        if (!result.isObject()) {
            return frame.document().at("error", "code").asLong(0) == RESOURCE_NOT_FOUND
                    ? Frames.with(frame, Document.of(RpcError.INVALID_PARAMS), "error", "code")
                    : frame;
        }
        Document shaped = result.has("resultType") ? result : result.with("resultType", Document.of("complete"));
        if (KEPT.contains(method) && !result.has("ttlMs")) {
            shaped = shaped.with("ttlMs", Document.of(0)).with("cacheScope", Document.of("private"));
        }
        Document info = seat.conversation.server().get("serverInfo");
        if (info.isObject()) {
            Document meta = result.get("_meta").isObject() ? result.get("_meta") : Document.EMPTY_OBJECT;
            shaped = shaped.with("_meta", meta.with(Modern.SERVER, info));
        }
        return Frame.of(frame.document().with("result", shaped));
    }
}
