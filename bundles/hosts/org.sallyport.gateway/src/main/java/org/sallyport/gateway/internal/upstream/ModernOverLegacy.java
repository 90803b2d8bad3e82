package org.sallyport.gateway.internal.upstream;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * Shows a server of the legacy era as one of the modern era. Each request runs in a session that the gateway holds at the
 * server for clients with the same abilities; while it runs the session is its own, so that what the server asks or says
 * can be about nothing else. A question of the server becomes a result that requires input: the call is parked under a
 * {@code requestState} that cannot be guessed, and goes on when the client repeats it with the answers. A subscription
 * has a session of its own. Thread-safe.
 */
final class ModernOverLegacy implements Upstream.Link {
    /** Most calls that are parked; the oldest one makes room. */
    static final int MAX_PARKED = 256;

    /** Most sessions that are kept for later requests. */
    static final int MAX_IDLE = 8;

    /** Most sessions that are kept after their request was cancelled, for what the server may still say of it. */
    static final int MAX_LINGERING = 4;

    /** Most requests and subscriptions at a time. */
    static final int MAX_RUNNING = 512;

    private static final String STATE = "sallyport-";
    private static final Set<String> REMOVED =
            Set.of("initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe");
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

    private final Upstream server;
    private final Upstream.Inbox inbox;
    private final Object delivery = new Object();
    private final SecureRandom random = new SecureRandom();

    /** By the client's id, as JSON text. */
    private final Map<String, Run> runs = new ConcurrentHashMap<>();

    /** By their state; oldest first. Its own lock. */
    private final Map<String, Run> parked = new LinkedHashMap<>();

    /** Idle sessions by what their client can do; latest used first. Its own lock. */
    private final ArrayDeque<Seat> idle = new ArrayDeque<>();

    /** Sessions whose request was cancelled and is not answered yet; oldest first. Under the lock of the idle ones. */
    private final ArrayDeque<Seat> lingering = new ArrayDeque<>();

    private final Set<Seat> seats = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ModernOverLegacy(Upstream server, Upstream.Inbox inbox) {
        this.server = server;
        this.inbox = inbox;
    }

    /** A session, and the request that it works for. */
    private final class Seat {
        final String client;
        final Conversation conversation;
        volatile @Nullable Run run;

        Seat(String key, Document client) {
            this.client = key;
            this.conversation = new Conversation(server, client, this::said);
            seats.add(this);
        }

        void close() {
            seats.remove(this);
            conversation.close();
        }

        void said(Frame frame) {
            Run now = run;
            if (now != null) {
                now.said(frame);
            } else if (frame.isRequest()) {
                conversation.refuse(frame.id(), "No request is under way for which a client could be asked");
            }
        }
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        String method = frame.method().orElse("");
        if (method.equals("notifications/cancelled")) {
            Document params = frame.document().get("params");
            Run run = runs.remove(Wire.key(params.get("requestId")));
            if (run != null) {
                run.cancel(params.get("reason"));
            }
        } else if (REMOVED.contains(method)) {
            error(frame.id(), RpcError.METHOD_NOT_FOUND, "The method [" + method + "] is not of this revision");
        } else if (closed || runs.size() >= MAX_RUNNING) {
            return CompletableFuture.failedFuture(new UpstreamException("Server [" + server.name() + "] "
                    + (closed ? "was closed" : "has [" + MAX_RUNNING + "] requests under way; try again later")));
        } else if (frame.isRequest()) {
            begin(frame);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void begin(Frame frame) {
        String state = frame.document().at("params", "requestState").text("");
        if (!state.startsWith(STATE)) {
            Run run = new Run(frame, seat(frame));
            runs.put(Wire.key(frame.id()), run);
            run.start();
            return;
        }
        Run run;
        synchronized (parked) {
            run = parked.remove(state);
        }
        boolean foreign = run != null && !run.isSame(frame);
        if (foreign) {
            run.cancel(Document.of("Another request came with its state"));
        }
        if (run == null || foreign) {
            error(
                    frame.id(),
                    RpcError.INVALID_PARAMS,
                    "The [requestState] is none that is waited for; send the request anew without it");
            return;
        }
        runs.put(Wire.key(frame.id()), run);
        run.resume(frame);
    }

    private Seat seat(Frame frame) {
        Document meta = frame.document().at("params", "_meta");
        Document info = meta.get(Modern.CLIENT);
        Document client = Document.object("capabilities", meta.get(Modern.CAPABILITIES))
                .with(
                        "clientInfo",
                        info.isObject()
                                ? info
                                : Document.object("name", Document.of("sallyport"))
                                        .with("version", Document.of("0")));
        String key = client.toJson();
        synchronized (idle) {
            for (Seat seat : idle) {
                if (seat.client.equals(key)) {
                    idle.remove(seat);
                    return seat;
                }
            }
        }
        return new Seat(key, client);
    }

    private void release(Seat seat) {
        seat.run = null;
        Seat surplus = null;
        synchronized (idle) {
            idle.addFirst(seat);
            if (idle.size() > MAX_IDLE || closed) {
                surplus = idle.pollLast();
            }
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    /** What a server still says of a cancelled request must not be heard by another. */
    private void linger(Seat seat) {
        seat.run = null;
        Seat oldest = null;
        synchronized (idle) {
            lingering.add(seat);
            if (lingering.size() > MAX_LINGERING) {
                oldest = lingering.poll();
            }
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /** The server has said its last word of a cancelled request. */
    private void settled(Seat seat) {
        boolean mine;
        synchronized (idle) {
            mine = lingering.remove(seat);
        }
        if (mine) {
            release(seat);
        }
    }

    private void error(Document id, int code, String message) {
        deliver(new RpcError(code, message).to(id), Wire.key(id));
    }

    private void deliver(Frame frame, String about) {
        synchronized (delivery) {
            if (!closed) {
                inbox.received(frame, about);
            }
        }
    }

    private void fail(Document id, UpstreamException cause) {
        synchronized (delivery) {
            if (!closed) {
                inbox.failed(Wire.key(id), cause);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(seats).forEach(Seat::close);
    }

    /** One request from its first message to its last answer, however often the client has to repeat it. */
    private final class Run implements Conversation.Answer {
        final Seat seat;
        private final String method;
        private final Document first;
        private final Map<String, Frame> asked = new LinkedHashMap<>();
        private volatile Document id;
        private volatile Document token;
        private Document serverId = Document.NULL;
        private int questions;
        private boolean over;
        private boolean cancelled;

        Run(Frame frame, Seat seat) {
            this.seat = seat;
            this.method = frame.method().orElse("");
            this.first = frame.document().get("params");
            this.id = frame.id();
            this.token = first.at("_meta", "progressToken");
            seat.run = this;
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
                        Run.this.response(frame);
                    }
                }

                @Override
                public void failure(UpstreamException cause) {
                    Run.this.failure(cause);
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
            if (method.equals(Modern.LISTEN)) {
                listen();
                return;
            }
            Document meta = first.get("_meta")
                    .without(Modern.VERSION)
                    .without(Modern.CAPABILITIES)
                    .without(Modern.CLIENT)
                    .without(Modern.LOG_LEVEL);
            Document params = meta.size() == 0 ? first.without("_meta") : first.with("_meta", meta);
            synchronized (this) {
                if (over) {
                    // It was cancelled before it was sent.
                    release(seat);
                    return;
                }
            }
            Document sent = seat.conversation.ask(method, params, this);
            boolean late;
            synchronized (this) {
                serverId = sent;
                late = cancelled;
            }
            if (late) {
                linger(seat);
                seat.conversation.cancel(sent, Document.NULL);
            }
        }

        private void listen() {
            Document wanted = first.get("notifications");
            for (Document uri : wanted.get("resourceSubscriptions").isArray()
                    ? wanted.get("resourceSubscriptions").values()
                    : List.<Document>of()) {
                seat.conversation.ask("resources/subscribe", Document.object("uri", uri), IGNORED);
            }
            Document params = Document.object("notifications", wanted.isNull() ? Document.EMPTY_OBJECT : wanted);
            deliver(Frames.notification(Modern.ACKNOWLEDGED, tagged(params)), Wire.key(id));
        }

        private Document tagged(Document params) {
            Document whole = params.isObject() ? params : Document.EMPTY_OBJECT;
            Document meta = whole.get("_meta").isObject() ? whole.get("_meta") : Document.EMPTY_OBJECT;
            return whole.with("_meta", meta.with(Modern.SUBSCRIPTION, id));
        }

        /** What the server says while this has the session. */
        void said(Frame frame) {
            if (frame.isRequest()) {
                question(frame);
                return;
            }
            String what = frame.method().orElse("");
            Document params = frame.document().get("params");
            Frame out = frame;
            if (method.equals(Modern.LISTEN)) {
                if (!wants(what, params)) {
                    return;
                }
                out = Frame.of(frame.document().with("params", tagged(params)));
            } else if (what.equals("notifications/progress")) {
                if (!first.at("_meta", "progressToken").equals(params.get("progressToken"))) {
                    return;
                }
                out = Frames.with(frame, token, "params", "progressToken");
            } else if (what.equals("notifications/cancelled")) {
                withdrawn(params.get("requestId"));
                return;
            } else if (!what.equals("notifications/message") || !logs(params)) {
                return;
            }
            Document about;
            synchronized (this) {
                about = over || id.isNull() ? Document.NULL : id;
            }
            if (!about.isNull()) {
                deliver(out, Wire.key(about));
            }
        }

        private boolean wants(String what, Document params) {
            Document wanted = first.get("notifications");
            return switch (what) {
                case "notifications/tools/list_changed" ->
                    wanted.get("toolsListChanged").asBoolean(false);
                case "notifications/prompts/list_changed" ->
                    wanted.get("promptsListChanged").asBoolean(false);
                case "notifications/resources/list_changed" ->
                    wanted.get("resourcesListChanged").asBoolean(false);
                case "notifications/resources/updated" ->
                    wanted.get("resourceSubscriptions").isArray()
                            && wanted.get("resourceSubscriptions").values().contains(params.get("uri"));
                default -> false;
            };
        }

        private boolean logs(Document params) {
            int least = LEVELS.indexOf(first.get("_meta").get(Modern.LOG_LEVEL).text(""));
            return least >= 0 && LEVELS.indexOf(params.get("level").text("")) >= least;
        }

        private void question(Frame frame) {
            if (frame.method().orElse("").equals("ping")) {
                seat.conversation.answer(frame.id(), Document.EMPTY_OBJECT);
                return;
            }
            boolean ask;
            synchronized (this) {
                if (over || method.equals(Modern.LISTEN)) {
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
            byte[] secret = new byte[24];
            random.nextBytes(secret);
            String state = STATE + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
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
            runs.remove(Wire.key(about));
            Run oldest = null;
            synchronized (parked) {
                parked.put(state, this);
                if (parked.size() > MAX_PARKED) {
                    String eldest = parked.keySet().iterator().next();
                    oldest = parked.remove(eldest);
                }
            }
            if (oldest != null) {
                oldest.cancel(Document.of("Too many requests wait for input"));
            }
            Document result = Document.object("resultType", Document.of("input_required"))
                    .with("inputRequests", requests)
                    .with("requestState", Document.of(state));
            deliver(Frames.result(about, result), Wire.key(about));
        }

        /** The client came back. */
        void resume(Frame frame) {
            Document params = frame.document().get("params");
            Document responses = params.get("inputResponses");
            Map<String, Frame> answered = new LinkedHashMap<>();
            boolean more;
            synchronized (this) {
                id = frame.id();
                token = params.at("_meta", "progressToken");
                asked.forEach((key, question) -> {
                    if (responses.get(key).isObject()) {
                        answered.put(key, question);
                    }
                });
                asked.keySet().removeAll(answered.keySet());
                more = !asked.isEmpty();
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
                settled(seat);
                return;
            }
            end(about);
            deliver(Frames.withId(shaped(frame), about), Wire.key(about));
        }

        @Override
        public void failure(UpstreamException cause) {
            Document about;
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                about = id;
            }
            if (about.isNull()) {
                forget();
            } else {
                fail(about, cause);
            }
            end(about);
        }

        private void forget() {
            synchronized (parked) {
                parked.values().remove(this);
            }
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
            if (method.equals(Modern.LISTEN)) {
                seat.close();
            } else if (!sent.isNull()) {
                linger(seat);
                seat.conversation.cancel(sent, reason);
                open.forEach(question -> seat.conversation.refuse(question.id(), "The client has left"));
            }
        }

        private void end(Document about) {
            runs.remove(Wire.key(about), this);
            if (method.equals(Modern.LISTEN)) {
                seat.close();
            } else {
                release(seat);
            }
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
}
