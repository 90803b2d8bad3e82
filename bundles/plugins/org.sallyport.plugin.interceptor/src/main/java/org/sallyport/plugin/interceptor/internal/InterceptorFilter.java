package org.sallyport.plugin.interceptor.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.security.SecurityFilter;

/**
 * Asks interceptors: what is on its way to a server is changed first and validated then, an answer the other way round (SEP-2624,
 * execution order). Validators are asked side by side, mutators one after the other. Thread-safe.
 */
final class InterceptorFilter implements SecurityFilter {
    /** What stands in place of the session, whose id lets its holder in; whoever is asked so asks nobody else. */
    static final String ASKED = "sallyport-interceptor";

    private static final int MAX_REASON = 500;

    private final RemoteSettings settings;
    private final InterceptorServer server;

    InterceptorFilter(RemoteSettings settings, InterceptorServer server) {
        this.settings = settings;
        this.server = server;
    }

    @Override
    public PolicyDecision decide(PolicyCall call) {
        Message message = call.message();
        boolean request = message.kind().equals(Message.REQUEST);
        String member = request ? "params" : "result";
        if (!message.protocol().equals(Message.MCP)
                || !request && !message.kind().equals(Message.RESPONSE)
                || !request && !message.document().has(member)) {
            // The proposal knows neither notifications nor errors.
            return PolicyDecision.allow();
        } else if (call.replayed()) {
            return PolicyDecision.allow("Interceptors of other servers are not asked in a replay", "not_asked");
        } else if (call.exchange().session().equals(ASKED)) {
            throw new PluginException(
                    "loop",
                    "This message was sent by an interceptor's caller, so it goes to no other interceptor; take this"
                            + " instance out of those that are asked");
        }
        long time = Math.min(settings.timeout().toNanos(), call.remaining().toNanos());
        Round round = new Round(call, request ? "request" : "response", System.nanoTime() + time);
        Document before = message.document().get(member);
        Document payload = before.isObject() ? before : Document.EMPTY_OBJECT;
        if (request) {
            payload = round.mutate(payload);
        }
        if (!round.validate(payload)) {
            return PolicyDecision.block(round.reasons(), "interceptor_refused").withMetadata(round.metadata());
        }
        Document after = request ? payload : round.mutate(payload);
        PolicyDecision decision = round.changed
                ? PolicyDecision.modify(message.document().with(member, after), round.reasons(), "interceptor_changed")
                : PolicyDecision.allow(round.reasons(), round.told.isEmpty() ? "none" : "interceptor_warned");
        return decision.withMetadata(round.metadata());
    }

    /** One message and all who are asked about it. Of one thread. */
    private final class Round {
        private final PolicyCall call;
        private final String phase;
        private final long deadline;
        private final List<Listed> asked;
        private final List<String> told = new ArrayList<>();
        private boolean changed;

        Round(PolicyCall call, String phase, long deadline) {
            this.call = call;
            this.phase = phase;
            this.deadline = deadline;
            this.asked = chosen().stream()
                    .filter(one -> one.covers(call.message().method(), phase))
                    .toList();
        }

        /** Those that are configured, or all; one that is configured and not there must not be left out. */
        private List<Listed> chosen() {
            List<Listed> all = server.list(deadline);
            if (settings.interceptors().isEmpty()) {
                return all;
            }
            List<Listed> chosen = all.stream()
                    .filter(one -> settings.interceptors().contains(one.name()))
                    .toList();
            Set<String> missing = new LinkedHashSet<>(settings.interceptors());
            chosen.forEach(one -> missing.remove(one.name()));
            if (!missing.isEmpty()) {
                throw new PluginException("missing", "The interceptor server does not list " + missing);
            }
            return chosen;
        }

        Document mutate(Document payload) {
            Document now = payload;
            List<Listed> mutators = asked.stream()
                    .filter(Listed::mutates)
                    .sorted(Comparator.comparingLong(Listed::priority).thenComparing(Listed::name))
                    .toList();
            for (Listed one : mutators) {
                try {
                    Document result = InterceptorServer.await(server.invoke(params(one, now), deadline), deadline);
                    if (result.get("modified").asBoolean(false) && !one.audits()) {
                        now = changedTo(result.get("payload"));
                    }
                } catch (PluginException e) {
                    failed(one, e);
                }
            }
            return now;
        }

        private Document changedTo(Document payload) {
            if (!payload.isObject()) {
                throw new PluginException("invalid_answer", "An interceptor changed a message to no object");
            }
            changed = true;
            return payload;
        }

        boolean validate(Document payload) {
            List<Listed> validators =
                    asked.stream().filter(one -> !one.mutates()).toList();
            List<CompletableFuture<Document>> answers = new ArrayList<>();
            for (Listed one : validators) {
                answers.add(server.invoke(params(one, payload), deadline));
            }
            boolean valid = true;
            for (int i = 0; i < validators.size(); i++) {
                Listed one = validators.get(i);
                try {
                    valid &= isValid(one, InterceptorServer.await(answers.get(i), deadline));
                } catch (PluginException e) {
                    failed(one, e);
                }
            }
            return valid;
        }

        private boolean isValid(Listed one, Document result) {
            if (result.get("valid").kind() != Document.Kind.BOOLEAN) {
                throw new PluginException("invalid_answer", "A validator did not say whether the message is valid");
            }
            if (result.get("valid").asBoolean(false)) {
                return true;
            }
            String severity = result.get("severity").text("error");
            StringBuilder what = new StringBuilder();
            for (Document each : result.get("messages").values()) {
                what.append(what.isEmpty() ? "" : "; ")
                        .append(each.get("message").text(""));
            }
            told.add(one.name() + ": " + (what.isEmpty() ? severity : what));
            return one.audits() || !severity.equals("error");
        }

        private void failed(Listed one, PluginException failure) {
            if (!one.failOpen() && !one.audits()) {
                throw failure;
            }
            told.add(one.name() + " failed: " + failure.code());
        }

        private Document params(Listed one, Document payload) {
            long millis = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
            Map<String, Object> principal = call.exchange().principal().isEmpty()
                    ? Map.of("type", "anonymous")
                    : Map.of("type", "user", "id", call.exchange().principal());
            return Document.fromJava(Map.of(
                            "name", one.name(),
                            "event", call.message().method(),
                            "phase", phase,
                            "timeoutMs", millis,
                            "context", Map.of("sessionId", ASKED, "principal", principal)))
                    .with("payload", payload);
        }

        String reasons() {
            String all = String.join("; ", told);
            return all.length() <= MAX_REASON ? all : all.substring(0, MAX_REASON) + "…";
        }

        Document metadata() {
            return Document.object("asked", Document.of(asked.size()));
        }
    }
}
