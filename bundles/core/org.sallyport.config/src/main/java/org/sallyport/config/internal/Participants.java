package org.sallyport.config.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.config.Configuration.Listener;
import org.sallyport.spi.config.Configuration.Validator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who check, listen and record; they come and go. Thread-safe. */
final class Participants implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Participants.class);

    private final List<Validator> validators = new CopyOnWriteArrayList<>();
    private final ServiceTracker<Validator, Validator> validatorTracker;
    private final ServiceTracker<Listener, Listener> listenerTracker;
    private final ServiceTracker<LifecycleAudit, LifecycleAudit> auditTracker;

    /** @param validatorCame called when what was checked has to be checked anew */
    Participants(BundleContext context, Announcer announcer, Runnable validatorCame) {
        validatorTracker = new ServiceTracker<>(context, Validator.class, null) {
            @Override
            public Validator addingService(ServiceReference<Validator> reference) {
                Validator validator = super.addingService(reference);
                if (validator != null) {
                    validators.add(validator);
                    validatorCame.run();
                }
                return validator;
            }

            @Override
            public void removedService(ServiceReference<Validator> reference, Validator validator) {
                validators.remove(validator);
                super.removedService(reference, validator);
            }
        };
        listenerTracker = new ServiceTracker<>(context, Listener.class, null) {
            @Override
            public Listener addingService(ServiceReference<Listener> reference) {
                Listener listener = super.addingService(reference);
                if (listener != null) {
                    announcer.add(listener);
                }
                return listener;
            }

            @Override
            public void removedService(ServiceReference<Listener> reference, Listener listener) {
                announcer.remove(listener);
                super.removedService(reference, listener);
            }
        };
        auditTracker = new ServiceTracker<>(context, LifecycleAudit.class, null);
    }

    /** Looks them up; this may activate them, so it is not done within an activation. */
    void open() {
        validatorTracker.open();
        listenerTracker.open();
        auditTracker.open();
    }

    List<Validator> validators() {
        return validators;
    }

    /** Records an event if somebody records. */
    void record(String event, Map<String, String> details) {
        LifecycleAudit audit = auditTracker.getService();
        if (audit != null) {
            try {
                audit.record(event, "configuration", details);
            } catch (RuntimeException e) {
                log.warn("Event [{}] could not be recorded", event, e);
            }
        }
    }

    @Override
    public void close() {
        validatorTracker.close();
        listenerTracker.close();
        auditTracker.close();
    }
}
