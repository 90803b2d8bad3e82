package org.sallyport.plugin.calltrace.internal;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.middleware.Middleware;

/**
 * Appends a trace to the results of tool calls. {@code structuredContent} and {@code isError} stay as they are: clients
 * check the former against the tool's schema. Errors, and results that are no content yet (a task that was created, input
 * that is asked for), pass.
 */
record TracedCalls(TraceSettings settings, Clock clock) implements Middleware {
    private static final String HEADING = "Call trace";
    private static final String UNKNOWN = "N/A";

    /** Most characters of a tool's name or an id; they come from strangers. */
    private static final int MAX_NAME = 200;

    @Override
    public PolicyDecision process(PolicyCall call) {
        Message message = call.message();
        Document response = message.document();
        if (!Message.RESPONSE.equals(message.kind())
                || !Message.MCP.equals(message.protocol())
                || !"tools/call".equals(message.method())
                || !response.get("error").isNull()
                || !response.has("result")
                || isNoContentYet(response.get("result"))) {
            return PolicyDecision.pass();
        }
        Document block = text(trace(call, response));
        return PolicyDecision.modify(
                response.with("result", appended(response.get("result"), block)), "Trace appended", "traced");
    }

    private static boolean isNoContentYet(Document result) {
        return result.at("task", "taskId").isString()
                || !result.get("resultType").text("complete").equals("complete");
    }

    private static Document appended(Document result, Document block) {
        Document content = result.get("content");
        if (content.isArray()) {
            List<Document> blocks = new ArrayList<>(content.values());
            blocks.add(block);
            return result.with("content", Document.array(blocks));
        }
        // Not what MCP asks for. Clients would show nothing but the trace, so they get the result as text too.
        Document wrapped = Document.array(text(result.toJson(2)), block);
        return result.isObject() ? result.with("content", wrapped) : Document.object("content", wrapped);
    }

    private static Document text(String text) {
        return Document.object("type", Document.of("text")).with("text", Document.of(text));
    }

    private String trace(PolicyCall call, Document response) {
        Document request = call.request().map(Message::document).orElse(Document.NULL);
        Document id = request.has("id") ? request.get("id") : response.get("id");
        StringBuilder trace = new StringBuilder(HEADING);
        for (TraceField field : settings.fields()) {
            trace.append('\n').append(field.label()).append(": ").append(value(field, call, request, response, id));
        }
        return trace.toString();
    }

    private String value(TraceField field, PolicyCall call, Document request, Document response, Document id) {
        Document params = request.get("params");
        return switch (field) {
            case SERVER -> line(call.exchange().server()).orElse(UNKNOWN);
            case TOOL -> params.get("name").text().flatMap(TracedCalls::line).orElse("[Unknown]");
            case PARAMS ->
                PythonJson.text(
                        params.has("arguments") ? params.get("arguments") : Document.EMPTY_OBJECT,
                        settings.maxParamLength());
            case RESPONSE_SIZE -> Sizes.readable(PythonJson.size(response.get("result")));
            // Without an id nothing tells which request this answers.
            case DURATION ->
                id.isNull() ? UNKNOWN : Math.max(0, call.exchange().elapsed().toMillis()) + "ms";
            case REQUEST_ID ->
                id.numberText().or(() -> id.text().flatMap(TracedCalls::line)).orElse(UNKNOWN);
            case TIMESTAMP -> clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
        };
    }

    /** The text without what would begin another line, so that nobody can make up fields; empty if there is none. */
    private static Optional<String> line(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_NAME) + 1);
        text.codePoints()
                .limit(MAX_NAME)
                .map(c -> PythonJson.isPrintable(c) ? c : '?')
                .forEach(out::appendCodePoint);
        return Optional.of(
                text.codePointCount(0, text.length()) > MAX_NAME
                        ? out.append('…').toString()
                        : out.toString());
    }
}
