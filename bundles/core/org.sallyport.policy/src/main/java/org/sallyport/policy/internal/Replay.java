package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.recording.Recorded;
import org.sallyport.policy.internal.recording.Recorded.Content;
import org.sallyport.policy.internal.recording.Recorded.Decided;
import org.sallyport.policy.internal.recording.Recording;
import org.sallyport.spi.admin.Judged;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * Passes recorded messages through a chain, one after the other, and notes each of which it decides otherwise. A response passes in the
 * exchange of its request, if that was replayed and would go on. Used by one thread.
 */
final class Replay implements Recording.Reader {
    /** Most exchanges that are known at a time; the one that began first makes room. */
    static final int MAX_EXCHANGES = 10_000;

    /** Longest wait for a message. A pass may take one deadline for each non-critical plugin that hangs. */
    private static final long MAX_WAIT_SECONDS = 60;

    private final Rehearsal rehearsal;
    private final Options options;
    private final Map<String, Exchange> exchanges = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private long messages;
    private long same;
    private long withoutContent;
    private long unreached;
    private long unreadable;
    private final Map<Outcome, Long> became = new LinkedHashMap<>();
    private long passedOn;

    /**
     * What is looked at.
     *
     * @param content whether a message counts as decided otherwise if only what it was changed to differs
     * @param most changes that are kept; the others are counted
     */
    record Options(boolean content, int most) {}

    /**
     * A message of which something else would be decided.
     *
     * @param place where it is recorded
     * @param at when it was
     * @param exchange its exchange, as auditing plugins name it
     * @param server the server's configured name
     * @param kind such as {@code request}
     * @param method the method
     * @param recorded what became of it then
     * @param then who decided that, and why: {@code instance outcome reason_code}, joined by commas
     * @param outcome what would become of it
     * @param now who would decide that, and why
     * @param reason the reasons, for people; hidden where a security plugin removes something
     */
    record Change(
            String place,
            String at,
            String exchange,
            String server,
            String kind,
            String method,
            String recorded,
            String then,
            String outcome,
            String now,
            String reason) {}

    /**
     * What came of it.
     *
     * @param messages messages that were recorded
     * @param same of them, those of which the same would be decided
     * @param changed those of which something else would be decided
     * @param wouldBlock of these, those that would be blocked
     * @param wouldChange those that would be changed
     * @param wouldAnswer those that a plugin would answer
     * @param wouldFail those that would be stopped by a failure
     * @param wouldPass those that would go on as they came
     * @param withoutContent not replayed, because their content was not recorded
     * @param unreached not replayed, because their request is not recorded, or would not have gone on
     * @param unreadable lines that are no record of a message
     * @param changes those of which something else would be decided, at most as many as were asked for
     */
    record Result(
            long messages,
            long same,
            long changed,
            long wouldBlock,
            long wouldChange,
            long wouldAnswer,
            long wouldFail,
            long wouldPass,
            long withoutContent,
            long unreached,
            long unreadable,
            List<Change> changes)
            implements Judged {
        @Override
        public boolean isGood() {
            return changed == 0;
        }
    }

    /**
     * An exchange that is replayed.
     *
     * @param request the request as it would go on; {@code null} if it would not, or if there was none
     */
    private record Exchange(ExchangeImpl exchange, @Nullable Message request) {}

    Replay(Rehearsal rehearsal, Options options) {
        this.rehearsal = rehearsal;
        this.options = options;
    }

    @Override
    public void read(String place, Optional<Recorded> line) {
        if (line.isEmpty()) {
            unreadable++;
            return;
        }
        Recorded recorded = line.get();
        messages++;
        if (recorded.message().isEmpty()) {
            withoutContent++;
        } else if (recorded.kind().equals(Message.RESPONSE)) {
            response(place, recorded, recorded.message().get());
        } else {
            first(place, recorded, recorded.message().get());
        }
    }

    private void first(String place, Recorded recorded, Document document) {
        Exchange known = exchanges.get(recorded.exchange());
        ExchangeImpl exchange = known == null ? rehearsal.begin(recorded.party()) : known.exchange();
        Inbound message = inbound(recorded, document);
        PolicyResult result = pass(exchange, message, Optional.empty());
        compare(place, recorded, result);
        if (recorded.kind().equals(Message.REQUEST)) {
            boolean goesOn = result.proceeds() && result.report().outcome() != Outcome.COMPLETED_BY_MIDDLEWARE;
            remember(
                    recorded.exchange(),
                    new Exchange(
                            exchange,
                            goesOn ? Envelope.with(message, result.message().orElse(document)) : null));
        }
    }

    private void response(String place, Recorded recorded, Document document) {
        Exchange known = exchanges.remove(recorded.exchange());
        if (known == null || known.request() == null) {
            unreached++;
            return;
        }
        compare(place, recorded, pass(known.exchange(), inbound(recorded, document), Optional.of(known.request())));
    }

    private void remember(String id, Exchange exchange) {
        exchanges.put(id, exchange);
        if (exchanges.size() > MAX_EXCHANGES) {
            exchanges.remove(exchanges.keySet().iterator().next());
        }
    }

    private static Inbound inbound(Recorded recorded, Document document) {
        return new Inbound(recorded.protocol(), recorded.kind(), recorded.method(), document, recorded.bytes());
    }

    private PolicyResult pass(ExchangeImpl exchange, Inbound message, Optional<Message> request) {
        try {
            return rehearsal.pass(exchange, message, request).get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new PluginException(
                    "timeout", "A message was not decided within [" + MAX_WAIT_SECONDS + "] seconds; the replay ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("interrupted", "The replay was interrupted");
        } catch (ExecutionException e) {
            throw new PluginException("failed", "A message could not be replayed: " + e.getCause(), e);
        }
    }

    private void compare(String place, Recorded recorded, PolicyResult result) {
        PolicyReport report = result.report();
        // What went on was recorded: that it was changed before is known, and the chain should find no more in it.
        boolean redacted = recorded.content() == Content.REDACTED;
        String before = redacted ? "" : recorded.outcome();
        List<Decided> decidedBefore = redacted ? List.of() : recorded.decisions();
        List<Decided> decided = Recorded.decisions(report);
        boolean goesOn = report.outcome() == Outcome.ALLOWED || report.outcome() == Outcome.NO_SECURITY;
        boolean alike = decided.equals(decidedBefore)
                && (redacted ? goesOn : before.equals(report.outcome().wireName()))
                && (redacted || !options.content() || recorded.after().equals(Recorded.after(report)));
        if (alike) {
            same++;
            return;
        }
        became.merge(report.outcome(), 1L, Long::sum);
        passedOn += goesOn ? 1 : 0;
        if (changes.size() < options.most()) {
            changes.add(new Change(
                    place,
                    recorded.at().toString(),
                    recorded.exchange(),
                    recorded.party().server(),
                    recorded.kind(),
                    recorded.method(),
                    redacted ? recorded.outcome() + ", recorded as it went on" : recorded.outcome(),
                    sentence(recorded.decisions()),
                    report.outcome().wireName(),
                    sentence(decided),
                    report.reason()));
        }
    }

    private static String sentence(List<Decided> decisions) {
        return String.join(
                ", ",
                decisions.stream()
                        .map(one -> one.instance() + " " + one.outcome() + " " + one.reasonCode())
                        .toList());
    }

    Result result() {
        long changed = became.values().stream().mapToLong(Long::longValue).sum();
        return new Result(
                messages,
                same,
                changed,
                became.getOrDefault(Outcome.BLOCKED, 0L),
                became.getOrDefault(Outcome.MODIFIED, 0L),
                became.getOrDefault(Outcome.COMPLETED_BY_MIDDLEWARE, 0L),
                became.getOrDefault(Outcome.ERROR, 0L),
                passedOn,
                withoutContent,
                unreached,
                unreadable,
                List.copyOf(changes));
    }
}
