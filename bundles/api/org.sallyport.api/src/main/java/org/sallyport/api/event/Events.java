package org.sallyport.api.event;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;

/**
 * Publishing and subscribing by topic. Topics are words joined by slashes, such as {@code sallyport/plugin/installed};
 * a pattern may end in {@code /*} to take all below. What a plugin publishes goes out as
 * {@code plugin/ID/TOPIC}, so nobody can pretend to be somebody else.
 *
 * <p>Delivery is asynchronous and in order for each subscriber. A subscriber that falls behind by more than 1,024
 * events loses the oldest, and is told how many by {@link Event#lost()}.
 */
@ProviderType
public interface Events {
    /** Publishes to whoever subscribed; never waits for them. */
    void publish(String topic, Document data);

    /** Subscribes until the registration is closed or the plugin stops. A listener that throws is counted and kept. */
    AutoCloseable subscribe(String pattern, Consumer<Event> listener);

    /**
     * Something that happened.
     *
     * @param topic the full topic
     * @param data what happened
     * @param at when, in milliseconds since the epoch
     * @param lost how many events this subscriber lost just before this one
     */
    record Event(String topic, Document data, long at, long lost) {}
}
