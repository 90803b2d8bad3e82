package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one member did since it was configured. Counts are exact; percentiles are at most 12.5 % too high.
 *
 * @param place its place in the chain, from 1; 0 for one that only sees messages
 * @param instance the configured instance
 * @param type the plugin type
 * @param calls calls that ended or were given up
 * @param errors those that failed
 * @param dropped reports that a non-critical observer missed
 * @param p50Micros half of the calls took at most this long
 * @param p95Micros of a hundred calls 95 took at most this long
 * @param p99Micros of a hundred calls 99 took at most this long
 * @param maxMicros the longest
 * @param breaker {@code closed}, {@code open} or {@code half_open}
 * @param threadsKept threads that its plugin keeps beyond their deadline now
 */
record ChainStatistics(
        int place,
        String instance,
        String type,
        long calls,
        long errors,
        long dropped,
        double p50Micros,
        double p95Micros,
        double p99Micros,
        double maxMicros,
        String breaker,
        int threadsKept) {
    /** Those of a chain's members, in order. */
    static List<ChainStatistics> of(Chain chain) {
        List<ChainStatistics> all = new ArrayList<>();
        chain.entries.stream()
                .filter(e -> e.place() > 0 || e.state().equals(Stage.SHADOW))
                .forEach(e -> {
                    Seat seat = seat(chain, e.instance());
                    if (seat != null) {
                        all.add(of(e.place(), seat));
                    }
                });
        return all;
    }

    private static @Nullable Seat seat(Chain chain, String instance) {
        for (Stage[] stages : List.of(chain.deciders, chain.criticalObservers, chain.otherObservers)) {
            for (Stage stage : stages) {
                if (stage.instance().equals(instance)) {
                    return stage.seat();
                }
            }
        }
        for (Chain.Shadow shadow : chain.shadows) {
            if (shadow.stage().instance().equals(instance)) {
                return shadow.stage().seat();
            }
        }
        return null;
    }

    private static ChainStatistics of(int place, Seat seat) {
        Histogram.Summary times = seat.times.summary();
        return new ChainStatistics(
                place,
                seat.instance(),
                seat.origin.type(),
                times.count(),
                seat.errors.sum(),
                seat.dropped.sum(),
                micros(times.p50()),
                micros(times.p95()),
                micros(times.p99()),
                micros(times.max()),
                seat.breaker.state().name().toLowerCase(Locale.ROOT),
                seat.watch.stuck());
    }

    private static double micros(long nanos) {
        return nanos / 1000.0;
    }
}
