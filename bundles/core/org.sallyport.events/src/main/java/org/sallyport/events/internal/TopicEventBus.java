package org.sallyport.events.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;
import org.sallyport.api.event.Events.Event;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.event.EventBus;

/**
 * Publishing and subscribing by topic. Thread-safe: who publishes reads one immutable index of the subscriptions and
 * never waits for a subscriber.
 */
final class TopicEventBus implements EventBus, AutoCloseable {
    /** Most subscriptions of one plugin. */
    static final int MAX_SUBSCRIPTIONS = 256;

    /** Most that the data of one event may hold: characters of text plus number of values. */
    static final int MAX_WEIGHT = 256 * 1024;

    private static final String PLATFORM = "sallyport";

    private final LongSupplier millis;
    private final Deliveries deliveries;
    private final Owner platform = new Owner(PLATFORM, PLATFORM + "/", Deliveries.MAX_THREADS);

    /** Subscriptions by pattern. Replaced as a whole. */
    private volatile Map<String, List<Subscription>> index = Map.of();

    // Guarded by this.
    private final Map<String, Owner> plugins = new TreeMap<>();

    /**
     * @param millis the time, in milliseconds since the epoch
     */
    TopicEventBus(LongSupplier millis, Deliveries deliveries) {
        this.millis = millis;
        this.deliveries = deliveries;
    }

    @Override
    public Events eventsOf(String plugin) {
        if (!PluginId.isValid(plugin)) {
            throw new IllegalArgumentException("[" + plugin + "] is no id of a plugin");
        }
        return new OwnedEvents(this, () -> plugin(plugin));
    }

    private synchronized Owner plugin(String id) {
        return plugins.computeIfAbsent(id, key -> new Owner(key, "plugin/" + key + "/", Deliveries.MAX_RUNNING));
    }

    @Override
    public Events platform() {
        return new OwnedEvents(this, () -> platform);
    }

    @Override
    public void forget(String plugin) {
        Owner gone;
        synchronized (this) {
            gone = plugins.remove(plugin);
            if (gone == null) {
                return;
            }
            gone.subscriptions.forEach(Subscription::close);
            gone.subscriptions.clear();
            reindex();
        }
        deliveries.interrupt(gone);
    }

    void publish(Owner owner, String topic, Document data) {
        String full = Topic.checked(owner.prefix + Topic.checked(topic));
        if (Weight.exceeds(data, MAX_WEIGHT)) {
            throw new PluginException(
                    "event_too_large",
                    "Event [" + full + "] was not published: its data is larger than [" + MAX_WEIGHT
                            + "] characters and values; publish where to find it instead");
        }
        Event event = new Event(full, data, millis.getAsLong(), 0);
        Map<String, List<Subscription>> subscriptions = index;
        deliver(subscriptions.get(full), event);
        for (int end = full.lastIndexOf('/'); end > 0; end = full.lastIndexOf('/', end - 1)) {
            deliver(subscriptions.get(full.substring(0, end) + Topic.BELOW), event);
        }
    }

    private void deliver(@org.jspecify.annotations.Nullable List<Subscription> subscriptions, Event event) {
        if (subscriptions != null) {
            for (Subscription subscription : subscriptions) {
                subscription.add(event);
                deliveries.deliver(subscription);
            }
        }
    }

    synchronized AutoCloseable subscribe(Supplier<Owner> subscriber, String pattern, Consumer<Event> listener) {
        Owner owner = subscriber.get();
        if (owner != platform && owner.subscriptions.size() >= MAX_SUBSCRIPTIONS) {
            throw new PluginException(
                    "too_many_subscriptions",
                    "Plugin [" + owner.name + "] has [" + MAX_SUBSCRIPTIONS
                            + "] subscriptions, which is the limit; close some, or use a pattern that ends in ["
                            + Topic.BELOW + "]");
        }
        Subscription subscription = new Subscription(owner, Topic.checkedPattern(pattern), listener);
        owner.subscriptions.add(subscription);
        reindex();
        return () -> unsubscribe(subscription);
    }

    private synchronized void unsubscribe(Subscription subscription) {
        subscription.close();
        if (subscription.owner.subscriptions.remove(subscription)) {
            reindex();
        }
    }

    /** Rebuilds the index; subscriptions are rare, events are not. */
    private void reindex() {
        Map<String, List<Subscription>> next = new HashMap<>();
        List<Subscription> all = new ArrayList<>(platform.subscriptions);
        plugins.values().forEach(owner -> all.addAll(owner.subscriptions));
        all.forEach(subscription -> next.computeIfAbsent(subscription.pattern, key -> new ArrayList<>())
                .add(subscription));
        next.replaceAll((pattern, list) -> List.copyOf(list));
        index = Map.copyOf(next);
    }

    /** How often listeners of a plugin threw. */
    long failures(String plugin) {
        return plugin(plugin).failures.get();
    }

    @Override
    public void close() {
        deliveries.close();
    }
}
