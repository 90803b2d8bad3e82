package org.sallyport.policy.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyType;

/**
 * One place of a compiled chain: a seat, or the fault that stands in its place and fails every message that comes by.
 *
 * @param instance the configured instance
 * @param type the plugin type; empty if it is not known
 * @param version the plugin's version; empty if it is not known
 * @param rules the type's rules; {@code null} if it is not known
 * @param critical whether a failure stops the message
 * @param shadow whether it sees messages and changes nothing
 * @param priority lower first; of no meaning for a type that has none
 * @param seat what is called; {@code null} if there is a fault
 * @param fault why nothing can be called; {@code null} if there is a seat
 * @param entry the same for people, without its number
 */
record Stage(
        String instance,
        String type,
        String version,
        PolicyType.@Nullable Rules rules,
        boolean critical,
        boolean shadow,
        int priority,
        @Nullable Seat seat,
        @Nullable Failure fault,
        ChainEntry entry) {
    static final String READY = "ready";
    static final String SHADOW = "shadow";
    static final String DISABLED = "disabled";
    static final String MISSING = "missing";
    static final String REFUSED = "refused";
    static final String NOT_JOINED = "not joined";

    boolean observes() {
        return rules != null && rules.observes();
    }

    boolean ordered() {
        return rules == null || rules.ordered();
    }

    /** Whether it takes part: it can be called, or its absence stops messages. */
    boolean takesPart() {
        return !shadow && (seat != null || fault != null && critical);
    }
}
