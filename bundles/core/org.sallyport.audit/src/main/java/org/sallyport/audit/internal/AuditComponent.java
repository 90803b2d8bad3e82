package org.sallyport.audit.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.document.Document;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.event.EventBus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as a service. What is written is then published too, with subject and number alone: everybody may listen, so
 * the details stay in the file.
 */
@Component(service = LifecycleAudit.class)
public final class AuditComponent implements LifecycleAudit {
    private static final Logger log = LoggerFactory.getLogger(AuditComponent.class);

    private final @Nullable JsonLinesAudit file;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable EventBus events;

    @Activate
    public AuditComponent(BundleContext context) {
        this(context.getProperty("sallyport.offline"), context.getProperty("sallyport.home"));
    }

    AuditComponent(@Nullable String offline, @Nullable String home) {
        if ("true".equals(offline)) {
            file = null;
        } else if (home == null) {
            throw new IllegalStateException(
                    "The audit has no place: the launcher has to set the framework property [sallyport.home]");
        } else {
            Path folder = Path.of(home).resolve("audit");
            file = new JsonLinesAudit(new AuditFile(folder, "lifecycle", JsonLinesAudit.MAX_FILE), Clock.systemUTC());
        }
    }

    @Override
    public void record(String event, String subject, Map<String, String> details) {
        if (file == null) {
            log.debug("Not written, as nothing is kept offline: [{}] of [{}] {}", event, subject, details);
            return;
        }
        publish(event, subject, file.record(event, subject, details));
    }

    private void publish(String event, String subject, long seq) {
        EventBus bus = events;
        if (bus != null) {
            try {
                bus.platform()
                        .publish(event.replace('.', '/'), Document.fromJava(Map.of("subject", subject, "seq", seq)));
            } catch (RuntimeException e) {
                // It is written, which is what counts.
                log.warn("Event [{}] of [{}] was not published", event, subject, e);
            }
        }
    }
}
