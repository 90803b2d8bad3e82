package org.sallyport.plugin.ratelimit.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.security.SecurityFilter;

/** Holds limits. Requests of clients alone are counted: answers and what servers ask follow from them. Thread-safe. */
record RateFilter(Limits limits, Clock clock, Supplier<Counts> counts) implements SecurityFilter {
    static final String CODE = "rate_limited";

    @Override
    public PolicyDecision decide(PolicyCall call) {
        // Of messages that were recorded nobody knows how fast they came.
        if (!call.message().kind().equals(Message.REQUEST) || call.exchange().fromServer() || call.replayed()) {
            return PolicyDecision.allow();
        }
        List<Limit> all = limits.all();
        for (int i = 0; i < all.size(); i++) {
            Limit limit = all.get(i);
            if (limit.covers(call)) {
                long wait = counts.get().take(limit.key(i, call), limit);
                if (wait > 0) {
                    giveBack(call, i);
                    return beyond(limit, i, wait);
                }
            }
        }
        return PolicyDecision.allow();
    }

    private void giveBack(PolicyCall call, int end) {
        for (int i = 0; i < end; i++) {
            Limit limit = limits.all().get(i);
            if (limit.covers(call)) {
                counts.get().giveBack(limit.key(i, call), limit);
            }
        }
    }

    private PolicyDecision beyond(Limit limit, int index, long wait) {
        long seconds = wait == Counts.NO_PLACE ? limit.seconds() : Math.max(1, (wait + 999_999_999L) / 1_000_000_000L);
        String reason = wait == Counts.NO_PLACE
                ? "More callers than can be counted are held to a limit; try again in " + seconds + " s"
                : "The limit of " + limit.sentence() + " is reached; try again in " + seconds + " s";
        Document metadata = Document.fromJava(Map.of("limit", index, "retry_after_seconds", seconds));
        return (limits.blocks() ? PolicyDecision.block(reason, CODE) : PolicyDecision.allow(reason, CODE))
                .withMetadata(metadata);
    }
}
