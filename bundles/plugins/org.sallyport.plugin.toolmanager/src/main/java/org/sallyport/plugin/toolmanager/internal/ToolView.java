package org.sallyport.plugin.toolmanager.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.middleware.Middleware;

/**
 * A server's tools as clients see them. Answers calls of tools that they do not see, gives renamed ones their own name,
 * and cuts lists of tools. Whatever it does not know how to read it passes.
 */
record ToolView(ToolRules rules) implements Middleware {
    /** JSON-RPC 2.0, section 5.1: method not found. MCP servers answer calls of unknown tools with it. */
    private static final int NOT_FOUND = -32601;

    /** Most characters of a tool's name in a message; names come from strangers. */
    private static final int MAX_NAME = 100;

    @Override
    public PolicyDecision process(PolicyCall call) {
        Message message = call.message();
        if (!Message.MCP.equals(message.protocol())) {
            return PolicyDecision.pass();
        }
        return switch (message.kind()) {
            case Message.REQUEST ->
                "tools/call".equals(message.method()) ? called(message.document()) : PolicyDecision.pass();
            case Message.RESPONSE ->
                "tools/list".equals(message.method()) ? listed(message.document()) : PolicyDecision.pass();
            default -> PolicyDecision.pass();
        };
    }

    private PolicyDecision called(Document request) {
        Optional<String> name = request.at("params", "name").text().filter(text -> !text.isEmpty());
        if (name.isEmpty()) {
            // Malformed: the server says so better than we could.
            return PolicyDecision.pass();
        }
        String shown = name.get();
        Optional<String> original = rules.original(shown);
        if (original.isEmpty()) {
            return hidden(request, readable(shown));
        }
        if (original.get().equals(shown)) {
            return PolicyDecision.pass();
        }
        Document params = request.get("params").with("name", Document.of(original.get()));
        return PolicyDecision.modify(
                request.with("params", params),
                "Tool '" + readable(shown) + "' is '" + readable(original.get()) + "' at the server",
                "tool_renamed");
    }

    private static PolicyDecision hidden(Document request, String name) {
        Document error = Document.fromJava(Map.of(
                "code",
                NOT_FOUND,
                "message",
                "Tool '" + name + "' is not available",
                "data",
                Map.of("reason", "tool_hidden")));
        Document answer = Document.object("jsonrpc", Document.of("2.0"))
                .with("id", request.get("id"))
                .with("error", error);
        return PolicyDecision.complete(answer, "Tool '" + name + "' is hidden", "tool_hidden");
    }

    private PolicyDecision listed(Document response) {
        Document result = response.get("result");
        List<Document> tools = result.get("tools").values();
        if (!result.get("tools").isArray() || tools.isEmpty()) {
            return PolicyDecision.pass();
        }
        List<Document> seen = new ArrayList<>(tools.size());
        int changed = 0;
        for (Document tool : tools) {
            Optional<Document> view = rules.view(tool);
            view.ifPresent(seen::add);
            changed += view.isPresent() && view.get() != tool ? 1 : 0;
        }
        int hidden = tools.size() - seen.size();
        if (hidden == 0 && changed == 0) {
            return PolicyDecision.pass();
        }
        return PolicyDecision.modify(
                        response.with("result", result.with("tools", Document.array(seen))),
                        hidden + " of " + tools.size() + " tools hidden, " + changed + " shown differently",
                        "tools_managed")
                .withMetadata(Document.fromJava(
                        Map.of("hidden_count", hidden, "changed_count", changed, "total_tools", tools.size())));
    }

    /** A name fit for a message: bounded, on one line. */
    private static String readable(String name) {
        StringBuilder out = new StringBuilder(Math.min(name.length(), MAX_NAME) + 1);
        name.codePoints().limit(MAX_NAME).map(c -> isPlain(c) ? c : '?').forEach(out::appendCodePoint);
        return name.length() > MAX_NAME ? out.append('…').toString() : out.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
