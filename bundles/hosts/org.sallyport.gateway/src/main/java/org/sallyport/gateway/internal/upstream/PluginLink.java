package org.sallyport.gateway.internal.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;

/** A conversation with a plugin: a small MCP server with tools and nothing else, revisions 2024-11-05 to 2025-11-25. */
final class PluginLink implements Upstream.Link {
    private static final List<String> REVISIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL = -32603;
    private static final int MAX_FINDINGS = 5;

    private final UpstreamSettings settings;
    private final PluginTools tools;
    private final Upstream.Inbox inbox;
    private final Consumer<PluginLink> onClose;
    private final Map<String, ToolCall> running = new ConcurrentHashMap<>();
    private final ArrayDeque<Frame> outgoing = new ArrayDeque<>();
    private boolean delivering;
    private volatile List<Document> shown = List.of();
    private volatile String revision = "";
    private volatile boolean ready;
    private volatile boolean closed;

    PluginLink(UpstreamSettings settings, PluginTools tools, Upstream.Inbox inbox, Consumer<PluginLink> onClose) {
        this.settings = settings;
        this.tools = tools;
        this.inbox = inbox;
        this.onClose = onClose;
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new UpstreamException("The link to server [" + settings.name() + "] was closed"));
        }
        String method = frame.method().orElse("");
        if (frame.isRequest()) {
            request(method, frame);
        } else if (method.equals("notifications/initialized")) {
            shown = listed();
            ready = true;
        } else if (method.equals("notifications/cancelled")) {
            ToolCall call = running.remove(Wire.key(frame.document().at("params", "requestId")));
            if (call != null) {
                call.cancel();
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
        running.values().forEach(ToolCall::cancel);
        running.clear();
    }

    /** The set of plugins changed; tells the client if its tools did. */
    void toolsChanged() {
        List<Document> now = listed();
        if (ready && !closed && !now.equals(shown)) {
            shown = now;
            deliver(Document.fromJava(Map.of("jsonrpc", "2.0", "method", "notifications/tools/list_changed")));
        }
    }

    private void request(String method, Frame frame) {
        Document params = frame.document().get("params");
        switch (method) {
            case "initialize" -> result(frame.id(), initialize(params));
            case "ping" -> result(frame.id(), Document.EMPTY_OBJECT);
            case "tools/list" -> list(frame.id(), params);
            case "tools/call" -> call(frame.id(), params);
            default ->
                error(
                        frame.id(),
                        METHOD_NOT_FOUND,
                        "Server [" + settings.name() + "] has no method [" + Wire.shown(method) + "]");
        }
    }

    private Document initialize(Document params) {
        String wanted = params.get("protocolVersion").text("");
        revision = REVISIONS.contains(wanted) ? wanted : REVISIONS.get(0);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("protocolVersion", revision);
        result.put("capabilities", Map.of("tools", Map.of("listChanged", true)));
        Generation.PluginToolSet set = tools.current().plugins().get(plugin());
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("name", plugin());
        info.put("version", set == null ? "0.0.0" : set.version());
        result.put("serverInfo", info);
        return Document.fromJava(result);
    }

    private void list(Document id, Document params) {
        if (params.has("cursor")) {
            error(id, INVALID_PARAMS, "The cursor is unknown: this server lists all its tools at once");
            return;
        }
        shown = listed();
        result(id, Document.object("tools", Document.array(shown)));
    }

    private List<Document> listed() {
        Generation.PluginToolSet set = tools.current().plugins().get(plugin());
        return set == null
                ? List.of()
                : set.tools().stream().map(Generation.Tool::listed).toList();
    }

    private void call(Document id, Document params) {
        Generation generation = tools.current();
        while (!generation.enter()) {
            generation = tools.current();
        }
        boolean handedOn = false;
        try {
            handedOn = call(id, params, generation);
        } finally {
            if (!handedOn) {
                generation.exit();
            }
        }
    }

    private boolean call(Document id, Document params, Generation generation) {
        String name = params.get("name").text("");
        Generation.PluginToolSet set = generation.plugins().get(plugin());
        Generation.Tool tool = set == null
                ? null
                : set.tools().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElse(null);
        if (tool == null) {
            error(id, INVALID_PARAMS, "Server [" + settings.name() + "] has no tool [" + Wire.shown(name) + "]");
            return false;
        }
        Document arguments = params.has("arguments") ? params.get("arguments") : Document.EMPTY_OBJECT;
        String wrong = arguments.isObject() ? findings(tool, arguments) : "the arguments are no object";
        if (!wrong.isEmpty()) {
            error(id, INVALID_PARAMS, "Tool [" + name + "] cannot be called: " + wrong);
            return false;
        }
        ToolCall call = new ToolCall(settings, tools, tool, generation, arguments, revision, answer -> {
            if (running.remove(Wire.key(id)) != null) {
                result(id, answer);
            }
        });
        if (running.putIfAbsent(Wire.key(id), call) != null) {
            error(id, INVALID_REQUEST, "A request with this id is running already");
            return false;
        }
        try {
            call.start();
            return true;
        } catch (RejectedExecutionException e) {
            running.remove(Wire.key(id));
            error(id, INTERNAL, "Too many calls of tools are waiting; try again later");
            return false;
        }
    }

    private String findings(Generation.Tool tool, Document arguments) {
        List<SettingsException> found = tools.check(tool.schema(), arguments);
        List<String> texts = new ArrayList<>();
        for (SettingsException each : found.subList(0, Math.min(MAX_FINDINGS, found.size()))) {
            texts.add((each.path().isEmpty() ? "" : each.path() + ": ") + each.getMessage());
        }
        return String.join("; ", texts);
    }

    private String plugin() {
        return settings.plugin().orElseThrow();
    }

    private void result(Document id, Document result) {
        answer(id, "result", result);
    }

    private void error(Document id, int code, String message) {
        Map<String, Document> error = new LinkedHashMap<>();
        error.put("code", Document.of(code));
        error.put("message", Document.of(message));
        answer(id, "error", Document.object(error));
    }

    private void answer(Document id, String member, Document value) {
        Map<String, Document> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", Document.of("2.0"));
        answer.put("id", id);
        answer.put(member, value);
        deliver(Document.object(answer));
    }

    /** One thread at a time delivers, without a lock held, in the order in which it was queued. */
    private void deliver(Document message) {
        synchronized (outgoing) {
            outgoing.add(Frame.of(message));
            if (delivering) {
                return;
            }
            delivering = true;
        }
        while (true) {
            Frame next;
            synchronized (outgoing) {
                next = outgoing.poll();
                if (next == null) {
                    delivering = false;
                    return;
                }
            }
            if (!closed) {
                inbox.received(next, "");
            }
        }
    }
}
