package org.sallyport.plugin.auditjsonl.internal;

import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.plugin.auditfile.AuditEvent;
import org.sallyport.plugin.auditfile.Timestamp;

/** The JSON form of a record. Without bodies it is bounded by the number of stages. */
final class JsonRecord {
    /** Most characters of a stage's metadata; more is replaced by its size. */
    static final int MAX_METADATA = 8_192;

    /** Most levels of a stage's metadata: the record around it has some too. */
    private static final int MAX_METADATA_DEPTH = 64;

    private final Bodies bodies;

    JsonRecord(JsonlSettings settings) {
        this.bodies = new Bodies(settings);
    }

    /** The record's line, with its end. */
    byte[] of(PolicyReport report) {
        AuditEvent event = AuditEvent.of(report);
        JsonLine line = new JsonLine().begin();
        line.text("timestamp", Timestamp.of(event.at()));
        line.text("event_type", event.eventType());
        line.value("request_id", event.requestId());
        line.text("server_name", event.server());
        line.text("method", event.method());
        event.tool().ifPresent(tool -> line.text("tool", tool));
        line.text("pipeline_outcome", event.outcome().wireName());
        line.flag("security_evaluated", event.securityEvaluated());
        line.flag("modified", event.modified());
        if (!event.responseStatus().isEmpty()) {
            line.text("response_status", event.responseStatus());
            line.number("duration_ms", event.durationMillis());
        }
        event.error().ifPresent(error -> {
            line.value("error_code", error.code());
            line.text("error_message", error.message());
            line.text("error_classification", error.classification());
        });
        putExchange(report, line);
        putPipeline(report, line);
        line.text("reason", event.reasonOrOutcome());
        bodies.put(report, line);
        return line.end().line();
    }

    /** Who and which call: a JSON-RPC id says neither, and clients use it again. */
    private static void putExchange(PolicyReport report, JsonLine line) {
        Exchange exchange = report.exchange();
        line.text("exchange_id", exchange.id());
        line.flag("from_server", exchange.fromServer());
        putIfThere(line, "principal", exchange.principal());
        putIfThere(line, "tenant", exchange.tenant());
        line.number("original_bytes", report.originalBytes());
        line.flag("content_cleared", report.cleared());
    }

    private static void putIfThere(JsonLine line, String name, String value) {
        if (!value.isEmpty()) {
            line.text(name, value);
        }
    }

    private static void putPipeline(PolicyReport report, JsonLine line) {
        line.begin("pipeline");
        line.text("pipeline_outcome", report.outcome().wireName());
        putOrNull(line, "blocked_at_stage", report.blockedAt().orElse(""));
        putOrNull(line, "completed_by", report.completedBy().orElse(""));
        line.millis("total_time_ms", report.took().toNanos());
        line.flag("had_security_plugin", report.securityEvaluated());
        line.beginArray("stages");
        for (PolicyReport.Stage stage : report.stages()) {
            putStage(stage, line);
        }
        line.endArray().end();
    }

    private static void putStage(PolicyReport.Stage stage, JsonLine line) {
        boolean decided = "security".equals(stage.type()) && stage.outcome() != Outcome.ERROR;
        line.begin();
        line.text("plugin", stage.instance());
        line.text("type", stage.type());
        line.text("version", stage.version());
        line.millis("processing_time_ms", stage.took().toNanos());
        line.text("outcome", stage.outcome().wireName());
        putOrNull(line, "error_type", stage.errorType());
        line.flag("security_evaluated", decided);
        line.text("reason", stage.reason());
        line.text("reason_code", stage.reasonCode());
        if (decided) {
            line.flag("allowed", stage.outcome() != Outcome.BLOCKED);
        } else {
            line.nothing("allowed");
        }
        line.text("content_hash", stage.contentHash());
        line.value("metadata", bounded(stage.metadata()));
        line.end();
    }

    private static void putOrNull(JsonLine line, String name, String value) {
        if (value.isEmpty()) {
            line.nothing(name);
        } else {
            line.text(name, value);
        }
    }

    private static Document bounded(Document metadata) {
        if (metadata.size() == 0) {
            return metadata;
        } else if (metadata.depth() > MAX_METADATA_DEPTH) {
            return Document.object("omitted_depth", Document.of(metadata.depth()));
        }
        int length = metadata.toJson().length();
        return length <= MAX_METADATA ? metadata : Document.object("omitted_characters", Document.of(length));
    }
}
