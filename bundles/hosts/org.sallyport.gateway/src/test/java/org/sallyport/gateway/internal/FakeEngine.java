package org.sallyport.gateway.internal;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.PolicyEngine;

/** A chain whose every decision the test makes. */
final class FakeEngine implements PolicyEngine {
    /** What one pass gives. */
    record Decision(Outcome outcome, Optional<Document> message, String reason, String code, String stageType) {
        static final Decision PASS = new Decision(Outcome.ALLOWED, Optional.empty(), "", "none", "security");

        static Decision block(String reason, String code) {
            return new Decision(Outcome.BLOCKED, Optional.empty(), reason, code, "security");
        }

        static Decision fail(String type) {
            return new Decision(Outcome.ERROR, Optional.empty(), "a plugin failed", "plugin_failed", type);
        }

        static Decision modify(Document message) {
            return new Decision(Outcome.MODIFIED, Optional.of(message), "", "changed", "security");
        }

        static Decision complete(Document message) {
            return new Decision(Outcome.COMPLETED_BY_MIDDLEWARE, Optional.of(message), "", "done", "middleware");
        }
    }

    /** What was passed, as {@code server kind method}. */
    final List<String> passed = new CopyOnWriteArrayList<>();

    /** Whose that was, as {@code principal@tenant}. */
    final List<String> callers = new CopyOnWriteArrayList<>();

    final List<Document> documents = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4, task -> {
        Thread thread = new Thread(task, "fake-engine");
        thread.setDaemon(true);
        return thread;
    });
    private final Random random = new Random(7);
    volatile boolean empty;
    volatile boolean jitter;
    volatile Function<Inbound, Decision> decide = message -> Decision.PASS;

    static FakeEngine empty() {
        FakeEngine engine = new FakeEngine();
        engine.empty = true;
        return engine;
    }

    @Override
    public Exchange begin(Party party) {
        return (Exchange) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "server" -> party.server();
                    case "session" -> party.session();
                    case "principal" -> party.principal();
                    case "tenant" -> party.tenant();
                    case "toString" -> party.toString();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Override
    public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
        passed.add(exchange.server() + " " + message.kind() + " " + message.method());
        callers.add(exchange.principal() + "@" + exchange.tenant());
        documents.add(message.document());
        CompletableFuture<PolicyResult> result = new CompletableFuture<>();
        Decision decision = decide.apply(message);
        long delay = jitter ? random.nextInt(3_000) : 0;
        threads.schedule(() -> result.complete(result(message, decision)), delay, TimeUnit.MICROSECONDS);
        return result;
    }

    private PolicyResult result(Inbound message, Decision decision) {
        boolean stops = decision.outcome() == Outcome.BLOCKED || decision.outcome() == Outcome.ERROR;
        Optional<Document> out =
                stops ? Optional.empty() : Optional.of(decision.message().orElse(message.document()));
        PolicyReport report = (PolicyReport) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PolicyReport.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "outcome" -> decision.outcome();
                    case "took" -> java.time.Duration.ZERO;
                    case "blockedAt" -> stops ? Optional.of("guard") : Optional.empty();
                    case "stages" ->
                        List.of(new PolicyReport.Stage(
                                "guard",
                                decision.stageType(),
                                "1.0.0",
                                decision.outcome(),
                                "",
                                "",
                                Document.EMPTY_OBJECT,
                                "",
                                java.time.Duration.ZERO,
                                ""));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new PolicyResult(report, out, decision.message().isEmpty(), decision.reason(), decision.code());
    }

    /** Members that can be asked alone, by instance. */
    final Map<String, Function<Inbound, Decision>> members = new TreeMap<>();

    @Override
    public Optional<CompletionStage<PolicyResult>> alone(
            Exchange exchange, String instance, Inbound message, Optional<Message> request) {
        callers.add(exchange.principal() + "@" + exchange.tenant());
        documents.add(message.document());
        return Optional.ofNullable(members.get(instance))
                .map(member -> CompletableFuture.completedFuture(result(message, member.apply(message))));
    }

    @Override
    public boolean isEmpty(String server) {
        return empty;
    }

    @Override
    public List<ChainEntry> chain(String server) {
        return members.keySet().stream()
                .map(instance -> new ChainEntry(
                        1,
                        instance,
                        "security",
                        "plugin",
                        "1.2.3",
                        50,
                        !instance.startsWith("open"),
                        "ready",
                        "",
                        "Guards"))
                .toList();
    }

    @Override
    public Trial trial(Collection<InstanceConfig> instances, Collection<StandIn> standIns) {
        throw new UnsupportedOperationException();
    }
}
