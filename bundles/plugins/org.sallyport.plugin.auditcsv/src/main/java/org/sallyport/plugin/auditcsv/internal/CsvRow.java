package org.sallyport.plugin.auditcsv.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.plugin.auditfile.AuditEvent;
import org.sallyport.plugin.auditfile.AuditEvent.Failure;
import org.sallyport.plugin.auditfile.Timestamp;

/** The columns and how they are filled. */
record CsvRow(CsvFormat format) {
    static final List<String> COLUMNS = List.of(
            "timestamp",
            "event_type",
            "request_id",
            "server_name",
            "method",
            "tool",
            "pipeline_outcome",
            "security_evaluated",
            "modified",
            "reason",
            "duration_ms",
            "response_status",
            "error_code",
            "error_message",
            "error_classification");

    String header() {
        return join(COLUMNS.stream().map(format::text).toList());
    }

    String of(AuditEvent event) {
        List<String> cells = new ArrayList<>(COLUMNS.size());
        cells.add(format.text(Timestamp.of(event.at())));
        cells.add(format.text(event.eventType()));
        cells.add(scalar(event.requestId()));
        cells.add(text(event.server()));
        cells.add(text(event.method()));
        cells.add(text(event.tool().orElse("")));
        cells.add(format.text(event.outcome().wireName()));
        cells.add(format.text(String.valueOf(event.securityEvaluated())));
        cells.add(format.text(String.valueOf(event.modified())));
        cells.add(text(event.reasonOrOutcome()));
        cells.add(format.number(String.valueOf(event.durationMillis())));
        cells.add(text(event.responseStatus()));
        Optional<Failure> error = event.error();
        cells.add(error.map(failure -> scalar(failure.code())).orElseGet(format::none));
        cells.add(text(error.map(Failure::message).orElse("")));
        cells.add(text(error.map(Failure::classification).orElse("")));
        return join(cells);
    }

    private String join(List<String> cells) {
        return String.join(String.valueOf(format.delimiter()), cells);
    }

    private String text(String value) {
        return value.isEmpty() ? format.none() : format.text(value);
    }

    private String scalar(Document value) {
        return value.numberText()
                .map(format::number)
                .or(() -> value.text().map(format::text))
                .orElseGet(format::none);
    }
}
