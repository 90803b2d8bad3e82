package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** The least that makes a gateway: names, the chain before and after the server, and lists put together. */
final class ChainSimulation implements GatewaySimulation {
    private static final int BLOCKED = -32000;
    private static final int UNAVAILABLE = -32004;
    private static final int INVALID_REQUEST = -32600;
    private static final int INVALID_PARAMS = -32602;
    private static final int FAILED = -32603;

    @Override
    public Document answer(
            Passes passes, List<String> servers, Document request, BiFunction<String, Document, Document> upstream) {
        Optional<String> problem = Envelope.problemOfRequest(request);
        if (problem.isPresent()) {
            return error(request, INVALID_REQUEST, problem.get());
        }
        Route route = Route.of(request);
        if (route.errorCode() != 0) {
            return error(request, route.errorCode(), route.problem());
        } else if (route.broadcast()) {
            return all(passes, servers, request, upstream);
        } else if (!servers.contains(route.server())) {
            return error(request, INVALID_PARAMS, "There is no server [" + route.server() + "]");
        }
        return one(passes, route.server(), request.with("params", route.params()), upstream);
    }

    private static Document one(
            Passes passes, String server, Document request, BiFunction<String, Document, Document> upstream) {
        Exchange exchange = passes.begin(server);
        PolicyResult asked = passes.request(exchange, request);
        if (!asked.proceeds()) {
            return stopped(request, asked);
        }
        Document sent = asked.message().orElseThrow();
        Document answer;
        if (asked.report().outcome() == Outcome.COMPLETED_BY_MIDDLEWARE) {
            answer = sent;
            sent = request;
        } else {
            answer = upstream.apply(server, sent);
            if (!answer.isObject()) {
                answer = error(request, UNAVAILABLE, "Server [" + server + "] cannot be reached");
            }
        }
        PolicyResult answered = passes.response(exchange, sent, answer.with("id", request.get("id")));
        return answered.proceeds() ? answered.message().orElseThrow() : stopped(request, answered);
    }

    private static Document all(
            Passes passes, List<String> servers, Document request, BiFunction<String, Document, Document> upstream) {
        List<Document> answers = new ArrayList<>();
        Map<String, Document> result = new LinkedHashMap<>();
        List<Document> entries = new ArrayList<>();
        String list = "";
        for (String server : servers) {
            Document answer = one(passes, server, request, upstream);
            answers.add(answer);
            Document own = answer.get("result");
            if (!Names.list(own).isEmpty()) {
                list = Names.list(own);
                entries.addAll(Names.qualified(server, own));
            } else if (result.isEmpty()) {
                result.putAll(own.members());
            }
        }
        boolean anyResult = answers.stream().anyMatch(answer -> answer.has("result"));
        if (!anyResult && !answers.isEmpty()) {
            return answers.get(0);
        }
        if (!list.isEmpty()) {
            result.put(list, Document.array(entries));
        }
        return answer(request, "result", Document.object(result));
    }

    private static Document stopped(Document request, PolicyResult by) {
        boolean blocked = by.report().outcome() == Outcome.BLOCKED;
        return error(request, blocked ? BLOCKED : FAILED, by.reason());
    }

    private static Document error(Document request, int code, String message) {
        Map<String, Document> error = new LinkedHashMap<>();
        error.put("code", Document.of(code));
        error.put("message", Document.of(message));
        return answer(request, "error", Document.object(error));
    }

    private static Document answer(Document request, String member, Document value) {
        Map<String, Document> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", Document.of("2.0"));
        answer.put("id", request.get("id"));
        answer.put(member, value);
        return Document.object(answer);
    }
}
