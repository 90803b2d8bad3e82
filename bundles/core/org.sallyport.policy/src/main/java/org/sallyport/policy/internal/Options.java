package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * The engine's own settings.
 *
 * @param autojoin trust levels whose plugins join the chain without being configured
 * @param deadline time that a pass has, and a plugin to be configured
 * @param maxThreads most host threads
 * @param breaker when an instance is suspended
 * @param levels how far a plugin is trusted; asked when a chain is compiled
 */
record Options(
        Set<String> autojoin,
        Duration deadline,
        int maxThreads,
        Breaker.Rule breaker,
        Function<PluginDescriptor, TrustLevel> levels) {
    /** The level whose plugins join if nothing else is said; see {@link TrustLevel#label()}. */
    static final String INTERNAL = "internal";

    Options {
        autojoin = Set.copyOf(autojoin);
    }

    /** Those of a platform without signatures, where all that is admitted is internal. */
    Options(Set<String> autojoin, Duration deadline, int maxThreads, Breaker.Rule breaker) {
        this(autojoin, deadline, maxThreads, breaker, plugin -> TrustLevel.INTERNAL);
    }

    static Options defaults() {
        return new Options(
                Set.of(INTERNAL),
                Duration.ofSeconds(2),
                256,
                new Breaker.Rule(20, 10, Duration.ofSeconds(10), 5, Duration.ofMinutes(10), Duration.ofSeconds(1)));
    }

    /** Whether a level's plugins join. */
    boolean joins(TrustLevel level) {
        return autojoin.contains(level.label());
    }
}
