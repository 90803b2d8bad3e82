package org.sallyport.plugin.audittext.internal;

import java.io.IOException;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.plugin.auditfile.AuditEvent;
import org.sallyport.plugin.auditfile.AuditLog;
import org.sallyport.type.auditing.Auditor;

/** Puts lines into a log. */
record TextAuditor(AuditLog log) implements Auditor {
    @Override
    public void record(PolicyReport report) {
        log.append(TextLine.of(AuditEvent.of(report)));
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
