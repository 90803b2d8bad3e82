package org.sallyport.sandbox.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts calls that had to be ended, by plugin: so many in a while, and it goes out of service. Thread-safe. */
final class Offences {
    /** Calls that are ended before the plugin is taken out of service. */
    static final int MOST = 3;

    /** The time in which they are counted. */
    static final long SPAN = TimeUnit.MINUTES.toNanos(10);

    private final LongSupplier clock;
    private final Map<String, Deque<Long>> times = new HashMap<>();

    Offences(LongSupplier clock) {
        this.clock = clock;
    }

    /** Counts one; whether that is one too many. Counts from anew then. */
    synchronized boolean isTooMany(String plugin) {
        Deque<Long> mine = times.computeIfAbsent(plugin, name -> new ArrayDeque<>());
        long now = clock.getAsLong();
        mine.removeIf(time -> now - time > SPAN);
        mine.add(now);
        if (mine.size() < MOST) {
            return false;
        }
        times.remove(plugin);
        return true;
    }
}
