package org.sallyport.gateway.internal.interceptor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * The members of the policy chain as interceptors of SEP-2624. As a plugin may both block and change, each has two: a mutator under the
 * instance's name, which fails where the plugin blocks, and a validator {@code name/check}, by which a block is an error and a change a warning.
 * Thread-safe.
 */
final class Interceptors {
    /** Ends the name of an instance's validator. */
    static final String CHECK = "/check";

    /** The error code of a call that took too long (SEP-2624, timeout and cancellation). */
    static final int TIMEOUT = -32_000;

    private static final long MAX_TIMEOUT_MILLIS = 600_000;
    private static final Set<String> OF_SERVERS = Set.of("sampling/createMessage", "elicitation/create", "roots/list");

    private final PolicyEngine engine;

    Interceptors(PolicyEngine engine) {
        this.engine = engine;
    }

    /** What a call gives. */
    sealed interface Reply {}

    /** The result of a call. */
    record Result(Document value) implements Reply {}

    /** An error instead. */
    record Failed(int code, String message, Document data) implements Reply {}

    /**
     * The interceptors that there are, for the result of {@code interceptors/list}.
     *
     * @param event only those that hook into it; empty for all. Members say by themselves which messages they look at, so all do
     */
    Document list(String event) {
        List<Document> all = new ArrayList<>();
        for (ChainEntry entry : engine.chain("")) {
            boolean shadow = entry.state().equals("shadow");
            if (entry.priority() >= 0 && (entry.place() > 0 || shadow)) {
                all.add(listed(entry, entry.instance(), "mutation", shadow));
                all.add(listed(entry, entry.instance() + CHECK, "validation", shadow));
            }
        }
        return Document.object("interceptors", Document.array(all));
    }

    /** Defaults are left out; hooks stand in both forms that drafts of the proposal have. */
    private static Document listed(ChainEntry entry, String name, String type, boolean shadow) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", name);
        if (!entry.version().isEmpty()) {
            described.put("version", entry.version());
        }
        if (!entry.status().isEmpty()) {
            described.put("description", entry.status());
        }
        described.put("type", type);
        described.put("hook", Map.of("events", List.of("*"), "phase", "both"));
        described.put(
                "hooks",
                List.of(
                        Map.of("events", List.of("*"), "phase", "request"),
                        Map.of("events", List.of("*"), "phase", "response")));
        if (shadow) {
            described.put("mode", "audit");
        }
        if (!entry.critical()) {
            described.put("failOpen", true);
        }
        if (type.equals("mutation") && entry.priority() != 0) {
            described.put("priorityHint", entry.priority());
        }
        return Document.fromJava(described);
    }

    /** Calls one, by the parameters of {@code interceptor/invoke}. Never fails but for a fault of the gateway. */
    CompletionStage<Reply> invoke(Document params) {
        String name = params.get("name").text("");
        boolean checks = name.endsWith(CHECK);
        String instance = checks ? name.substring(0, name.length() - CHECK.length()) : name;
        String event = params.get("event").text("");
        String phase = params.get("phase").text("");
        Document payload = params.get("payload");
        if (event.isEmpty() || !payload.isObject() || !phase.equals("request") && !phase.equals("response")) {
            return done(invalid("[event], [phase] (request or response) and [payload], an object, are required", name));
        } else if (params.get("config").size() > 0) {
            return done(invalid("[config] cannot be given: the operator configures this interceptor", name));
        }
        Document timeout = params.get("timeoutMs");
        if (!timeout.isNull() && (timeout.asLong(0) < 1 || timeout.asLong(0) > MAX_TIMEOUT_MILLIS)) {
            return done(invalid("[timeoutMs] has to be from 1 to [" + MAX_TIMEOUT_MILLIS + "]", name));
        }
        Call call = new Call(name, checks, event, phase.equals("request"), payload);
        Exchange exchange = engine.begin(new Party(
                "",
                params.at("context", "sessionId").text(""),
                params.at("context", "principal", "id").text(""),
                "",
                OF_SERVERS.contains(event)));
        Optional<CompletionStage<PolicyResult>> pass = engine.alone(exchange, instance, call.message(), call.request());
        if (pass.isEmpty()) {
            return done(invalid("There is no such interceptor; 'interceptors/list' shows those there are", name));
        }
        CompletableFuture<Reply> reply = pass.get().thenApply(call::reply).toCompletableFuture();
        return timeout.isNull() ? reply : inTime(reply, call, timeout.asLong(0));
    }

    private static CompletableFuture<Reply> inTime(CompletableFuture<Reply> reply, Call call, long millis) {
        return reply.orTimeout(millis, TimeUnit.MILLISECONDS).exceptionally(failure -> {
            if (failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException) {
                return new Failed(
                        TIMEOUT,
                        "Interceptor execution timeout",
                        Document.fromJava(
                                Map.of("interceptor", call.name, "timeoutMs", millis, "phase", call.phase())));
            }
            throw new IllegalStateException(failure);
        });
    }

    private static CompletionStage<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private static Failed invalid(String message, String name) {
        return new Failed(RpcError.INVALID_PARAMS, message, Document.object("interceptor", Document.of(name)));
    }

    /**
     * One call.
     *
     * @param checks whether it is the validator that was called
     * @param asked whether the phase is that of the request
     * @param payload a whole message, or its parameters or result alone
     */
    private record Call(String name, boolean checks, String event, boolean asked, Document payload) {
        Inbound message() {
            return asked
                    ? inbound(Message.REQUEST, whole() ? payload.get("params") : payload, "params")
                    : inbound(Message.RESPONSE, whole() ? payload.get("result") : payload, "result");
        }

        private boolean whole() {
            return asked
                    ? payload.get("method").text("").equals(event)
                            && payload.get("params").isObject()
                    : payload.has("jsonrpc") && payload.get("result").isObject();
        }

        /** For a response: the request that it answers, of which nothing but its method is known. */
        Optional<Message> request() {
            return asked ? Optional.empty() : Optional.of(inbound(Message.REQUEST, Document.EMPTY_OBJECT, "params"));
        }

        private Inbound inbound(String kind, Document part, String member) {
            Document message = Document.object("jsonrpc", Document.of("2.0")).with("id", Document.of(0));
            if (kind.equals(Message.REQUEST)) {
                message = message.with("method", Document.of(event));
            }
            message = message.with(member, part);
            return new Inbound(
                    Message.MCP, kind, event, message, message.toJson().length());
        }

        String phase() {
            return asked ? "request" : "response";
        }

        Reply reply(PolicyResult result) {
            PolicyReport report = result.report();
            PolicyReport.Stage stage =
                    report.stages().isEmpty() ? null : report.stages().get(0);
            boolean failed = stage == null || stage.outcome() == Outcome.ERROR;
            boolean stops = report.outcome() == Outcome.BLOCKED || report.outcome() == Outcome.COMPLETED_BY_MIDDLEWARE;
            if (failed || stops && !checks) {
                return new Failed(
                        RpcError.INTERNAL_ERROR,
                        "Interceptor execution failed",
                        Document.fromJava(Map.of(
                                "interceptor",
                                name,
                                "reason",
                                failed ? "The plugin failed" : reason(result),
                                "reasonCode",
                                failed ? "plugin_failed" : result.reasonCode())));
            }
            return new Result(Document.fromJava(checks ? validation(result) : mutation(result)));
        }

        private Map<String, Object> common(String type, PolicyResult result) {
            PolicyReport report = result.report();
            Map<String, Object> common = new LinkedHashMap<>();
            common.put("interceptor", name);
            common.put("type", type);
            common.put("phase", phase());
            common.put("durationMs", report.took().toMillis());
            common.put(
                    "info",
                    Map.of(
                            "reasonCode",
                            result.reasonCode(),
                            "outcome",
                            report.outcome().wireName()));
            return common;
        }

        private Map<String, Object> mutation(PolicyResult result) {
            boolean modified = !result.unchanged();
            Map<String, Object> mutation = common("mutation", result);
            mutation.put("modified", modified);
            mutation.put("payload", modified ? back(result.message().orElseThrow()) : payload);
            return mutation;
        }

        /** What was changed, in the form in which it came. */
        private Document back(Document message) {
            String member = asked ? "params" : "result";
            return whole() ? payload.with(member, message.get(member)) : message.get(member);
        }

        private Map<String, Object> validation(PolicyResult result) {
            Outcome outcome = result.report().outcome();
            boolean valid = outcome != Outcome.BLOCKED && outcome != Outcome.MODIFIED;
            Map<String, Object> validation = common("validation", result);
            validation.put("valid", valid);
            if (!valid) {
                String severity = outcome == Outcome.BLOCKED ? "error" : "warn";
                validation.put("severity", severity);
                validation.put(
                        "messages",
                        List.of(Document.object("message", Document.of(reason(result)))
                                .with("severity", Document.of(severity))));
            }
            return validation;
        }

        /** As a caller of a blocked message is told; of a change the code alone. */
        private static String reason(PolicyResult result) {
            return result.reason().isEmpty() ? result.reasonCode() : result.reason();
        }
    }
}
