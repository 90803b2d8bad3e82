package org.sallyport.spi.event;

import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.event.Events;

/** Gives out {@link Events} by owner. Thread-safe. */
@ProviderType
public interface EventBus {
    /** Events as a plugin of that id sees them: what it publishes goes out below {@code plugin/ID/}. */
    Events eventsOf(String plugin);

    /** Events of the platform itself, which publishes below {@code sallyport/}. */
    Events platform();

    /** Ends all subscriptions of a plugin. */
    void forget(String plugin);
}
