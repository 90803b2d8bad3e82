package org.sallyport.policy.internal.recording;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * A message that was recorded, and what was decided of it. One is a line of JSON.
 *
 * @param at when its pass began
 * @param exchange the exchange's id, as auditing plugins name it
 * @param party whose it was; the session is a digest, because a session's id lets its holder in
 * @param protocol such as {@code mcp}
 * @param kind such as {@code request}
 * @param method the method
 * @param bytes its size as it came
 * @param content what of it is here
 * @param message the message; empty unless {@code content} says that it is here
 * @param outcome what became of it, such as {@code blocked}
 * @param decisions those that did not just let it by, in order
 * @param after hash of the message as it went on; empty if it was not changed
 */
public record Recorded(
        Instant at,
        String exchange,
        Party party,
        String protocol,
        String kind,
        String method,
        long bytes,
        Content content,
        Optional<Document> message,
        String outcome,
        List<Decided> decisions,
        String after) {
    /** The version of the form. */
    static final long FORM = 1;

    public Recorded {
        decisions = List.copyOf(decisions);
    }

    /** What of a message is recorded. */
    public enum Content {
        /** The message as it came. */
        ORIGINAL("original"),
        /** The message as it went on, because a security plugin changed it. */
        REDACTED("redacted"),
        /** Nothing, because a security plugin blocked it, or something failed after one had changed it. */
        REMOVED("removed"),
        /** Nothing, because it is larger than what is recorded. */
        TOO_LARGE("too_large");

        private final String label;

        Content(String label) {
            this.label = label;
        }

        /** As in a file. */
        public String label() {
            return label;
        }

        static Optional<Content> of(String label) {
            for (Content content : values()) {
                if (content.label.equals(label)) {
                    return Optional.of(content);
                }
            }
            return Optional.empty();
        }
    }

    /** What is recorded of messages that a security plugin blocked or changed. */
    public enum Mode {
        /** What nobody removed. */
        REDACTED,
        /** All of it, as it came. */
        FULL
    }

    /**
     * What one plugin decided.
     *
     * @param instance the configured instance
     * @param outcome such as {@code modified}
     * @param reasonCode for programs
     */
    public record Decided(String instance, String outcome, String reasonCode) {}

    /**
     * Records a message.
     *
     * @param most largest message in bytes that is kept
     */
    static Recorded of(Exchange exchange, Inbound message, PolicyResult result, Mode mode, long most) {
        PolicyReport report = result.report();
        Optional<Document> kept =
                mode == Mode.FULL || !report.cleared() ? Optional.of(message.document()) : report.result();
        Content content = kept.isEmpty()
                ? Content.REMOVED
                : message.bytes() > most || kept.get().depth() >= Document.MAX_DEPTH
                        ? Content.TOO_LARGE
                        : kept.get() == message.document() ? Content.ORIGINAL : Content.REDACTED;
        return new Recorded(
                report.at(),
                exchange.id(),
                new Party(
                        exchange.server(),
                        Digest.of(exchange.session()),
                        exchange.principal(),
                        exchange.tenant(),
                        exchange.fromServer()),
                message.protocol(),
                message.kind(),
                message.method(),
                message.bytes(),
                content,
                content == Content.TOO_LARGE ? Optional.empty() : kept,
                report.outcome().wireName(),
                decisions(report),
                after(report));
    }

    /** What plugins decided that did not just let a message by. */
    public static List<Decided> decisions(PolicyReport report) {
        return report.stages().stream()
                .filter(stage -> stage.outcome() != Outcome.ALLOWED)
                .map(stage -> new Decided(stage.instance(), stage.outcome().wireName(), stage.reasonCode()))
                .toList();
    }

    /** The hash of a message that went on changed; else empty. */
    public static String after(PolicyReport report) {
        List<PolicyReport.Stage> stages = report.stages();
        return report.outcome() != Outcome.MODIFIED || stages.isEmpty()
                ? ""
                : stages.get(stages.size() - 1).contentHash();
    }

    Document toDocument() {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("form", Document.of(FORM));
        members.put("at", Document.of(at.toString()));
        members.put("exchange", Document.of(exchange));
        members.put("server", Document.of(party.server()));
        members.put("session", Document.of(party.session()));
        members.put("principal", Document.of(party.principal()));
        members.put("tenant", Document.of(party.tenant()));
        members.put("from_server", Document.of(party.fromServer()));
        members.put("protocol", Document.of(protocol));
        members.put("kind", Document.of(kind));
        members.put("method", Document.of(method));
        members.put("bytes", Document.of(bytes));
        members.put("outcome", Document.of(outcome));
        members.put(
                "decisions",
                Document.array(decisions.stream()
                        .map(one -> Document.object("instance", Document.of(one.instance()))
                                .with("outcome", Document.of(one.outcome()))
                                .with("reason_code", Document.of(one.reasonCode())))
                        .toList()));
        members.put("after", Document.of(after));
        members.put("content", Document.of(content.label()));
        message.ifPresent(document -> members.put("message", document));
        return Document.object(members);
    }

    /** Reads what {@link #toDocument} wrote; empty if it is not of that form. */
    static Optional<Recorded> of(Document line) {
        Optional<Content> content = Content.of(line.get("content").text(""));
        boolean holds = content.isPresent() && (content.get() == Content.ORIGINAL || content.get() == Content.REDACTED);
        if (line.get("form").asLong(0) != FORM
                || content.isEmpty()
                || holds != line.get("message").isObject()
                || line.get("exchange").text("").isEmpty()
                || line.get("kind").text("").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Recorded(
                    Instant.parse(line.get("at").text("")),
                    line.get("exchange").text(""),
                    new Party(
                            line.get("server").text(""),
                            line.get("session").text(""),
                            line.get("principal").text(""),
                            line.get("tenant").text(""),
                            line.get("from_server").asBoolean(false)),
                    line.get("protocol").text(""),
                    line.get("kind").text(""),
                    line.get("method").text(""),
                    line.get("bytes").asLong(0),
                    content.get(),
                    holds ? Optional.of(line.get("message")) : Optional.empty(),
                    line.get("outcome").text(""),
                    line.get("decisions").values().stream()
                            .map(one -> new Decided(
                                    one.get("instance").text(""),
                                    one.get("outcome").text(""),
                                    one.get("reason_code").text("")))
                            .toList(),
                    line.get("after").text("")));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
