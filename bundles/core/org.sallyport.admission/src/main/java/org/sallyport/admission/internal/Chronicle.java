package org.sallyport.admission.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sallyport.spi.audit.LifecycleAudit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the audit what happens to plugins. An audit that cannot be written is told to the log and stops nothing. */
record Chronicle(LifecycleAudit audit) {
    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

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
