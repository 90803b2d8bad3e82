package org.sallyport.gateway.internal.cases;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** Runs one case and says what differs from what was expected. Not thread-safe. */
final class CaseRunner {
    private final PolicyEngine engine;
    private final GatewaySimulation gateway;

    CaseRunner(PolicyEngine engine, GatewaySimulation gateway) {
        this.engine = engine;
        this.gateway = gateway;
    }

    /** What differs; empty if all is as expected. */
    List<String> run(Case recorded) {
        try (CaseFolder folder = new CaseFolder()) {
            Wildcards wildcards = new Wildcards(folder.path());
            Observed observed = observe(recorded, folder, wildcards);
            return new Expectations(wildcards, expected(recorded), recorded).differences(observed);
        } catch (SettingsException e) {
            return List.of("the configuration was refused: " + e.path() + ": " + e.getMessage());
        } catch (IOException | JsonException e) {
            return List.of("it could not be run: " + e.getMessage());
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return List.of("it could not be run: " + e);
        }
    }

    private static Document expected(Case recorded) throws JsonException {
        return Generated.expand(recorded.expected());
    }

    private Observed observe(Case recorded, CaseFolder folder, Wildcards wildcards) throws JsonException, IOException {
        Document input = recorded.input();
        return switch (recorded.kind()) {
            case "validate_request" -> Observed.validity(problem(input.get("message"), true));
            case "validate_response" -> Observed.validity(problem(input.get("message"), false));
            case "route" -> Observed.routed(Route.of(Generated.expand(input.get("message"))));
            case "plugin_config" -> Observed.validity(refusal(recorded, wildcards));
            case "system_config" ->
                Observed.validity(SystemConfig.problem(input.get("servers"), recorded.plugins())
                        .or(() -> refusal(recorded, wildcards)));
            case "request", "response", "notification", "gateway" -> passed(recorded, folder, wildcards);
            default -> throw new IllegalArgumentException("the kind [" + recorded.kind() + "] is not known");
        };
    }

    private static Optional<String> problem(Document message, boolean request) {
        try {
            Document whole = Generated.expand(message);
            return request ? Envelope.problemOfRequest(whole) : Envelope.problemOfResponse(whole);
        } catch (JsonException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> refusal(Case recorded, Wildcards wildcards) {
        try {
            Document plugins = Generated.expand(recorded.plugins());
            Chain.of(plugins, wildcards).trial(engine).close();
            return Optional.empty();
        } catch (SettingsException e) {
            return Optional.of(e.path() + ": " + e.getMessage());
        } catch (JsonException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Observed passed(Case recorded, CaseFolder folder, Wildcards wildcards) throws JsonException, IOException {
        Document input = Generated.expand(recorded.input());
        Chain chain = Chain.of(Generated.expand(recorded.plugins()), wildcards);
        Observed observed;
        try (PolicyEngine.Trial trial = chain.trial(engine)) {
            Passes passes = new Passes(engine, trial);
            observed =
                    recorded.kind().equals("gateway") ? gateway(passes, input) : pass(passes, recorded.kind(), input);
            if (input.get("log").asBoolean(false)) {
                folder.awaitLog();
            }
        }
        // After the trial was closed all that was recorded is written.
        return observed.withLog(folder.log());
    }

    private static Observed pass(Passes passes, String kind, Document input) {
        String server = input.get("server").text("");
        Document message = Passes.whole(input.get("message"));
        Document request = Passes.whole(input.get("request"));
        if (kind.equals("response")
                && server.isEmpty()
                && !Names.list(message.get("result")).isEmpty()) {
            return aggregated(passes, request, message);
        }
        Exchange exchange = passes.begin(server);
        long began = System.nanoTime();
        PolicyResult result = switch (kind) {
            case "request" -> passes.request(exchange, message);
            case "notification" -> passes.notification(exchange, message);
            default -> passes.response(exchange, request, message);
        };
        return Observed.passed(result, millisSince(began));
    }

    /** A list of several servers is looked at for each server, as the gateway does before it puts them together. */
    private static Observed aggregated(Passes passes, Document request, Document message) {
        Document result = message.get("result");
        String list = Names.list(result);
        long began = System.nanoTime();
        List<Document> entries = new ArrayList<>();
        List<PolicyResult> results = new ArrayList<>();
        for (Map.Entry<String, List<Document>> group : Names.byServer(result).entrySet()) {
            Document part = message.with("result", result.with(list, Document.array(group.getValue())));
            PolicyResult own = passes.response(passes.begin(group.getKey()), request, part);
            results.add(own);
            // A server whose list was stopped loses its own entries only.
            own.message().ifPresent(left -> entries.addAll(Names.qualified(group.getKey(), left.get("result"))));
        }
        if (results.isEmpty()) {
            PolicyResult empty = passes.response(passes.begin(""), request, message);
            return Observed.passed(empty, millisSince(began));
        }
        Document whole = message.with("result", result.with(list, Document.array(entries)));
        return Observed.merged(together(results), results, whole, millisSince(began));
    }

    /** What became of a list of several servers: if it was stopped for some of them, the others' entries go on. */
    private static Outcome together(List<PolicyResult> results) {
        List<Outcome> different =
                results.stream().map(each -> each.report().outcome()).distinct().toList();
        if (different.size() == 1) {
            return different.get(0);
        } else if (results.stream().noneMatch(PolicyResult::proceeds)) {
            return Outcome.BLOCKED;
        }
        boolean same = different.stream().allMatch(each -> each == Outcome.ALLOWED || each == Outcome.NO_SECURITY);
        return same ? Outcome.ALLOWED : Outcome.MODIFIED;
    }

    private Observed gateway(Passes passes, Document input) {
        List<String> servers = input.get("servers").values().stream()
                .map(name -> name.text(""))
                .toList();
        Document request = Passes.whole(input.get("message"));
        List<Document> calls = Collections.synchronizedList(new ArrayList<>());
        long began = System.nanoTime();
        Document answer = gateway.answer(passes, servers, request, (server, sent) -> {
            calls.add(sent);
            return upstream(input.get("upstream"), server, sent);
        });
        return Observed.answered(answer, calls, millisSince(began));
    }

    private static Document upstream(Document given, String server, Document sent) {
        Document own = given.has("result") || given.has("error") ? given : given.get(server);
        if (!own.has("result") && !own.has("error")) {
            return Document.NULL;
        }
        Map<String, Document> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", Document.of("2.0"));
        answer.put("id", sent.get("id"));
        answer.putAll(own.members());
        return Document.object(answer);
    }

    private static long millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
