package org.sallyport.gateway.internal.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a server of the modern era as one of the legacy era: {@code initialize} asks it what it is, each request tells it
 * what the client said there, a result that requires input becomes requests to the client, and subscriptions stand for
 * the notifications of a session. Thread-safe.
 */
final class LegacyOverModern implements Upstream.Link, Upstream.Inbox {
    private static final Logger log = LoggerFactory.getLogger(LegacyOverModern.class);

    /** The newest revision of the legacy era. */
    private static final String NEWEST = "2025-11-25";

    private static final List<String> REVISIONS = List.of(NEWEST, "2025-06-18", "2025-03-26", "2024-11-05");

    /** Most times a server may require input for one request. */
    static final int MAX_ROUNDS = 32;

    private static final long RESOURCE_NOT_FOUND = -32002;
    private static final Document OPENING = Document.of("sallyport-open");

    private final String server;
    private final Upstream.Inbox inbox;
    private final Upstream.Link link;
    private final Object delivery = new Object();
    private final AtomicLong ids = new AtomicLong();

    /** By the id under which the server knows them, as JSON text. */
    private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();

    /** By the id of the question to the client, as JSON text. */
    private final Map<String, Question> questions = new ConcurrentHashMap<>();

    private final Set<String> uris = ConcurrentHashMap.newKeySet();
    private volatile Document initialize = Document.NULL;
    private volatile Document capabilities = Document.EMPTY_OBJECT;
    private volatile Document level = Document.of("info");
    private volatile String subscription = "";

    /** A request of the client; {@code rounds} counts how often it was sent. */
    private record Exchange(Frame asked, int rounds) {}

    private record Question(Input input, String key) {}

    /** What a server requires before it goes on with a request. */
    private static final class Input {
        final Exchange exchange;
        final Document state;
        final int size;
        final Map<String, Document> given = new LinkedHashMap<>();
        boolean over;

        Input(Exchange exchange, Document state, int size) {
            this.exchange = exchange;
            this.state = state;
            this.size = size;
        }
    }

    LegacyOverModern(Upstream server, Upstream.Inbox inbox) {
        this.server = server.name();
        this.inbox = inbox;
        this.link = server.open(Era.MODERN, this);
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        if (frame.isResponse()) {
            answered(frame);
            return CompletableFuture.completedFuture(null);
        }
        Document params = frame.document().get("params");
        switch (frame.method().orElse("")) {
            case "initialize" -> {
                initialize = frame.document();
                Document discover = Frames.request(OPENING, Modern.DISCOVER, Document.EMPTY_OBJECT)
                        .document();
                return link.send(told(Frame.of(discover), false));
            }
            case "notifications/initialized" -> subscribe();
            case "notifications/cancelled" -> cancel(frame, params.get("requestId"));
            case "ping" -> deliver(Frames.result(frame.id(), Document.EMPTY_OBJECT), "");
            case "logging/setLevel" -> {
                level = params.get("level");
                deliver(Frames.result(frame.id(), Document.EMPTY_OBJECT), "");
            }
            case "resources/subscribe", "resources/unsubscribe" -> {
                String uri = params.get("uri").text("");
                if (frame.method().orElse("").equals("resources/subscribe") ? uris.add(uri) : uris.remove(uri)) {
                    subscribe();
                }
                deliver(Frames.result(frame.id(), Document.EMPTY_OBJECT), "");
            }
            default -> {
                if (frame.isRequest()) {
                    return ask(frame.id(), new Exchange(frame, 1), frame);
                }
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> ask(Document id, Exchange exchange, Frame request) {
        exchanges.put(Wire.key(id), exchange);
        return link.send(told(Frames.withId(request, id), capabilities.has("logging")));
    }

    /** A request that says what its client said when it was initialized. */
    private Frame told(Frame request, boolean logs) {
        Document client = initialize.get("params");
        Document params = request.document().get("params");
        Document meta = params.get("_meta").isObject() ? params.get("_meta") : Document.EMPTY_OBJECT;
        Document abilities = client.get("capabilities");
        meta = meta.with(Modern.VERSION, Document.of(Modern.REVISION))
                .with(Modern.CAPABILITIES, abilities.isObject() ? abilities : Document.EMPTY_OBJECT);
        if (client.has("clientInfo")) {
            meta = meta.with(Modern.CLIENT, client.get("clientInfo"));
        }
        if (logs) {
            meta = meta.with(Modern.LOG_LEVEL, level);
        }
        Document whole = params.isObject() ? params : Document.EMPTY_OBJECT;
        return Frame.of(request.document().with("params", whole.with("_meta", meta)));
    }

    /** One subscription for all that the session wants to hear of; a new one begins before the old one ends. */
    private synchronized void subscribe() {
        Document wanted = Document.EMPTY_OBJECT;
        for (String kind : List.of("tools", "prompts", "resources")) {
            if (capabilities.at(kind, "listChanged").asBoolean(false)) {
                wanted = wanted.with(kind + "ListChanged", Document.TRUE);
            }
        }
        List<Document> watched = uris.stream().sorted().map(Document::of).toList();
        if (!watched.isEmpty()) {
            wanted = wanted.with("resourceSubscriptions", Document.array(watched));
        }
        String old = subscription;
        subscription = "";
        if (wanted.size() > 0) {
            Document id = Document.of("sallyport-listen-" + ids.incrementAndGet());
            subscription = Wire.key(id);
            link.send(told(Frames.request(id, Modern.LISTEN, Document.object("notifications", wanted)), false));
        }
        if (!old.isEmpty()) {
            String id = old.substring(1, old.length() - 1);
            link.send(Frames.notification("notifications/cancelled", Document.object("requestId", Document.of(id))));
        }
    }

    private void cancel(Frame cancelled, Document id) {
        String key = Wire.key(id);
        exchanges.forEach((current, exchange) -> {
            if (Wire.key(exchange.asked().id()).equals(key) && exchanges.remove(current, exchange)) {
                Document known = exchange.rounds() == 1 ? id : Document.of(current.substring(1, current.length() - 1));
                link.send(Frames.with(cancelled, known, "params", "requestId"));
            }
        });
        withdraw(question -> Wire.key(question.input().exchange.asked().id()).equals(key));
    }

    /** Tells the client that nobody waits for its answer any more. */
    private void withdraw(java.util.function.Predicate<Question> which) {
        questions.forEach((key, question) -> {
            if (which.test(question) && questions.remove(key, question)) {
                Document id = Document.of(key.substring(1, key.length() - 1));
                deliver(Frames.notification("notifications/cancelled", Document.object("requestId", id)), "");
            }
        });
    }

    @Override
    public void received(Frame frame, String about) {
        if (!frame.isResponse()) {
            notified(frame, about);
        } else if (Wire.key(frame.id()).equals(Wire.key(OPENING))) {
            deliver(opened(frame), "");
        } else {
            Exchange exchange = exchanges.remove(Wire.key(frame.id()));
            if (exchange != null) {
                result(frame, exchange);
            } else if (Wire.key(frame.id()).equals(subscription)) {
                log.warn("Server [{}] ended a subscription; its notifications will be missed", server);
            }
        }
    }

    /** The answer to {@code initialize}. */
    private Frame opened(Frame discovered) {
        Document id = initialize.get("id");
        Document result = discovered.document().get("result");
        if (!result.isObject()) {
            return Frames.withId(discovered, id);
        }
        capabilities = result.get("capabilities").isObject() ? result.get("capabilities") : Document.EMPTY_OBJECT;
        String asked = initialize.at("params", "protocolVersion").text("");
        Document info = result.get("_meta").get(Modern.SERVER);
        Document answer = Document.object("protocolVersion", Document.of(REVISIONS.contains(asked) ? asked : NEWEST))
                .with("capabilities", capabilities)
                .with(
                        "serverInfo",
                        info.isObject()
                                ? info
                                : Document.object("name", Document.of(server)).with("version", Document.of("0")));
        return Frames.result(
                id, result.has("instructions") ? answer.with("instructions", result.get("instructions")) : answer);
    }

    private void result(Frame frame, Exchange exchange) {
        Document result = frame.document().get("result");
        Frame answer = Frames.withId(frame, exchange.asked().id());
        if (!result.get("resultType").text("").equals("input_required")) {
            long code = frame.document().at("error", "code").asLong(0);
            boolean nowhere = code == RpcError.INVALID_PARAMS
                    && exchange.asked().method().orElse("").equals("resources/read");
            deliver(
                    nowhere ? Frames.with(answer, Document.of(RESOURCE_NOT_FOUND), "error", "code") : answer,
                    Wire.key(answer.id()));
        } else if (exchange.rounds() >= MAX_ROUNDS) {
            deliver(
                    new RpcError(
                                    RpcError.INTERNAL_ERROR,
                                    "Server [" + server + "] required input more than [" + MAX_ROUNDS + "] times")
                            .to(answer.id()),
                    Wire.key(answer.id()));
        } else {
            require(exchange, result);
        }
    }

    private void require(Exchange exchange, Document result) {
        Map<String, Document> wanted = result.get("inputRequests").isObject()
                ? result.get("inputRequests").members()
                : Map.of();
        Input input = new Input(exchange, result.get("requestState"), wanted.size());
        if (wanted.isEmpty()) {
            again(input);
            return;
        }
        List<Frame> asked = new ArrayList<>();
        wanted.forEach((key, request) -> {
            Document id = Document.of("sallyport-input-" + ids.incrementAndGet());
            questions.put(Wire.key(id), new Question(input, key));
            asked.add(Frames.request(id, request.get("method").text(""), request.get("params")));
        });
        asked.forEach(question -> deliver(question, Wire.key(exchange.asked().id())));
    }

    /** The client answered a question. */
    private void answered(Frame frame) {
        Question question = questions.remove(Wire.key(frame.id()));
        if (question == null) {
            return;
        }
        Input input = question.input();
        boolean complete;
        boolean failed;
        synchronized (input) {
            input.given.put(question.key(), frame.document().get("result"));
            failed = frame.document().has("error") && !input.over;
            complete = input.given.size() == input.size && !input.over;
            input.over |= failed || complete;
        }
        if (failed) {
            // There is no form in which the server could be told; it holds nothing that waits.
            withdraw(other -> other.input() == input);
            Document id = input.exchange.asked().id();
            deliver(Frame.of(frame.document().with("id", id)), Wire.key(id));
        } else if (complete) {
            again(input);
        }
    }

    private void again(Input input) {
        Exchange next = new Exchange(input.exchange.asked(), input.exchange.rounds() + 1);
        Document params = next.asked().document().get("params");
        Document whole = (params.isObject() ? params : Document.EMPTY_OBJECT)
                .with("inputResponses", Document.object(input.given));
        if (!input.state.isNull()) {
            whole = whole.with("requestState", input.state);
        }
        Frame request = Frame.of(next.asked().document().with("params", whole));
        Document id = Document.of("sallyport-again-" + ids.incrementAndGet());
        ask(id, next, request).whenComplete((sent, failure) -> {
            if (failure != null) {
                failed(Wire.key(id), new UpstreamException("Server [" + server + "] took no input", failure));
            }
        });
    }

    private void notified(Frame frame, String about) {
        Document meta = frame.document().at("params", "_meta");
        if (frame.method().orElse("").equals(Modern.ACKNOWLEDGED)) {
            return;
        } else if (meta.has(Modern.SUBSCRIPTION)) {
            if (Wire.key(meta.get(Modern.SUBSCRIPTION)).equals(subscription)) {
                Document params = frame.document().get("params").with("_meta", meta.without(Modern.SUBSCRIPTION));
                deliver(Frame.of(frame.document().with("params", params)), "");
            }
            return;
        }
        Exchange exchange = exchanges.get(about);
        deliver(frame, exchange == null ? "" : Wire.key(exchange.asked().id()));
    }

    @Override
    public void failed(String id, UpstreamException cause) {
        Exchange exchange = exchanges.remove(id);
        if (exchange != null) {
            inbox.failed(Wire.key(exchange.asked().id()), cause);
        } else if (id.equals(Wire.key(OPENING))) {
            inbox.failed(Wire.key(initialize.get("id")), cause);
        } else if (id.equals(subscription)) {
            log.warn("The subscription at server [{}] broke: {}", server, cause.getMessage());
            subscription = "";
            inbox.lost(cause);
        }
    }

    @Override
    public void lost(UpstreamException cause) {
        inbox.lost(cause);
    }

    /** One thread at a time. */
    private void deliver(Frame frame, String about) {
        synchronized (delivery) {
            inbox.received(frame, about);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
