package org.sallyport.admission.internal.context;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;

/**
 * The events of one revision: it hears something only while it is in service, so that of two versions beside each other
 * one alone hears each event; it may say something until it is stopped. Its subscriptions end with it. Thread-safe.
 */
final class InServiceEvents implements Events {
    private final Events events;
    private final Runnable running;
    private final BooleanSupplier inService;
    private final Rights rights;

    /** Guarded by itself. */
    private final Set<AutoCloseable> subscriptions = new HashSet<>();

    /** @param running throws when the revision was stopped */
    InServiceEvents(Events events, Runnable running, BooleanSupplier inService, Rights rights) {
        this.events = events;
        this.running = running;
        this.inService = inService;
        this.rights = rights;
    }

    @Override
    public void publish(String topic, Document data) {
        running.run();
        rights.checkRate("event", "publish", topic);
        events.publish(topic, data);
    }

    @Override
    public AutoCloseable subscribe(String pattern, Consumer<Event> listener) {
        rights.check("event", "subscribe", pattern);
        synchronized (subscriptions) {
            // Under the lock, so that none comes in after the end.
            running.run();
            AutoCloseable subscription = events.subscribe(pattern, event -> {
                if (inService.getAsBoolean() && rights.may("event", "subscribe", pattern)) {
                    listener.accept(event);
                }
            });
            subscriptions.add(subscription);
            return () -> {
                synchronized (subscriptions) {
                    subscriptions.remove(subscription);
                }
                subscription.close();
            };
        }
    }

    /** Ends all subscriptions; the revision was stopped before. */
    void end() {
        synchronized (subscriptions) {
            for (AutoCloseable subscription : subscriptions) {
                try {
                    subscription.close();
                } catch (Exception e) {
                    // The bus is gone, and the subscription with it.
                }
            }
            subscriptions.clear();
        }
    }
}
