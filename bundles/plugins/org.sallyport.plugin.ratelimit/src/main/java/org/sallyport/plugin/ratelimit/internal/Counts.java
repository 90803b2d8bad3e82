package org.sallyport.plugin.ratelimit.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.document.Document;

/**
 * When the requests of each key will have been paid for: the generic cell rate algorithm (ITU-T I.371, annex A) with one number for
 * each key. Thread-safe; keys do not wait for one another.
 */
final class Counts {
    /** Most keys that are counted at one time. When all are in use, requests with a new one are over the limit. */
    static final int MAX_KEYS = 10_000;

    /** Result of a request that is over the limit of keys; else the wait is known. */
    static final long NO_PLACE = Long.MAX_VALUE;

    private final Clock clock;

    /** By key, in nanoseconds since the epoch. */
    private final Map<String, Long> paid = new ConcurrentHashMap<>();

    Counts(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts a request, if it keeps the limit.
     *
     * @return 0 if it does; else the time after which it would, in nanoseconds
     */
    long take(String key, Limit limit) {
        long now = now();
        if (!paid.containsKey(key) && paid.size() >= MAX_KEYS) {
            paid.values().removeIf(end -> end <= now);
            if (paid.size() >= MAX_KEYS) {
                return NO_PLACE;
            }
        }
        long[] wait = {0};
        paid.compute(key, (same, end) -> {
            long interval = limit.interval();
            long tolerance = interval * limit.burst();
            // A clock that was set back, or a limit that was made smaller, locks nobody out for longer than the limit
            // would.
            long begin = end == null ? now : Math.min(Math.max(end, now), now + tolerance);
            long next = begin + interval;
            wait[0] = Math.max(0, next - now - tolerance);
            return wait[0] > 0 ? begin : next;
        });
        return wait[0];
    }

    /** Takes back what a request was counted that another limit stopped. */
    void giveBack(String key, Limit limit) {
        paid.computeIfPresent(key, (same, end) -> end - limit.interval());
    }

    private long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** What is in use. */
    Document save() {
        long now = now();
        Map<String, Document> state = new java.util.HashMap<>();
        paid.forEach((key, end) -> {
            if (end > now) {
                state.put(key, Document.of(end));
            }
        });
        return Document.object(state);
    }

    /** Takes over what was in use elsewhere; the later end counts. */
    void merge(Document state) {
        for (String key : state.keys()) {
            long end = state.get(key).asLong(0);
            if (end > now() && (paid.containsKey(key) || paid.size() < MAX_KEYS)) {
                paid.merge(key, end, Math::max);
            }
        }
    }

    int keys() {
        return paid.size();
    }
}
