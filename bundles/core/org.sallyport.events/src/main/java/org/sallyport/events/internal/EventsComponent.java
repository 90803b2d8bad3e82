package org.sallyport.events.internal;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.api.event.Events;
import org.sallyport.spi.event.EventBus;

/** The event bus as a service. */
@Component(service = EventBus.class)
public final class EventsComponent implements EventBus {
    private final TopicEventBus bus = new TopicEventBus(System::currentTimeMillis, new Deliveries(System::nanoTime));

    @Override
    public Events eventsOf(String plugin) {
        return bus.eventsOf(plugin);
    }

    @Override
    public Events platform() {
        return bus.platform();
    }

    @Override
    public void forget(String plugin) {
        bus.forget(plugin);
    }

    @Deactivate
    void close() {
        bus.close();
    }
}
