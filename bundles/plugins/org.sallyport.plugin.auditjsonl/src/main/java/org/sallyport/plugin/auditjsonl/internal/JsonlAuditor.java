package org.sallyport.plugin.auditjsonl.internal;

import java.io.IOException;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.plugin.auditfile.AuditLog;
import org.sallyport.type.auditing.Auditor;

/** Puts records into a log. */
record JsonlAuditor(JsonRecord form, AuditLog log) implements Auditor {
    @Override
    public void record(PolicyReport report) {
        log.append(form.of(report));
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
