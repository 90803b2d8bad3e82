package org.sallyport.events.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Somebody who publishes and subscribes: a plugin, or the platform. */
final class Owner {
    /** For messages: a plugin's id, or {@code sallyport}. */
    final String name;

    /** What its topics begin with, with the slash. */
    final String prefix;

    /** How often its listeners threw. */
    final AtomicLong failures = new AtomicLong();

    /** Most of its deliveries that run at one time. */
    final int maxRunning;

    /** Its subscriptions; guarded by the bus. */
    final List<Subscription> subscriptions = new ArrayList<>();

    /** How many of its deliveries run; guarded by the deliveries. */
    int running;

    Owner(String name, String prefix, int maxRunning) {
        this.name = name;
        this.prefix = prefix;
        this.maxRunning = maxRunning;
    }
}
