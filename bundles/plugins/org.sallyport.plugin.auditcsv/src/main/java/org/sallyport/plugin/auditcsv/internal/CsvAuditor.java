package org.sallyport.plugin.auditcsv.internal;

import java.io.IOException;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.plugin.auditfile.AuditEvent;
import org.sallyport.plugin.auditfile.AuditLog;
import org.sallyport.type.auditing.Auditor;

/** Puts rows into a log. */
record CsvAuditor(CsvRow row, AuditLog log) implements Auditor {
    @Override
    public void record(PolicyReport report) {
        log.append(row.of(AuditEvent.of(report)));
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
