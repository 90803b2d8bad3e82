package org.sallyport.gateway.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.gateway.internal.upstream.UpstreamException;

/** A small MCP server in this process. */
final class MemoryUpstream implements Upstream {
    /** What links were sent, as text, in order. */
    final List<String> seen = new CopyOnWriteArrayList<>();

    final List<Line> lines = new CopyOnWriteArrayList<>();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicBoolean forgot = new AtomicBoolean();
    volatile boolean silent;

    /** Whether requests but {@code initialize} fail, as if the server could not be reached. */
    volatile boolean down;

    /** What results of lists have beside the list. */
    volatile Document extras = Document.EMPTY_OBJECT;

    /** The cursor that the first page of tools has. */
    volatile String cursor = "two";

    volatile boolean saysAbout = true;
    volatile String revision = "2025-11-25";

    private final String name;

    MemoryUpstream(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        Line line = new Line(inbox);
        lines.add(line);
        return line;
    }

    @Override
    public void close() {
        lines.forEach(Line::close);
    }

    boolean saw(String part) {
        return seen.stream().anyMatch(text -> text.contains(part));
    }

    final class Line implements Link {
        final Inbox inbox;
        private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "memory-upstream");
            made.setDaemon(true);
            return made;
        });
        private volatile Frame waitingCall;

        Line(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public CompletionStage<Void> send(Frame frame) {
            seen.add(new String(frame.bytes(), StandardCharsets.UTF_8));
            if (silent) {
                return CompletableFuture.completedFuture(null);
            }
            thread.execute(() -> handle(frame));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            thread.shutdown();
        }

        /** Says something on its own. */
        void say(Frame frame, String about) {
            thread.execute(() -> inbox.received(frame, about));
        }

        void lose() {
            thread.execute(() -> inbox.lost(new UpstreamException("Server [" + name + "] went away")));
        }

        private void handle(Frame frame) {
            if (frame.isResponse()) {
                Frame call = waitingCall;
                answer(
                        call,
                        text("client said "
                                + frame.document().at("result", "role").text("?")));
                return;
            }
            if (!frame.isRequest()) {
                return;
            }
            if (down && !frame.method().orElse("").equals("initialize")) {
                inbox.failed(frame.id().toJson(), new UpstreamException("Server [" + name + "] cannot be reached"));
                return;
            }
            Document params = frame.document().get("params");
            switch (frame.method().orElse("")) {
                case "initialize" -> answer(frame, initialize());
                case "server/discover" -> answer(frame, discover());
                case "subscriptions/listen" -> {
                    for (String method :
                            List.of("notifications/subscriptions/acknowledged", "notifications/tools/list_changed")) {
                        inbox.received(
                                Frames.notification(
                                        method,
                                        Document.object("_meta", Document.object(Modern.SUBSCRIPTION, frame.id()))),
                                about(frame));
                    }
                }
                case "ping", "logging/setLevel", "resources/subscribe" -> answer(frame, Document.EMPTY_OBJECT);
                case "tools/list" -> list(frame, params);
                case "resources/list" ->
                    answer(
                            frame,
                            Document.object(
                                    "resources", Document.array(Document.object("uri", Document.of("file:///a")))));
                case "resources/templates/list" ->
                    answer(
                            frame,
                            Document.object(
                                    "resourceTemplates",
                                    Document.array(Document.object("uriTemplate", Document.of("file:///{path}")))));
                case "prompts/list" ->
                    answer(
                            frame,
                            Document.object("prompts", Document.array(Document.object("name", Document.of("greet")))));
                case "prompts/get" ->
                    answer(
                            frame,
                            TestGateway.json(
                                    "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"resource_link\",\"uri\":\"file:///a\",\"name\":\"a\"}}]}"));
                case "completion/complete" ->
                    answer(
                            frame,
                            Document.object(
                                    "completion",
                                    Document.object(
                                            "values",
                                            Document.array(Document.of(
                                                    params.get("ref").toJson())))));
                case "resources/read" ->
                    answer(
                            frame,
                            Document.object("contents", Document.array(Document.object("uri", params.get("uri")))));
                case "tools/call" -> call(frame, params);
                default ->
                    inbox.received(
                            Frame.of(Document.object("jsonrpc", Document.of("2.0"))
                                    .with("id", frame.id())
                                    .with(
                                            "error",
                                            Document.object("code", Document.of(-32601))
                                                    .with("message", Document.of("no such method")))),
                            about(frame));
            }
        }

        private Document initialize() {
            return Document.object("protocolVersion", Document.of(revision))
                    .with(
                            "capabilities",
                            Document.object("tools", Document.EMPTY_OBJECT)
                                    .with("prompts", Document.EMPTY_OBJECT)
                                    .with("resources", Document.object("subscribe", Document.TRUE))
                                    .with("logging", Document.EMPTY_OBJECT))
                    .with("serverInfo", Document.object("name", Document.of("memory-" + name)));
        }

        private Document discover() {
            return Document.object("resultType", Document.of("complete"))
                    .with("supportedVersions", Document.array(Document.of(Modern.REVISION)))
                    .with("capabilities", initialize().get("capabilities"))
                    .with("ttlMs", Document.of(name.length() * 1_000L))
                    .with("cacheScope", Document.of("public"))
                    .with("_meta", Document.object(Modern.SERVER, Document.object("name", Document.of(name))));
        }

        private void list(Frame frame, Document params) {
            Document result = params.get("cursor").text("").equals(cursor)
                    ? Document.object("tools", Document.array(tool("second")))
                    : Document.object("tools", Document.array(tool("echo"), tool("echo")))
                            .with("nextCursor", Document.of(cursor));
            for (String extra : extras.keys()) {
                result = result.with(extra, extras.get(extra));
            }
            answer(frame, result);
        }

        private Document tool(String tool) {
            return Document.object("name", Document.of(tool))
                    .with(
                            "inputSchema",
                            TestGateway.json(
                                    "{\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}"));
        }

        private void call(Frame frame, Document params) {
            Document arguments = params.get("arguments");
            switch (params.get("name").text("")) {
                case "echo" -> answer(frame, text(arguments.get("message").text("")));
                case "big" ->
                    answer(frame, text("y".repeat((int) arguments.get("size").asLong(0))));
                case "progress" -> {
                    for (int i = 1; i <= 5; i++) {
                        inbox.received(
                                Frames.notification(
                                        "notifications/progress",
                                        Document.object("progressToken", params.at("_meta", "progressToken"))
                                                .with("progress", Document.of(i))),
                                about(frame));
                    }
                    answer(frame, text("done"));
                }
                case "logs" -> {
                    for (int i = 0; i < arguments.get("count").asLong(0); i++) {
                        inbox.received(
                                Frames.notification(
                                        "notifications/message",
                                        Document.object("level", Document.of("info"))
                                                .with("data", Document.of("log " + i))),
                                about(frame));
                    }
                    answer(frame, text("logged"));
                }
                case "sample" -> {
                    waitingCall = frame;
                    inbox.received(
                            Frames.request(
                                    Document.of("s1"),
                                    "sampling/createMessage",
                                    Document.object("maxTokens", Document.of(1))),
                            about(frame));
                }
                case "slow" -> {}
                case "input" ->
                    answer(
                            frame,
                            params.has("inputResponses")
                                    ? text("got " + params.get("inputResponses").toJson())
                                    : TestGateway.json(
                                            "{\"resultType\":\"input_required\",\"inputRequests\":{\"who\":{\"method\":\"roots/list\",\"params\":{}}},\"requestState\":\"s\"}"));
                case "asks" ->
                    inbox.received(Frames.request(Document.of("s1"), "roots/list", Document.NULL), about(frame));
                case "forgotten" -> {
                    inbox.lost(new UpstreamException("Server [" + name + "] forgot the session"));
                    inbox.failed(frame.id().toJson(), UpstreamException.unprocessed("it forgot the session"));
                }
                case "forgotten-once" -> {
                    if (forgot.compareAndSet(false, true)) {
                        inbox.lost(new UpstreamException("Server [" + name + "] forgot the session"));
                        inbox.failed(frame.id().toJson(), UpstreamException.unprocessed("it forgot the session"));
                    } else {
                        answer(frame, text("remembered"));
                    }
                }
                case "fail" -> inbox.failed(frame.id().toJson(), new UpstreamException("the process ended"));
                default ->
                    inbox.received(
                            Frame.of(Document.object("jsonrpc", Document.of("2.0"))
                                    .with("id", frame.id())
                                    .with(
                                            "error",
                                            Document.object("code", Document.of(-32602))
                                                    .with("message", Document.of("Unknown tool")))),
                            about(frame));
            }
        }

        private Document text(String text) {
            return Document.object(
                    "content",
                    Document.array(Document.object("type", Document.of("text")).with("text", Document.of(text))));
        }

        private void answer(Frame frame, Document result) {
            inbox.received(Frames.result(frame.id(), result), about(frame));
        }

        private String about(Frame frame) {
            return saysAbout ? frame.id().toJson() : "";
        }
    }
}
