package org.sallyport.hooks.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.sallyport.hooks.internal.Marks.Position;

/**
 * Finds passes that stay in one handler. It looks at the threads' marks from time to time: a thread that is found in the
 * same handler of the same pass again has been in it all the while. So a call pays for its marks, but for no clock.
 *
 * <p>Of calls within calls the innermost is to blame: the others wait for it. Used by one thread.
 */
final class Watchdog {
    /** How long a handler may hold up its caller before its plugin is reported, in nanoseconds. */
    static final long BUDGET = Slot.SLOW;

    /** How long it may do so before its plugin is quarantined, in nanoseconds. */
    static final long HANG = TimeUnit.SECONDS.toNanos(10);

    private Map<Position, Seen> seen = Map.of();

    private static final class Seen {
        final long since;
        long told;

        Seen(long since) {
            this.since = since;
        }
    }

    /**
     * Looks once.
     *
     * @param overdue told of a thread when it has been in a handler for longer than {@link #BUDGET}, and again when it
     *     has been there for longer than {@link #HANG}; with the nanoseconds it was seen there, at least
     */
    void look(long now, BiConsumer<Position, Long> overdue) {
        Map<Position, Seen> next = new HashMap<>();
        for (Position position : Marks.positions()) {
            Seen known = seen.getOrDefault(position, new Seen(now));
            next.put(position, known);
            long limit = known.told == 0 ? BUDGET : HANG;
            if (now - known.since > limit && known.told < HANG) {
                known.told = limit;
                overdue.accept(position, now - known.since);
            }
        }
        seen = next;
    }
}
