package org.sallyport.policy.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;

/**
 * A report. If it is cleared it has no reference to the message's content at all, because a plugin could follow it; else
 * stages and their hashes are made when somebody asks for them.
 */
final class Report implements PolicyReport {
    /**
     * What all views of a report share.
     *
     * @param message cleared if {@code cleared}
     * @param original {@code null} if cleared
     * @param result {@code null} if the message stops
     * @param stoppedAt {@code null} if nobody stopped it
     * @param completedBy {@code null} if nobody answered it
     */
    record Facts(
            Outcome outcome,
            Message message,
            Optional<Message> request,
            @Nullable Document original,
            @Nullable Document result,
            boolean securityEvaluated,
            boolean cleared,
            boolean modified,
            @Nullable String stoppedAt,
            @Nullable String completedBy,
            String reason,
            long bytes,
            Instant at,
            Duration took) {}

    /** Bytes from which on a message is hashed in pieces rather than as one text. */
    private static final long LARGE = 1 << 20;

    private final Facts facts;
    private final Exchange exchange;
    private final Stages stages;

    Report(Facts facts, Exchange exchange, List<Step> steps) {
        this(facts, exchange, new Stages(steps, facts.cleared(), facts.bytes() > LARGE));
    }

    private Report(Facts facts, Exchange exchange, Stages stages) {
        this.facts = facts;
        this.exchange = exchange;
        this.stages = stages;
    }

    /** The same report with the exchange as an instance sees it. */
    Report viewFor(String instance) {
        return new Report(facts, ((ExchangeImpl) exchange).viewFor(instance), stages);
    }

    /** The stages, made once. */
    private static final class Stages {
        private @Nullable List<Step> steps;
        private final boolean large;
        private @Nullable List<Stage> made;

        Stages(List<Step> steps, boolean cleared, boolean large) {
            this.large = large;
            if (cleared) {
                this.made = Step.report(steps, true, large);
            } else {
                this.steps = List.copyOf(steps);
            }
        }

        synchronized List<Stage> get() {
            List<Stage> done = made;
            if (done == null) {
                done = Step.report(java.util.Objects.requireNonNull(steps), false, large);
                made = done;
                steps = null;
            }
            return done;
        }
    }

    @Override
    public Outcome outcome() {
        return facts.outcome();
    }

    @Override
    public Message message() {
        return facts.message();
    }

    @Override
    public Exchange exchange() {
        return exchange;
    }

    @Override
    public Optional<Message> request() {
        return facts.request();
    }

    @Override
    public List<Stage> stages() {
        return stages.get();
    }

    @Override
    public Optional<Document> original() {
        return Optional.ofNullable(facts.original());
    }

    @Override
    public Optional<Document> result() {
        return Optional.ofNullable(facts.result());
    }

    @Override
    public boolean securityEvaluated() {
        return facts.securityEvaluated();
    }

    @Override
    public boolean cleared() {
        return facts.cleared();
    }

    @Override
    public boolean modified() {
        return facts.modified();
    }

    @Override
    public Optional<String> blockedAt() {
        return Optional.ofNullable(facts.stoppedAt());
    }

    @Override
    public Optional<String> completedBy() {
        return Optional.ofNullable(facts.completedBy());
    }

    @Override
    public String reason() {
        return facts.reason();
    }

    @Override
    public long originalBytes() {
        return facts.bytes();
    }

    @Override
    public Instant at() {
        return facts.at();
    }

    @Override
    public Duration took() {
        return facts.took();
    }
}
