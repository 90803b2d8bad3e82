package org.sallyport.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;

/**
 * What an auditing plugin gets: a report of one message of 99 bytes, which took 1.234567 ms in the chain and whose
 * exchange began 1.234 s before. Make one by {@link #of} and change it.
 *
 * @param outcome what became of the message
 * @param message the message, or its envelope if it was cleared
 * @param exchange what it belongs to
 * @param request for a response: what it answers
 * @param stages what happened at each plugin
 * @param original the message as it came
 * @param result the message as it went on
 * @param cleared whether content was taken out
 * @param reason all reasons
 */
public record TestReport(
        Outcome outcome,
        Message message,
        Exchange exchange,
        Optional<Message> request,
        List<Stage> stages,
        Optional<Document> original,
        Optional<Document> result,
        boolean cleared,
        String reason)
        implements PolicyReport {
    private static Exchange exchange(String server) {
        return new TestExchange(server, Duration.ofMillis(1_234));
    }

    /** Of an allowed message to or from server {@code srv}. */
    public static TestReport of(String kind, Document message) {
        return new TestReport(
                Outcome.ALLOWED,
                TestMessage.of(kind, message),
                exchange("srv"),
                Optional.empty(),
                List.of(),
                Optional.of(message),
                Optional.of(message),
                false,
                "");
    }

    /** Of a recorded case's message, after a chain that changed nothing. */
    public static TestReport recorded(Document line) {
        Document input = line.get("input");
        boolean decided = line.at("config", "plugins").values().stream()
                .anyMatch(plugin -> plugin.get("type").text("").equals("security"));
        return of(input.get("kind").text(""), TestJson.expand(input.get("message")))
                .on(input.get("server").text(""))
                .answering(input.get("request"))
                .with(decided ? Outcome.ALLOWED : Outcome.NO_SECURITY);
    }

    /** The same of another server. */
    public TestReport on(String server) {
        return new TestReport(outcome, message, exchange(server), request, stages, original, result, cleared, reason);
    }

    /** The same of an answer to a request; null for none. */
    public TestReport answering(Document asked) {
        if (asked.isNull()) {
            return this;
        }
        String method = asked.get("method").text("");
        Message answer = new TestMessage(message.kind(), method, message.document());
        Message question = new TestMessage(Message.REQUEST, method, asked);
        return new TestReport(
                outcome, answer, exchange, Optional.of(question), stages, original, result, cleared, reason);
    }

    /** The same with another outcome. */
    public TestReport with(Outcome next) {
        return new TestReport(next, message, exchange, request, stages, original, result, cleared, reason);
    }

    /** The same with a reason, and what happened at each plugin. */
    public TestReport because(String why, Stage... at) {
        return new TestReport(outcome, message, exchange, request, List.of(at), original, result, cleared, why);
    }

    /** As after a security plugin: only the id is left, and what went on, if anything did. */
    public TestReport cleared(Outcome next, Optional<Document> wentOn) {
        Document whole = message.document();
        Document envelope = whole.has("id") ? Document.object("id", whole.get("id")) : Document.EMPTY_OBJECT;
        Message rest = new TestMessage(message.kind(), message.method(), envelope);
        return new TestReport(
                next, rest, exchange, request, stages, Optional.empty(), wentOn, true, "[s] [" + next.wireName() + "]");
    }

    /** The same with this left of the message. */
    public TestReport leaving(Document left) {
        Message rest = new TestMessage(message.kind(), message.method(), left);
        return new TestReport(outcome, rest, exchange, request, stages, original, result, cleared, reason);
    }

    /** As after a middleware plugin. */
    public TestReport became(Outcome next, Document wentOn) {
        return new TestReport(next, message, exchange, request, stages, original, Optional.of(wentOn), cleared, reason);
    }

    /** As after a critical plugin failed. */
    public TestReport failed() {
        return new TestReport(
                Outcome.ERROR, message, exchange, request, stages, original, Optional.empty(), false, "[s] failed");
    }

    @Override
    public boolean securityEvaluated() {
        return outcome != Outcome.NO_SECURITY;
    }

    @Override
    public boolean modified() {
        return outcome == Outcome.MODIFIED;
    }

    @Override
    public Optional<String> blockedAt() {
        return outcome == Outcome.BLOCKED ? Optional.of("s") : Optional.empty();
    }

    @Override
    public Optional<String> completedBy() {
        return outcome == Outcome.COMPLETED_BY_MIDDLEWARE ? Optional.of("m") : Optional.empty();
    }

    @Override
    public long originalBytes() {
        return 99;
    }

    @Override
    public Instant at() {
        return TestExchange.NOON;
    }

    @Override
    public Duration took() {
        return Duration.ofNanos(1_234_567);
    }
}
