package org.sallyport.policy.internal;

import java.time.Duration;

/**
 * How much time a message may take of what members have for one: a large one as much again for each MiB. Who reads a message takes the longer the
 * longer it is, and is not to be blamed for what somebody else sends.
 */
final class Weight {
    /** Bytes of a message that weighs 1. */
    static final long UNIT = 1L << 20;

    /** No message has more time, unless each has. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private Weight() {}

    /** 1 for up to {@value #UNIT} bytes, and 1 more for each that many that are begun. */
    static long of(long bytes) {
        return Math.max(1, (bytes + UNIT - 1) / UNIT);
    }

    /**
     * The time for a message of that many bytes.
     *
     * @param one time for one that weighs 1
     */
    static Duration time(Duration one, long bytes) {
        Duration all = one.multipliedBy(of(bytes));
        Duration most = one.compareTo(LONGEST) > 0 ? one : LONGEST;
        return all.compareTo(most) > 0 ? most : all;
    }
}
