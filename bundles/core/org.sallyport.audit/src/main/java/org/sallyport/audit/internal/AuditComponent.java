package org.sallyport.audit.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.document.Document;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.event.EventBus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as a service, with its verbs. What is written is then published too, with subject and number alone: everybody
 * may listen, so the details stay in the file.
 */
@Component(service = LifecycleAudit.class, immediate = true)
public final class AuditComponent implements LifecycleAudit {
    private static final Logger log = LoggerFactory.getLogger(AuditComponent.class);

    /** How long the end waits for a signature that was begun. */
    private static final long SEALED_MILLIS = 2_000;

    private final boolean offline;
    private final @Nullable JsonLinesAudit file;
    private final ScheduledThreadPoolExecutor sealing;
    private final List<ServiceRegistration<AdminVerb>> verbs = new ArrayList<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable EventBus events;

    @Activate
    public AuditComponent(BundleContext context) {
        this(
                context.getProperty("sallyport.offline"),
                home(context),
                verb -> context.registerService(AdminVerb.class, verb, null));
    }

    /** Where the records lie. Offline nothing is written, so that is the folder of which the home is a copy. */
    private static @Nullable String home(BundleContext context) {
        boolean isCopy = "true".equals(context.getProperty("sallyport.offline"));
        return context.getProperty(isCopy ? "sallyport.home.source" : "sallyport.home");
    }

    AuditComponent(
            @Nullable String offline,
            @Nullable String home,
            Function<AdminVerb, ServiceRegistration<AdminVerb>> registering) {
        this.offline = "true".equals(offline);
        sealing = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "sallyport-audit");
            thread.setDaemon(true);
            return thread;
        });
        // The end seals by itself. It does not interrupt who is at it: that would close the file under him.
        sealing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        if (home != null) {
            Path folder = Path.of(home).resolve("audit");
            Path keys = Path.of(home).resolve("keys");
            Seals seals = new Seals(folder, keys, Clock.systemUTC(), sealing);
            file = new JsonLinesAudit(
                    new AuditFile(folder, "lifecycle", JsonLinesAudit.MAX_FILE), seals, Clock.systemUTC());
            new AuditVerbs(file, seals, keys, !this.offline).all().forEach(verb -> verbs.add(registering.apply(verb)));
        } else if (this.offline) {
            file = null;
        } else {
            throw new IllegalStateException(
                    "The audit has no place: the launcher has to set the framework property [sallyport.home]");
        }
    }

    /** Signs the end. */
    @Deactivate
    void deactivate() {
        verbs.forEach(ServiceRegistration::unregister);
        sealing.shutdown();
        try {
            sealing.awaitTermination(SEALED_MILLIS, TimeUnit.MILLISECONDS);
            if (!offline && file != null) {
                file.seal();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.error("The end of the audit could not be sealed: {}", e.toString());
        }
    }

    @Override
    public void record(String event, String subject, Map<String, String> details) {
        if (offline || file == null) {
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
