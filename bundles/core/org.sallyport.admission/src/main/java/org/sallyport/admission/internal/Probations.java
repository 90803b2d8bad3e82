package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sallyport.api.plugin.HealthReporter;
import org.sallyport.spi.plugin.CallCounter.Calls;

/**
 * Watches versions that took the place of another one for a while, and says when one does worse. The version before is not
 * in the framework meanwhile; it comes back from the store, over the same way as any version. Thread-safe.
 */
final class Probations {
    /** Time between two looks, at most; shorter if the probation is shorter than this many looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int LOOKS = 60;

    /** How long a plugin may take to say how it is. */
    private static final Duration HEALTH = Duration.ofSeconds(1);

    private final Duration length;
    private final Duration every;
    private final Function<String, List<Calls>> calls;
    private final Failed failed;
    private final Executor background;

    /** Told of a version that has to go, by the thread that looked. */
    interface Failed {
        void of(Slot slot, Probation probation, String why);
    }

    /**
     * @param length of a probation; zero for none
     * @param calls what is counted of the version in service
     */
    Probations(Duration length, Function<String, List<Calls>> calls, Failed failed, Executor background) {
        this.length = length;
        this.every = length.dividedBy(LOOKS).compareTo(LOOK) < 0 ? length.dividedBy(LOOKS) : LOOK;
        this.calls = calls;
        this.failed = failed;
        this.background = background;
    }

    /**
     * What has to be known of a version before it is replaced; empty if what replaces it is not watched.
     *
     * @param users the ids of those that use it: a version is also as good as they are with it
     */
    Optional<ProbationRule> before(Revision old, CheckedCandidate next, List<String> users) {
        // Who went back knows why: nothing brings the newer version in again by itself.
        return length.isZero() || next.origin().startsWith(Desired.ROLLBACK)
                ? Optional.empty()
                : Optional.of(new ProbationRule(old.version(), calls(old.name, users)));
    }

    /** What is counted of a version and of those that use it, whose places are told apart by their ids. */
    private List<Calls> calls(String id, List<String> users) {
        List<Calls> all = new ArrayList<>(calls.apply(id));
        for (String user : users) {
            calls.apply(user)
                    .forEach(one -> all.add(new Calls(
                            one.place() + " of plugin " + user + ", which uses it",
                            one.calls(),
                            one.errors(),
                            one.p50Nanos(),
                            one.suspended())));
        }
        return all;
    }

    /**
     * Begins to watch a version; called under {@link Slot#operation}, when it is in service.
     *
     * @param young the version, then those that use it
     */
    void begin(
            Slot slot,
            List<Revision> young,
            Revision old,
            Optional<Handover.State> state,
            ProbationRule rule,
            Consumer<Slot> passed) {
        Probation probation = new Probation(
                young.get(0),
                young.subList(1, young.size()),
                old.version(),
                old.sha256,
                state,
                rule,
                System.nanoTime() + length.toNanos());
        slot.probation = probation;
        lookLater(slot, probation, passed);
    }

    private void lookLater(Slot slot, Probation probation, Consumer<Slot> passed) {
        CompletableFuture.delayedExecutor(every.toMillis(), TimeUnit.MILLISECONDS, background)
                .execute(() -> look(slot, probation, passed));
    }

    private void look(Slot slot, Probation probation, Consumer<Slot> passed) {
        if (slot.probation != probation) {
            return;
        }
        Optional<String> why = probation
                .rule()
                .look(
                        calls(
                                slot.id,
                                inService(probation.users())
                                        .map(user -> user.name)
                                        .toList()),
                        complaint(probation));
        if (why.isPresent()) {
            failed.of(slot, probation, why.get());
        } else if (probation.isOver(System.nanoTime())) {
            slot.exclusively(() -> {
                if (slot.probation == probation) {
                    slot.probation = null;
                    passed.accept(slot);
                }
            });
        } else {
            lookLater(slot, probation, passed);
        }
    }

    /** Those that were not replaced or taken out since: of others nothing can be said. */
    private static Stream<Revision> inService(List<Revision> users) {
        return users.stream().filter(user -> !user.retired);
    }

    private static String complaint(Probation probation) {
        String own = complaint(probation.young());
        for (Revision user : inService(probation.users()).toList()) {
            if (!own.isEmpty()) {
                break;
            }
            String theirs = complaint(user);
            own = theirs.isEmpty() ? "" : "plugin [" + user.name + "], which uses it: " + theirs;
        }
        return own;
    }

    private static String complaint(Revision young) {
        for (Held held : young.contributions) {
            if (held.is(HealthReporter.class)) {
                Guarded.Result<HealthReporter.Health> health =
                        Guarded.call("health-" + young.name, HEALTH, () -> ((HealthReporter) held.service()).health());
                if (!(health instanceof Guarded.Done<HealthReporter.Health> done) || done.value() == null) {
                    return Guarded.sentence(health);
                } else if (!done.value().healthy()) {
                    String detail = done.value().detail();
                    return Causes.cut(detail == null || detail.isEmpty() ? "it says so without a reason" : detail);
                }
            }
        }
        return "";
    }
}
