package org.sallyport.plugin.auditjsonl.internal;

import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyReport;

/**
 * Adds a message's content, where it is wanted.
 *
 * <p>What went on is recorded, so a redaction holds here too. Of a message that was blocked, or that was stopped because
 * a plugin failed before it had looked, nothing is recorded.
 */
final class Bodies {
    private final JsonlSettings settings;

    Bodies(JsonlSettings settings) {
        this.settings = settings;
    }

    void put(PolicyReport report, JsonLine line) {
        String kind = report.message().kind();
        if (!wanted(kind)) {
            return;
        }
        content(report).flatMap(message -> body(message, kind)).ifPresent(body -> putCut(kind + "_body", body, line));
    }

    private boolean wanted(String kind) {
        return switch (kind) {
            case Message.REQUEST -> settings.requestBody();
            case Message.RESPONSE -> settings.responseBody();
            case Message.NOTIFICATION -> settings.notificationBody();
            default -> false;
        };
    }

    private static Optional<Document> content(PolicyReport report) {
        return switch (report.outcome()) {
            case ALLOWED, NO_SECURITY, MODIFIED -> report.result();
            // What came of it is the answer, not the request.
            case COMPLETED_BY_MIDDLEWARE -> report.original();
            default -> Optional.empty();
        };
    }

    private static Optional<Document> body(Document message, String kind) {
        Document body = !Message.RESPONSE.equals(kind)
                ? message.get("params")
                : message.has("error") ? message.get("error") : message.get("result");
        return body.isNull() ? Optional.empty() : Optional.of(body);
    }

    /** A body that is too long becomes the beginning of its JSON text, with its size and a mark beside it. */
    private void putCut(String key, Document body, JsonLine line) {
        if (settings.maxBodySize() == 0) {
            line.value(key, body);
            return;
        }
        String json = body.toJson();
        int end = Utf8.lengthWithin(json, settings.maxBodySize());
        if (end == json.length()) {
            line.value(key, body);
            return;
        }
        line.text(key, json.substring(0, end));
        line.flag(key + "_truncated", true);
        line.number(key + "_bytes", Utf8.bytes(json));
    }
}
