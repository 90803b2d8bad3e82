package org.sallyport.admission.internal;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sallyport.admission.internal.journal.Operation;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.audit.LifecycleAudit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the audit what happens to plugins. What was asked for is recorded before it is done, and refused if that fails; what
 * came of it is recorded afterwards, and goes to the log at least.
 */
record Chronicle(LifecycleAudit audit) {
    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

    /**
     * An operation is about to begin.
     *
     * @throws PluginException with the code of the audit, so that the operation is refused
     */
    void begun(Operation.Kind kind, Operations.Subject subject) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("kind", kind.name().toLowerCase(Locale.ROOT));
        details.put("version", subject.version());
        details.put("sha256", subject.sha256());
        details.put("origin", subject.origin());
        details.put("cause", Causes.cut(subject.cause()));
        details.values().removeIf(String::isEmpty);
        audit.record("operation.begun", subject.plugin(), details);
    }

    /**
     * Returns when the line is written.
     *
     * @param event such as {@code plugin.active}
     * @param subject a plugin's id or a file
     * @param details names and values in turn; empty values are left out
     */
    void tell(String event, String subject, String... details) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            if (!details[i + 1].isEmpty()) {
                map.put(details[i], details[i + 1]);
            }
        }
        try {
            audit.record(event, subject, map);
        } catch (RuntimeException e) {
            log.error("The life-cycle audit could not record [{}] of [{}] {}", event, subject, map, e);
        }
    }
}
