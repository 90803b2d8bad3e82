package org.sallyport.plugin.auditjsonl.internal;

import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.plugin.auditfile.AuditEvent;

/** The JSON form of a record. Without bodies it is bounded by the number of stages. */
final class JsonRecord {
    /** Most characters of a stage's metadata; more is replaced by its size. */
    static final int MAX_METADATA = 8_192;

    /** Most levels of a stage's metadata: the record around it has some too. */
    private static final int MAX_METADATA_DEPTH = 64;

    /** Always with milliseconds, so that lines sort by their text. */
    private static final DateTimeFormatter ISO =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final Bodies bodies;

    JsonRecord(JsonlSettings settings) {
        this.bodies = new Bodies(settings);
    }

    Document of(PolicyReport report) {
        AuditEvent event = AuditEvent.of(report);
        Map<String, Document> record = new LinkedHashMap<>();
        record.put("timestamp", Document.of(ISO.format(event.at())));
        record.put("event_type", Document.of(event.eventType()));
        record.put("request_id", event.requestId());
        record.put("server_name", Document.of(event.server()));
        record.put("method", Document.of(event.method()));
        event.tool().ifPresent(tool -> record.put("tool", Document.of(tool)));
        record.put("pipeline_outcome", Document.of(event.outcome().wireName()));
        record.put("security_evaluated", Document.of(event.securityEvaluated()));
        record.put("modified", Document.of(event.modified()));
        if (!event.responseStatus().isEmpty()) {
            record.put("response_status", Document.of(event.responseStatus()));
            record.put("duration_ms", Document.of(event.durationMillis()));
        }
        event.error().ifPresent(error -> {
            record.put("error_code", error.code());
            record.put("error_message", Document.of(error.message()));
            record.put("error_classification", Document.of(error.classification()));
        });
        putExchange(report, record);
        record.put("pipeline", pipeline(report));
        record.put("reason", Document.of(event.reasonOrOutcome()));
        bodies.put(report, record);
        return Document.object(record);
    }

    /** Who and which call: a JSON-RPC id says neither, and clients use it again. */
    private static void putExchange(PolicyReport report, Map<String, Document> record) {
        Exchange exchange = report.exchange();
        record.put("exchange_id", Document.of(exchange.id()));
        record.put("from_server", Document.of(exchange.fromServer()));
        putIfThere(record, "principal", exchange.principal());
        putIfThere(record, "tenant", exchange.tenant());
        record.put("original_bytes", Document.of(report.originalBytes()));
        record.put("content_cleared", Document.of(report.cleared()));
    }

    private static void putIfThere(Map<String, Document> record, String key, String value) {
        if (!value.isEmpty()) {
            record.put(key, Document.of(value));
        }
    }

    private static Document pipeline(PolicyReport report) {
        Map<String, Document> pipeline = new LinkedHashMap<>();
        pipeline.put("pipeline_outcome", Document.of(report.outcome().wireName()));
        pipeline.put("blocked_at_stage", orNull(report.blockedAt()));
        pipeline.put("completed_by", orNull(report.completedBy()));
        pipeline.put("total_time_ms", millis(report.took()));
        pipeline.put("had_security_plugin", Document.of(report.securityEvaluated()));
        List<Document> stages = new ArrayList<>(report.stages().size());
        for (PolicyReport.Stage stage : report.stages()) {
            stages.add(stage(stage));
        }
        pipeline.put("stages", Document.array(stages));
        return Document.object(pipeline);
    }

    private static Document stage(PolicyReport.Stage stage) {
        boolean decides = "security".equals(stage.type());
        boolean failed = stage.outcome() == Outcome.ERROR;
        Map<String, Document> record = new LinkedHashMap<>();
        record.put("plugin", Document.of(stage.instance()));
        record.put("type", Document.of(stage.type()));
        record.put("version", Document.of(stage.version()));
        record.put("processing_time_ms", millis(stage.took()));
        record.put("outcome", Document.of(stage.outcome().wireName()));
        record.put("error_type", stage.errorType().isEmpty() ? Document.NULL : Document.of(stage.errorType()));
        record.put("security_evaluated", Document.of(decides && !failed));
        record.put("reason", Document.of(stage.reason()));
        record.put("reason_code", Document.of(stage.reasonCode()));
        record.put("allowed", decides && !failed ? Document.of(stage.outcome() != Outcome.BLOCKED) : Document.NULL);
        record.put("content_hash", Document.of(stage.contentHash()));
        record.put("metadata", bounded(stage.metadata()));
        return Document.object(record);
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

    /** Milliseconds with three decimals: most plugins need less than one. */
    private static Document millis(Duration took) {
        return Document.of(java.math.BigDecimal.valueOf(took.toNanos() / 1_000, 3));
    }

    private static Document orNull(Optional<String> text) {
        return text.map(Document::of).orElse(Document.NULL);
    }
}
