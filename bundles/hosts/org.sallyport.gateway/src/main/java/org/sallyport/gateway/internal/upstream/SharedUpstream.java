package org.sallyport.gateway.internal.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;

/**
 * One link to a server for all sessions. Ids and progress tokens are unique in a session only, so they are replaced by
 * numbers. The first {@code initialize} goes to the server, without the client's capabilities; the others get its
 * answer. What the server asks is refused, as nobody can say whose client it means; what it notifies of goes to
 * {@linkplain #broadcast all sessions}, progress to the one that asked for it. Log level and subscriptions are the
 * server's, so the last session that sets them decides. Thread-safe.
 */
final class SharedUpstream implements Upstream {
    private static final int MAX_OPEN = 65_536;

    private record Origin(SharedLink link, Document id, String token) {}

    private final Upstream server;
    private final Object lock = new Object();
    private final Set<SharedLink> links = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final Map<Long, Origin> origins = new HashMap<>();
    private final Map<String, Origin> tokens = new HashMap<>();
    private final Map<SharedLink, Document> greeting = new LinkedHashMap<>();
    private @Nullable Document greeted;
    private @Nullable Link link;
    private boolean initialized;
    private long greetingId;
    private long lastId;

    SharedUpstream(Upstream server) {
        this.server = server;
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public int prepared() {
        return server.prepared();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        if (era == Era.MODERN) {
            // Nothing of it is a session's, so there is nothing to keep apart.
            return server.open(era, inbox);
        }
        SharedLink opened = new SharedLink(inbox);
        links.add(opened);
        return opened;
    }

    @Override
    public void close() {
        Link last;
        synchronized (lock) {
            last = link;
            link = null;
        }
        if (last != null) {
            last.close();
        }
        server.close();
    }

    private Link link() {
        synchronized (lock) {
            if (link == null) {
                link = server.open(Era.LEGACY, new Demultiplexer());
            }
            return link;
        }
    }

    private CompletionStage<Void> initialize(SharedLink from, Frame frame) {
        Document answer;
        Frame first;
        synchronized (lock) {
            answer = greeted;
            if (answer == null) {
                boolean waits = !greeting.isEmpty();
                greeting.put(from, frame.id());
                if (waits) {
                    return CompletableFuture.completedFuture(null);
                }
                greetingId = ++lastId;
            }
            first = Frame.of(frame.document()
                    .with("id", Document.of(greetingId))
                    .with("params", withoutCapabilities(frame.document().get("params"))));
        }
        if (answer != null) {
            from.received(Frame.of(answer.with("id", frame.id())));
            return CompletableFuture.completedFuture(null);
        }
        return link().send(first).whenComplete((done, cause) -> {
            if (cause != null) {
                List<Map.Entry<SharedLink, Document>> others;
                synchronized (lock) {
                    greeting.remove(from);
                    others = List.copyOf(greeting.entrySet());
                    greeting.clear();
                }
                others.forEach(other -> other.getKey().failed(other.getValue(), exception(cause)));
            }
        });
    }

    private static Document withoutCapabilities(Document params) {
        return params.isObject() ? params.with("capabilities", Document.EMPTY_OBJECT) : params;
    }

    private UpstreamException exception(Throwable cause) {
        return cause instanceof UpstreamException known
                ? known
                : new UpstreamException("Server [" + name() + "] failed", cause);
    }

    private CompletionStage<Void> forward(SharedLink from, Frame frame) {
        String method = frame.method().orElse("");
        if (method.equals("initialize")) {
            return initialize(from, frame);
        } else if (frame.isRequest()) {
            return request(from, frame);
        } else if (method.equals("notifications/initialized")) {
            synchronized (lock) {
                if (initialized) {
                    return CompletableFuture.completedFuture(null);
                }
                initialized = true;
            }
        } else if (method.equals("notifications/cancelled")) {
            return cancel(from, frame);
        } else if (method.equals("notifications/roots/list_changed") || frame.isResponse()) {
            // The server was told of no roots and asked nobody anything.
            return CompletableFuture.completedFuture(null);
        }
        return link().send(frame);
    }

    private CompletionStage<Void> request(SharedLink from, Frame frame) {
        long id;
        Document asked = frame.document();
        Document token = asked.at("params", "_meta", "progressToken");
        synchronized (lock) {
            if (origins.size() >= MAX_OPEN) {
                return CompletableFuture.failedFuture(new UpstreamException("Server [" + name() + "] owes " + MAX_OPEN
                        + " answers; it takes no more requests. Try again later"));
            }
            id = ++lastId;
            String own = token.isNull() ? "" : Long.toString(id);
            Origin origin = new Origin(from, asked.get("id"), own);
            origins.put(id, origin);
            if (!own.isEmpty()) {
                tokens.put(own, new Origin(from, token, own));
                Document params = asked.get("params");
                asked = asked.with(
                        "params", params.with("_meta", params.get("_meta").with("progressToken", Document.of(own))));
            }
        }
        return link().send(Frame.of(asked.with("id", Document.of(id)))).whenComplete((done, cause) -> {
            if (cause != null) {
                take(id);
            }
        });
    }

    private CompletionStage<Void> cancel(SharedLink from, Frame frame) {
        Document params = frame.document().get("params");
        long found = -1;
        synchronized (lock) {
            for (Map.Entry<Long, Origin> entry : origins.entrySet()) {
                if (entry.getValue().link() == from && entry.getValue().id().equals(params.get("requestId"))) {
                    found = entry.getKey();
                }
            }
        }
        return found < 0
                ? CompletableFuture.completedFuture(null)
                : link().send(Frame.of(frame.document().with("params", params.with("requestId", Document.of(found)))));
    }

    private @Nullable Origin take(long id) {
        synchronized (lock) {
            Origin origin = origins.remove(id);
            if (origin != null) {
                tokens.remove(origin.token());
            }
            return origin;
        }
    }

    private void broadcast(Frame frame) {
        links.forEach(each -> each.received(frame));
    }

    private final class Demultiplexer implements Inbox {
        @Override
        public void received(Frame frame, String about) {
            if (frame.isResponse()) {
                answered(frame);
            } else if (frame.isRequest()) {
                link().send(Frame.of(refusal(frame)));
            } else if (frame.method().orElse("").equals("notifications/progress")) {
                progress(frame);
            } else {
                broadcast(frame);
            }
        }

        private Document refusal(Frame asked) {
            Map<String, Document> answer = new LinkedHashMap<>();
            answer.put("jsonrpc", Document.of("2.0"));
            answer.put("id", asked.id());
            if (asked.method().orElse("").equals("ping")) {
                answer.put("result", Document.EMPTY_OBJECT);
            } else {
                answer.put(
                        "error",
                        Document.fromJava(Map.of(
                                "code",
                                -32601,
                                "message",
                                "This server is shared by several sessions, so none of their clients can be asked")));
            }
            return Document.object(answer);
        }

        private void answered(Frame frame) {
            long id = frame.id().asLong(-1);
            List<Map.Entry<SharedLink, Document>> waiting = List.of();
            synchronized (lock) {
                if (id == greetingId) {
                    greetingId = -1;
                    waiting = new ArrayList<>(greeting.entrySet());
                    greeting.clear();
                    greeted = frame.document().has("result") ? frame.document() : null;
                }
            }
            waiting.forEach(each ->
                    each.getKey().received(Frame.of(frame.document().with("id", each.getValue()))));
            Origin origin = take(id);
            if (origin != null) {
                origin.link().received(Frame.of(frame.document().with("id", origin.id())));
            }
        }

        private void progress(Frame frame) {
            Document params = frame.document().get("params");
            Origin origin;
            synchronized (lock) {
                origin = tokens.get(params.get("progressToken").text(""));
            }
            if (origin != null) {
                origin.link()
                        .received(Frame.of(frame.document().with("params", params.with("progressToken", origin.id()))));
            }
        }

        @Override
        public void failed(String id, UpstreamException cause) {
            long number = Long.parseLong(id);
            List<Map.Entry<SharedLink, Document>> waiting = List.of();
            synchronized (lock) {
                if (number == greetingId) {
                    waiting = new ArrayList<>(greeting.entrySet());
                    greeting.clear();
                }
            }
            waiting.forEach(each -> each.getKey().failed(each.getValue(), cause));
            Origin origin = take(number);
            if (origin != null) {
                origin.link().failed(origin.id(), cause);
            }
        }

        @Override
        public void lost(UpstreamException cause) {
            synchronized (lock) {
                greeted = null;
                initialized = false;
            }
            links.forEach(each -> each.lost(cause));
        }
    }

    /** One session's part in the link. Its inbox is called under its lock, so by one thread at a time. */
    private final class SharedLink implements Link {
        private final Inbox inbox;
        private volatile boolean closed;

        SharedLink(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public CompletionStage<Void> send(Frame frame) {
            return closed
                    ? CompletableFuture.failedFuture(
                            new UpstreamException("The link to server [" + name() + "] was closed"))
                    : forward(this, frame);
        }

        @Override
        public void close() {
            closed = true;
            links.remove(this);
            synchronized (lock) {
                greeting.remove(this);
                tokens.values().removeIf(origin -> origin.link() == this);
                origins.values().removeIf(origin -> origin.link() == this);
            }
        }

        synchronized void received(Frame frame) {
            if (!closed) {
                inbox.received(frame, "");
            }
        }

        synchronized void failed(Document id, UpstreamException cause) {
            if (!closed) {
                inbox.failed(Wire.key(id), cause);
            }
        }

        synchronized void lost(UpstreamException cause) {
            if (!closed) {
                inbox.lost(cause);
            }
        }
    }
}
