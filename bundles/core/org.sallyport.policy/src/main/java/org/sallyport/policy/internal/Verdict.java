package org.sallyport.policy.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * Gathers what the stages of one pass decide, and says what it comes to: critical error before blocked or completed,
 * before modified, before allowed, before no security. Owned by one thread at a time.
 */
final class Verdict {
    private final ExchangeImpl exchange;
    private final Inbound message;
    private final Optional<Message> request;
    private final boolean secured;
    private final Instant at = Instant.now();
    private final long began = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();
    private Document now;
    private @Nullable Outcome stopped;
    private @Nullable Step stopper;
    private String overload = "";

    Verdict(ExchangeImpl exchange, Inbound message, Optional<Message> request, boolean secured) {
        this.exchange = exchange;
        this.message = message;
        this.request = request;
        this.secured = secured;
        this.now = message.document();
    }

    /** The message as it is now. */
    Document now() {
        return now;
    }

    boolean stopped() {
        return stopped != null;
    }

    /** How a decision breaks the contract of its type; {@code null} if it does not. */
    @Nullable Failure breach(Stage stage, @Nullable PolicyDecision decision) {
        if (decision == null) {
            return Failure.contract("it decided nothing (null)");
        }
        if (stage.rules() == null || !stage.rules().decisions().contains(decision.kind())) {
            return Failure.contract("a [" + stage.type() + "] plugin may not [" + decision.kind() + "]");
        }
        String why = switch (decision.kind()) {
            case PASS -> stage.rules().mustDecide() ? "it has to decide and did not" : null;
            case MODIFY ->
                Envelope.whyNotChanged(message, now, decision.message().orElse(Document.NULL));
            case COMPLETE -> Envelope.whyNoAnswer(message, decision.message().orElse(Document.NULL));
            case ALLOW, BLOCK -> null;
        };
        return why == null ? null : Failure.contract(why);
    }

    /** A stage decided, by the contract. */
    void decided(Stage stage, PolicyDecision decision, long nanos) {
        Outcome outcome = switch (decision.kind()) {
            case ALLOW, PASS -> Outcome.ALLOWED;
            case BLOCK -> Outcome.BLOCKED;
            case MODIFY -> change(decision.message().orElse(now));
            case COMPLETE -> complete(decision.message().orElse(Document.NULL));
        };
        Step step = new Step(
                stage,
                outcome,
                decision.reason(),
                Step.checkedCode(decision.reasonCode()),
                decision.metadata(),
                now,
                nanos,
                null);
        steps.add(step);
        if (outcome == Outcome.BLOCKED || outcome == Outcome.COMPLETED_BY_MIDDLEWARE) {
            stopped = outcome;
            stopper = step;
        }
    }

    private Outcome change(Document changed) {
        if (changed == now) {
            return Outcome.ALLOWED;
        }
        now = changed;
        return Outcome.MODIFIED;
    }

    private Outcome complete(Document answer) {
        now = Envelope.answer(message, answer);
        return Outcome.COMPLETED_BY_MIDDLEWARE;
    }

    /** A stage failed; if it is critical the message stops. */
    void failed(Stage stage, Failure failure, long nanos) {
        Step step = new Step(
                stage,
                Outcome.ERROR,
                failure.message().isEmpty() ? failure.type() : failure.message(),
                failure.reasonCode(),
                Document.EMPTY_OBJECT,
                now,
                nanos,
                failure);
        steps.add(step);
        // The first error is the one to tell of: what came after it are auditors of a message that had stopped.
        if (stage.critical() && stopped != Outcome.ERROR) {
            stopped = Outcome.ERROR;
            stopper = step;
        }
    }

    /** No thread was free for so long that the message has to be given up. */
    void overloaded(String why) {
        stopped = Outcome.ERROR;
        stopper = null;
        overload = why;
    }

    private Outcome outcome() {
        if (stopped != null) {
            return stopped;
        }
        if (now != message.document()) {
            return Outcome.MODIFIED;
        }
        return secured ? Outcome.ALLOWED : Outcome.NO_SECURITY;
    }

    private boolean cleared() {
        for (Step step : steps) {
            if (step.clears()) {
                return true;
            }
        }
        return false;
    }

    private boolean proceeds(Outcome outcome) {
        return outcome != Outcome.BLOCKED && outcome != Outcome.ERROR;
    }

    /** What is reported now. */
    Report report() {
        Outcome outcome = outcome();
        boolean cleared = cleared();
        Document result = proceeds(outcome) ? now : null;
        String stoppedAt =
                proceeds(outcome) || stopper == null ? null : stopper.stage().instance();
        String completedBy = outcome == Outcome.COMPLETED_BY_MIDDLEWARE && stopper != null
                ? stopper.stage().instance()
                : null;
        Report.Facts facts = new Report.Facts(
                outcome,
                cleared ? Envelope.of(message) : message,
                exchange.shown(request),
                cleared ? null : message.document(),
                result,
                evaluatedSecurity(),
                cleared,
                outcome == Outcome.MODIFIED,
                stoppedAt,
                completedBy,
                overload.isEmpty() ? Step.reasons(steps, cleared) : overload,
                message.bytes(),
                at,
                Duration.ofNanos(System.nanoTime() - began));
        return new Report(facts, exchange, steps);
    }

    private boolean evaluatedSecurity() {
        for (Step step : steps) {
            if (step.failure() == null
                    && step.stage().rules() != null
                    && step.stage().rules().countsAsSecurity()) {
                return true;
            }
        }
        return false;
    }

    /** Has the rest of the exchange show nothing of what was removed. Once, by a pass that counts. */
    void settle(Report report) {
        Outcome outcome = report.outcome();
        if (message.kind().equals(Message.REQUEST) && report.cleared()) {
            exchange.requestCleared(
                    proceeds(outcome) && outcome != Outcome.COMPLETED_BY_MIDDLEWARE
                            ? Envelope.with(message, now)
                            : Envelope.of(message));
        }
    }

    /** What the host gets, together with the report that was made last. */
    PolicyResult result(Report report) {
        Outcome outcome = report.outcome();
        return new PolicyResult(
                report,
                proceeds(outcome) ? Optional.of(now) : Optional.empty(),
                now == message.document() && proceeds(outcome),
                reason(outcome),
                reasonCode());
    }

    private String reason(Outcome outcome) {
        if (!overload.isEmpty()) {
            return overload;
        }
        Step step = stopper;
        if (step == null) {
            return "";
        }
        Failure failure = step.failure();
        String instance = "[" + step.stage().instance() + "]";
        if (failure != null) {
            // What an exception says stays here: it may quote the message.
            String what = failure.isPlugins() && !failure.type().equals(Failure.CONTRACT)
                    ? "[" + failure.type() + "]"
                    : failure.message();
            return "Stopped because " + instance + ", which is critical, failed: " + what;
        }
        String verb = outcome == Outcome.BLOCKED ? "Blocked by " : "Answered by ";
        return verb + instance + (step.reason().isEmpty() ? "" : ": " + step.reason());
    }

    private String reasonCode() {
        if (!overload.isEmpty()) {
            return "overloaded";
        }
        if (stopper != null) {
            return stopper.code();
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (step.failure() == null && !step.code().equals(PolicyDecision.NO_REASON)) {
                return step.code();
            }
        }
        return PolicyDecision.NO_REASON;
    }
}
