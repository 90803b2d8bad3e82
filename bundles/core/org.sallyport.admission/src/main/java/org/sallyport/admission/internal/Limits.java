package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a step may take.
 *
 * @param start a bundle's start and the making of its services
 * @param stop a bundle's stop and its removal
 * @param handover one step of a state hand-over
 * @param drain until the last call on a replaced version has ended
 * @param gate one gate's check, and the wait for a gate to appear
 * @param resolve until it is known what a bundle is wired to
 * @param patience until another operation ends that runs on a plugin which uses this one
 * @param probation how long a version that replaced another one is watched; zero for not at all
 * @param again until what failed in a way that may pass is tried again for the first time
 * @param reconcile from one look at what is and what is wanted to the next; zero for looks on events alone
 */
record Limits(
        Duration start,
        Duration stop,
        Duration handover,
        Duration drain,
        Duration gate,
        Duration resolve,
        Duration patience,
        Duration probation,
        Duration again,
        Duration reconcile) {
    static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    /** Longest that can be set: a day. */
    static final long MAX_MILLIS = 86_400_000;

    private static final Logger log = LoggerFactory.getLogger(Limits.class);

    /**
     * The defaults, changed by framework properties {@code sallyport.limit.NAME.millis}. One that is no number or out of
     * bounds is told, and the default holds: a typing mistake must not keep the host from starting.
     */
    static Limits of(Function<String, @Nullable String> properties) {
        return new Limits(
                of(properties, "start", DEFAULT.start, 1),
                of(properties, "stop", DEFAULT.stop, 1),
                of(properties, "handover", DEFAULT.handover, 1),
                of(properties, "drain", DEFAULT.drain, 1),
                of(properties, "gate", DEFAULT.gate, 1),
                of(properties, "resolve", DEFAULT.resolve, 1),
                of(properties, "patience", DEFAULT.patience, 1),
                of(properties, "probation", DEFAULT.probation, 0),
                of(properties, "again", DEFAULT.again, 1),
                of(properties, "reconcile", DEFAULT.reconcile, 0));
    }

    private static Duration of(
            Function<String, @Nullable String> properties, String name, Duration otherwise, long least) {
        String key = "sallyport.limit." + name + ".millis";
        String text = properties.apply(key);
        if (text == null) {
            return otherwise;
        }
        try {
            long millis = Long.parseLong(text.trim());
            if (millis >= least && millis <= MAX_MILLIS) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException e) {
            log.debug("[{}] is no number", key, e);
        }
        log.error(
                "The framework property [{}] is [{}]; it takes [{}] to [{}] ms, so the default of [{}] ms holds",
                key,
                text,
                least,
                MAX_MILLIS,
                otherwise.toMillis());
        return otherwise;
    }
}
