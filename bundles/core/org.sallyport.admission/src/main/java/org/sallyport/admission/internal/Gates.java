package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the required gates in their order; one that is absent, fails or hangs counts as a refusal. */
final class Gates {
    /** The gates that are required if the launcher names none. */
    static final String DEFAULT = "archive,manifest,host,code";

    /** The gates that are required, as the launcher names them. */
    static String names(@Nullable String named) {
        return named == null ? DEFAULT : named;
    }

    /** Those of them that look at any archive, and not at what only a plugin has. */
    static String ofAnyArchive(String named) {
        return Stream.of(named.split(","))
                .map(String::trim)
                .filter(Set.of("archive", "code", "signature")::contains)
                .collect(Collectors.joining(","));
    }

    private static final Logger log = LoggerFactory.getLogger(Gates.class);

    private final List<String> required;
    private final Supplier<List<AdmissionGate>> present;
    private final Duration limit;

    /**
     * @param required names, parted by commas
     * @param present the gates that are there now
     * @param limit for one gate's check, and for the wait until it is there
     */
    Gates(String required, Supplier<List<AdmissionGate>> present, Duration limit) {
        this.required = Stream.of(required.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
        this.present = present;
        this.limit = limit;
    }

    /** A gate's answer that does not let pass. */
    record Refusal(String gate, Verdict verdict) {
        String sentence() {
            String did = switch (verdict.kind()) {
                case PASS -> "let it pass: ";
                case HOLD -> "holds it: ";
                case FAIL -> "refused it: ";
                case COULD_NOT_RUN -> "could not check it: ";
            };
            return "the gate [" + gate + "] " + did + Causes.cut(verdict.reason());
        }

        /** Whether it is only that somebody has to agree. */
        boolean isHold() {
            return verdict.kind() == Verdict.Kind.HOLD;
        }
    }

    /** The first gate that does not let pass, or empty if all do. One that holds it counts after those that refuse. */
    Optional<Refusal> check(Candidate candidate) {
        long deadline = System.nanoTime() + limit.toNanos();
        Refusal hold = null;
        try (Guarded.Line line = new Guarded.Line()) {
            for (String name : required) {
                Verdict verdict = ask(line, name, candidate, deadline);
                if (verdict.kind() == Verdict.Kind.HOLD) {
                    hold = hold == null ? new Refusal(name, verdict) : hold;
                } else if (verdict.kind() != Verdict.Kind.PASS) {
                    return Optional.of(new Refusal(name, verdict));
                }
            }
        }
        return Optional.ofNullable(hold);
    }

    private Verdict ask(Guarded.Line line, String name, Candidate candidate, long deadline) {
        AdmissionGate gate = find(name, deadline);
        if (gate == null) {
            return Verdict.couldNotRun(
                    "this required gate is absent",
                    "See that the bundle that brings the gate [" + name + "] is started");
        }
        Guarded.Result<Verdict> result = line.call("gate-" + name, limit, () -> gate.check(candidate));
        return result instanceof Guarded.Done<Verdict> done && done.value() != null
                ? done.value()
                : Verdict.couldNotRun(
                        Guarded.sentence(result), "Look at the log for what happened in the gate [" + name + "]");
    }

    private static boolean isCalled(AdmissionGate gate, String name) {
        try {
            return name.equals(gate.name());
        } catch (RuntimeException | LinkageError e) {
            log.warn(
                    "A gate [{}] cannot say its name and counts as absent",
                    gate.getClass().getName(),
                    e);
            return false;
        }
    }

    /** While the platform starts, a gate may come a little later than the first plugin. */
    private @Nullable AdmissionGate find(String name, long deadline) {
        while (true) {
            for (AdmissionGate gate : present.get()) {
                if (isCalled(gate, name)) {
                    return gate;
                }
            }
            if (System.nanoTime() >= deadline) {
                return null;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }
}
