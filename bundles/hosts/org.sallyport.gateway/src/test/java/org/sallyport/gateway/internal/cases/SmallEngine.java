package org.sallyport.gateway.internal.cases;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.testkit.TestCall;
import org.sallyport.testkit.TestExchange;

/** A chain of stand-ins in order of priority, without plugins: what the runner needs to be tested. */
final class SmallEngine implements PolicyEngine {
    /** The only handler that it has: a middleware. */
    private static final String KNOWN = "known";

    @Override
    public Exchange begin(Party party) {
        return new TestExchange(party.server(), Duration.ZERO);
    }

    @Override
    public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
        throw new IllegalStateException("Cases have a chain of their own");
    }

    @Override
    public Optional<CompletionStage<PolicyResult>> alone(
            Exchange exchange, String instance, Inbound message, Optional<Message> request) {
        return Optional.empty();
    }

    @Override
    public boolean isEmpty(String server) {
        return true;
    }

    @Override
    public List<ChainEntry> chain(String server) {
        return List.of();
    }

    @Override
    public Trial trial(Collection<InstanceConfig> instances, Collection<StandIn> standIns) {
        for (InstanceConfig each : instances) {
            if (!each.instance().equals(KNOWN)) {
                throw new SettingsException(each.instance(), "there is no handler of that name");
            }
        }
        List<StandIn> ordered = new ArrayList<>(standIns);
        ordered.sort(Comparator.comparing(each -> each.config()
                .global()
                .or(() -> each.config().servers().values().stream().findFirst())
                .orElseThrow()
                .priority()
                .orElse(50)));
        return new SmallTrial(ordered);
    }

    private record SmallTrial(List<StandIn> all) implements Trial {
        private List<StandIn> members(String server) {
            return all.stream()
                    .filter(each -> Optional.ofNullable(each.config().servers().get(server))
                            .or(() -> each.config().global())
                            .filter(Placement::enabled)
                            .isPresent())
                    .toList();
        }

        @Override
        public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
            Document now = message.document();
            List<PolicyReport.Stage> stages = new ArrayList<>();
            Outcome outcome = Outcome.NO_SECURITY;
            for (StandIn member : members(exchange.server())) {
                Outcome stage;
                try {
                    Inbound here = new Inbound("mcp", message.kind(), message.method(), now, 0);
                    PolicyDecision decision = member.member().decide(new TestCall(here, request, exchange));
                    now = decision.message().orElse(now);
                    stage = switch (decision.kind()) {
                        case BLOCK -> Outcome.BLOCKED;
                        case MODIFY -> Outcome.MODIFIED;
                        case COMPLETE -> Outcome.COMPLETED_BY_MIDDLEWARE;
                        default -> Outcome.ALLOWED;
                    };
                } catch (Exception e) {
                    stage = Outcome.ERROR;
                }
                stages.add(new PolicyReport.Stage(
                        member.config().instance(),
                        member.type(),
                        "1",
                        stage,
                        "",
                        "none",
                        Document.EMPTY_OBJECT,
                        "",
                        Duration.ZERO,
                        ""));
                outcome = stage == Outcome.ALLOWED && outcome == Outcome.MODIFIED ? outcome : stage;
                if (stage == Outcome.BLOCKED || stage == Outcome.ERROR || stage == Outcome.COMPLETED_BY_MIDDLEWARE) {
                    break;
                }
            }
            boolean stops = outcome == Outcome.BLOCKED || outcome == Outcome.ERROR;
            SmallReport report = new SmallReport(outcome, message, exchange, request, stages);
            return CompletableFuture.completedFuture(new PolicyResult(
                    report, stops ? Optional.empty() : Optional.of(now), now == message.document(), "stopped", "none"));
        }

        @Override
        public List<ChainEntry> chain(String server) {
            return List.of(new ChainEntry(1, KNOWN, "middleware", KNOWN, "1", 50, true, "ready", "", ""));
        }

        @Override
        public void close() {}
    }

    private record SmallReport(
            Outcome outcome, Message message, Exchange exchange, Optional<Message> request, List<Stage> stages)
            implements PolicyReport {
        @Override
        public Optional<Document> original() {
            return Optional.empty();
        }

        @Override
        public Optional<Document> result() {
            return Optional.empty();
        }

        @Override
        public boolean securityEvaluated() {
            return stages.stream().anyMatch(stage -> stage.type().equals("security"));
        }

        @Override
        public boolean cleared() {
            return outcome == Outcome.BLOCKED;
        }

        @Override
        public boolean modified() {
            return outcome == Outcome.MODIFIED;
        }

        @Override
        public Optional<String> blockedAt() {
            return outcome == Outcome.BLOCKED || outcome == Outcome.ERROR
                    ? Optional.of(stages.get(stages.size() - 1).instance())
                    : Optional.empty();
        }

        @Override
        public Optional<String> completedBy() {
            return Optional.empty();
        }

        @Override
        public String reason() {
            return "";
        }

        @Override
        public long originalBytes() {
            return 0;
        }

        @Override
        public Instant at() {
            return Instant.EPOCH;
        }

        @Override
        public Duration took() {
            return Duration.ZERO;
        }
    }
}
