package org.sallyport.events.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.event.Events.Event;

/**
 * One subscriber and what waits for it, at most {@value #CAPACITY} events; the oldest gives way. Thread-safe: its lock is
 * held for a few steps only, never while the listener runs.
 */
final class Subscription {
    /** Most events that wait. */
    static final int CAPACITY = 1_024;

    final Owner owner;
    final String pattern;
    final Consumer<Event> listener;

    // Guarded by this.
    private final Deque<Event> waiting = new ArrayDeque<>();
    private long lost;
    private boolean closed;

    Subscription(Owner owner, String pattern, Consumer<Event> listener) {
        this.owner = owner;
        this.pattern = pattern;
        this.listener = listener;
    }

    /** Adds an event, unless it is closed. */
    synchronized void add(Event event) {
        if (closed) {
            return;
        }
        if (waiting.size() == CAPACITY) {
            waiting.removeFirst();
            lost++;
        }
        waiting.addLast(event);
    }

    /** The next event, which says how many were lost just before it; null if none waits. */
    synchronized @Nullable Event next() {
        Event event = waiting.pollFirst();
        if (event == null || lost == 0) {
            return event;
        }
        long missing = lost;
        lost = 0;
        return new Event(event.topic(), event.data(), event.at(), missing);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Takes no more, and forgets what waits. A delivery that runs goes on. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }
}
