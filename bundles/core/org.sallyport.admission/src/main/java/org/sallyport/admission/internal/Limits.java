package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How long a step may take.
 *
 * @param start a bundle's start and the making of its services
 * @param stop a bundle's stop and its removal
 * @param handover one step of a state hand-over
 * @param drain until the last call on a replaced version has ended
 * @param gate one gate's check, and the wait for a gate to appear
 * @param probation how long a version that replaced another one is watched; zero for not at all
 */
record Limits(Duration start, Duration stop, Duration handover, Duration drain, Duration gate, Duration probation) {
    static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    /** The defaults, changed by framework properties {@code sallyport.limit.NAME.millis}. */
    static Limits of(Function<String, @Nullable String> properties) {
        return new Limits(
                of(properties, "start", DEFAULT.start),
                of(properties, "stop", DEFAULT.stop),
                of(properties, "handover", DEFAULT.handover),
                of(properties, "drain", DEFAULT.drain),
                of(properties, "gate", DEFAULT.gate),
                of(properties, "probation", DEFAULT.probation));
    }

    private static Duration of(Function<String, @Nullable String> properties, String name, Duration otherwise) {
        String text = properties.apply("sallyport.limit." + name + ".millis");
        return text == null ? otherwise : Duration.ofMillis(Long.parseLong(text.trim()));
    }
}
