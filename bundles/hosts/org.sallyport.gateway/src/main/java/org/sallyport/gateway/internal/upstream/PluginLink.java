package org.sallyport.gateway.internal.upstream;

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
final class PluginLink extends LocalLink {
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL = -32603;
    private static final int MAX_FINDINGS = 5;

    private final UpstreamSettings settings;
    private final PluginTools tools;
    private final Consumer<PluginLink> onClose;
    private final Map<String, ToolCall> running = new ConcurrentHashMap<>();
    private volatile List<Document> shown = List.of();
    private volatile String revision = "";
    private volatile boolean ready;

    PluginLink(UpstreamSettings settings, PluginTools tools, Upstream.Inbox inbox, Consumer<PluginLink> onClose) {
        super(inbox);
        this.settings = settings;
        this.tools = tools;
        this.onClose = onClose;
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        if (isClosed()) {
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
        super.close();
        onClose.accept(this);
        running.values().forEach(ToolCall::cancel);
        running.clear();
    }

    /** The set of plugins changed; tells the client if its tools did. */
    void toolsChanged() {
        List<Document> now = listed();
        if (ready && !isClosed() && !now.equals(shown)) {
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
        revision = revision(params);
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
}
