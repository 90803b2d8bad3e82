package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Set;

/**
 * The engine's own settings.
 *
 * @param autojoin trust levels whose plugins join the chain without being configured
 * @param deadline time that a pass has, and a plugin to be configured
 * @param maxThreads most host threads
 * @param breaker when an instance is suspended
 */
record Options(Set<String> autojoin, Duration deadline, int maxThreads, Breaker.Rule breaker) {
    /** The trust level of all plugins until levels exist. */
    static final String INTERNAL = "internal";

    Options {
        autojoin = Set.copyOf(autojoin);
    }

    static Options defaults() {
        return new Options(
                Set.of(INTERNAL),
                Duration.ofSeconds(2),
                256,
                new Breaker.Rule(20, 10, Duration.ofSeconds(10), 5, Duration.ofMinutes(10), Duration.ofSeconds(1)));
    }

    boolean joins() {
        return autojoin.contains(INTERNAL);
    }
}
