package org.sallyport.admission.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sallyport.spi.plugin.CallCounter.Calls;

/** Whether a new version does worse than the one before, by what is counted of both. Not thread-safe. */
final class ProbationRule {
    /** Fewer errors say nothing. */
    static final int MIN_ERRORS = 5;

    /** How much larger the share of errors may be than that of the version before. */
    static final double MORE_ERRORS = 0.05;

    /** Fewer calls of either version say nothing about time. */
    static final int MIN_CALLS = 100;

    /** How many times the median may be that of the version before. */
    static final int SLOWER = 2;

    /** A smaller difference of medians is none, in nanoseconds: code that is new runs cold at first. */
    static final long SLACK = 1_000_000;

    /** Looks in a row that have to find it slow, or not healthy. */
    static final int LOOKS = 3;

    private static final Calls NO_CALLS = new Calls("", 0, 0, 0);

    private final String before;
    private final Map<String, Calls> old;
    private Map<String, Calls> last = Map.of();
    private int slow;
    private int sick;

    /**
     * @param before the version before
     * @param old what was counted of it
     */
    ProbationRule(String before, List<Calls> old) {
        this.before = before;
        this.old = byPlace(old);
    }

    private static Map<String, Calls> byPlace(List<Calls> calls) {
        Map<String, Calls> map = new HashMap<>();
        calls.forEach(one -> map.put(one.place(), one));
        return map;
    }

    /**
     * Looks at the new version again.
     *
     * @param calls what was counted of it so far
     * @param complaint why it is not healthy; empty if it is
     * @return why it must go, in one sentence part; empty if it may stay for now
     */
    Optional<String> look(List<Calls> calls, String complaint) {
        Map<String, Calls> seen = last;
        last = byPlace(calls);
        Optional<String> slowness = Optional.empty();
        for (Calls now : calls) {
            Calls then = old.getOrDefault(now.place(), NO_CALLS);
            Calls before = seen.getOrDefault(now.place(), NO_CALLS);
            Calls since = new Calls(now.place(), now.calls() - before.calls(), now.errors() - before.errors(), 0);
            Optional<String> failing =
                    errors(now, then).or(() -> errors(since, then)).or(() -> suspended(now, then));
            if (failing.isPresent()) {
                return failing;
            }
            slowness = slowness.or(() -> time(now, then));
        }
        slow = slowness.isPresent() ? slow + 1 : 0;
        sick = complaint.isEmpty() ? 0 : sick + 1;
        if (sick >= LOOKS) {
            return Optional.of("it is not healthy: " + complaint);
        }
        return slow >= LOOKS ? slowness : Optional.empty();
    }

    private Optional<String> errors(Calls now, Calls then) {
        return now.errors() >= MIN_ERRORS && share(now) > share(then) + MORE_ERRORS
                ? Optional.of("at [" + now.place() + "] it failed in [" + now.errors() + "] of [" + now.calls()
                        + "] calls, version [" + before + "] in [" + then.errors() + "] of [" + then.calls() + "]")
                : Optional.empty();
    }

    /** Few calls can suspend it, and then no more come that would show it by their share. */
    private Optional<String> suspended(Calls now, Calls then) {
        return now.suspended() && !then.suspended()
                ? Optional.of("at [" + now.place()
                        + "] it is kept out, because it failed or was slow too often: it failed in ["
                        + now.errors() + "] of [" + now.calls() + "] calls, version [" + before + "] in ["
                        + then.errors()
                        + "] of [" + then.calls() + "]")
                : Optional.empty();
    }

    private static double share(Calls calls) {
        return calls.calls() == 0 ? 0 : (double) calls.errors() / calls.calls();
    }

    private Optional<String> time(Calls now, Calls then) {
        return now.calls() >= MIN_CALLS
                        && then.calls() >= MIN_CALLS
                        && then.p50Nanos() > 0
                        && now.p50Nanos() >= SLOWER * then.p50Nanos()
                        && now.p50Nanos() - then.p50Nanos() >= SLACK
                ? Optional.of("at [" + now.place() + "] half of its calls take longer than [" + millis(now)
                        + "] ms, those of version [" + before + "] than [" + millis(then) + "] ms")
                : Optional.empty();
    }

    private static String millis(Calls calls) {
        return String.format(Locale.ROOT, "%.1f", calls.p50Nanos() / 1e6);
    }
}
