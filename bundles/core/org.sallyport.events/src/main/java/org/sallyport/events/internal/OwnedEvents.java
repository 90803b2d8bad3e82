package org.sallyport.events.internal;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;

/** Events as one owner sees them. Thread-safe. */
record OwnedEvents(TopicEventBus bus, Supplier<Owner> owner) implements Events {
    @Override
    public void publish(String topic, Document data) {
        bus.publish(owner.get(), topic, data);
    }

    @Override
    public AutoCloseable subscribe(String pattern, Consumer<Event> listener) {
        return bus.subscribe(owner, pattern, listener);
    }
}
