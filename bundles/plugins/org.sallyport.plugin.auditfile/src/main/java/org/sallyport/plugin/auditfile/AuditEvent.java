package org.sallyport.plugin.auditfile;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;

/**
 * What an audit record says of one message, whatever its form. All text that strangers chose is bounded here.
 *
 * @param at when the pass began
 * @param eventType such as {@code REQUEST_MODIFIED} or {@code SECURITY_BLOCK}
 * @param kind the message's kind
 * @param requestId the JSON-RPC id, {@link Document#NULL} if there is none; a string has at most {@value #MAX_NAME}
 *     characters
 * @param server the upstream server's name; empty if the message concerns none or all
 * @param method the method, of a response that of its request; at most {@value #MAX_NAME} characters
 * @param tool the tool that is called, as the client named it; at most {@value #MAX_NAME} characters; empty if that was
 *     cleared
 * @param outcome what became of the message
 * @param securityEvaluated whether a security plugin decided
 * @param modified whether what went on differs from what came
 * @param reason all reasons; empty if nobody gave one
 * @param durationMillis for a response the time since its request came; else 0
 * @param responseStatus for a response {@code success} or {@code error}, whatever the outcome; else empty
 * @param error for a response that is an error, the error, without its message if that was cleared; else empty
 */
public record AuditEvent(
        Instant at,
        String eventType,
        String kind,
        Document requestId,
        String server,
        String method,
        Optional<String> tool,
        Outcome outcome,
        boolean securityEvaluated,
        boolean modified,
        String reason,
        long durationMillis,
        String responseStatus,
        Optional<Failure> error) {
    /** Most characters of a name that a stranger chose. */
    public static final int MAX_NAME = 256;

    /** Most characters of an error's message. */
    public static final int MAX_ERROR_MESSAGE = 1_000;

    /** Most characters of the joined reasons. */
    public static final int MAX_REASON = 4_000;

    /** Reads a report. */
    public static AuditEvent of(PolicyReport report) {
        Message message = report.message();
        boolean response = Message.RESPONSE.equals(message.kind());
        Optional<Failure> error = response ? Failure.of(seen(report)) : Optional.empty();
        String status = !response ? "" : error.isPresent() ? "error" : "success";
        return new AuditEvent(
                report.at(),
                eventType(report, error),
                message.kind(),
                requestId(message.document().get("id")),
                report.exchange().server(),
                Printable.cut(message.method(), MAX_NAME),
                tool(report),
                report.outcome(),
                report.securityEvaluated(),
                report.modified(),
                Printable.cut(report.reason(), MAX_REASON),
                response ? Math.max(0, report.exchange().elapsed().toMillis()) : 0,
                status,
                error);
    }

    /** The reasons, or the outcome's name if nobody gave one. */
    public String reasonOrOutcome() {
        return reason.isEmpty() ? outcome.wireName() : reason;
    }

    private static String eventType(PolicyReport report, Optional<Failure> error) {
        if (report.outcome() == Outcome.BLOCKED) {
            return "SECURITY_BLOCK";
        }
        String kind = Printable.cut(report.message().kind(), MAX_NAME).toUpperCase(Locale.ROOT);
        if (report.outcome() == Outcome.MODIFIED || report.modified()) {
            return kind + "_MODIFIED";
        }
        return error.map(Failure::eventType).orElse(kind);
    }

    private static Document requestId(Document id) {
        return switch (id.kind()) {
            case STRING -> Document.of(Printable.cut(id.text(""), MAX_NAME));
            case NUMBER -> id;
            default -> Document.NULL;
        };
    }

    private static Optional<String> tool(PolicyReport report) {
        if (!"tools/call".equals(report.message().method())) {
            return Optional.empty();
        }
        Optional<String> name = Message.REQUEST.equals(report.message().kind())
                ? name(report.original())
                        .or(() -> name(report.result()))
                        .or(() -> name(Optional.of(report.message().document())))
                : name(report.request().map(Message::document));
        return name.map(known -> Printable.cut(known, MAX_NAME));
    }

    private static Optional<String> name(Optional<Document> request) {
        return request.flatMap(call -> call.at("params", "name").text());
    }

    /** The message without what was removed. */
    private static Document seen(PolicyReport report) {
        return report.result().or(report::original).orElse(report.message().document());
    }

    /**
     * A JSON-RPC error.
     *
     * @param code its code, {@link Document#NULL} if it has none
     * @param message its message, at most {@value #MAX_ERROR_MESSAGE} characters
     */
    public record Failure(Document code, String message) {
        private static final long NO_CODE = Long.MIN_VALUE;

        private static final Map<Long, String> STANDARD = Map.of(
                -32700L, "parse_error",
                -32600L, "invalid_request",
                -32601L, "method_not_found",
                -32602L, "invalid_params",
                -32603L, "internal_error");

        private static Optional<Failure> of(Document response) {
            Document error = response.get("error");
            if (error.isNull()) {
                return Optional.empty();
            }
            Document code = error.get("code");
            return Optional.of(new Failure(
                    code.numberText().isPresent() ? code : Document.NULL,
                    Printable.cut(error.get("message").text(""), MAX_ERROR_MESSAGE)));
        }

        /** Class of the error for statistics, such as {@code invalid_params}. */
        public String classification() {
            long number = code.asLong(NO_CODE);
            if (number == NO_CODE) {
                return "unknown";
            }
            return standardName(number).orElse(isServerError(number) ? "server_error" : "application_error");
        }

        private String eventType() {
            long number = code.asLong(NO_CODE);
            return standardName(number)
                    .map(name -> name.toUpperCase(Locale.ROOT))
                    .map(name -> name.endsWith("_ERROR") ? name : name + "_ERROR")
                    .orElse(isServerError(number) ? "UPSTREAM_ERROR" : "APPLICATION_ERROR");
        }

        /** The errors that JSON-RPC 2.0 section 5.1 names. */
        private static Optional<String> standardName(long code) {
            return Optional.ofNullable(STANDARD.get(code));
        }

        private static boolean isServerError(long code) {
            return code >= -32099 && code <= -32000;
        }
    }
}
