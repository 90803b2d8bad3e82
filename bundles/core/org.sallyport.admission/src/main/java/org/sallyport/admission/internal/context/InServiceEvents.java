package org.sallyport.admission.internal.context;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;

/**
 * The events of one revision: it hears and says something only while it is in service, so that of two versions beside
 * each other one alone hears each event. Its subscriptions end with it. Thread-safe.
 */
final class InServiceEvents implements Events {
    private final Events events;
    private final BooleanSupplier inService;
    private final Set<AutoCloseable> subscriptions = ConcurrentHashMap.newKeySet();

    InServiceEvents(Events events, BooleanSupplier inService) {
        this.events = events;
        this.inService = inService;
    }

    @Override
    public void publish(String topic, Document data) {
        events.publish(topic, data);
    }

    @Override
    public AutoCloseable subscribe(String pattern, Consumer<Event> listener) {
        AutoCloseable subscription = events.subscribe(pattern, event -> {
            if (inService.getAsBoolean()) {
                listener.accept(event);
            }
        });
        subscriptions.add(subscription);
        return () -> {
            subscriptions.remove(subscription);
            subscription.close();
        };
    }

    void end() {
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
