package org.sallyport.spi.audit;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Records what happens to plugins and configuration, one line of JSON an event, in {@code audit/lifecycle.jsonl}. */
@ProviderType
public interface LifecycleAudit {
    /**
     * Records an event; returns when it is written.
     *
     * @param event such as {@code plugin.active}
     * @param subject whom it concerns, such as a plugin's id
     * @param details more, in order; no content of messages
     */
    void record(String event, String subject, Map<String, String> details);
}
