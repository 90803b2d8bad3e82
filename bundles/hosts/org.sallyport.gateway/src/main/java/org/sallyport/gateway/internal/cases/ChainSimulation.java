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
import org.sallyport.gateway.internal.rpc.PolicyErrors;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** The least that makes a gateway: names, the chain before and after the server, and lists put together. */
final class ChainSimulation implements GatewaySimulation {
    @Override
    public Document answer(
            Passes passes, List<String> servers, Document request, BiFunction<String, Document, Document> upstream) {
        Optional<String> problem = Envelope.problemOfRequest(request);
        if (problem.isPresent()) {
            return error(request, new RpcError(RpcError.INVALID_REQUEST, problem.get()));
        }
        Route route = Route.of(request);
        if (route.errorCode() != 0) {
            return error(request, new RpcError(route.errorCode(), route.problem()));
        } else if (route.broadcast()) {
            return all(passes, servers, request, upstream);
        } else if (!servers.contains(route.server())) {
            return error(request, new RpcError(RpcError.INVALID_PARAMS, "There is no server [" + route.server() + "]"));
        }
        return one(passes, route.server(), request.with("params", route.params()), upstream);
    }

    private static Document one(
            Passes passes, String server, Document request, BiFunction<String, Document, Document> upstream) {
        Exchange exchange = passes.begin(server);
        PolicyResult asked = passes.request(exchange, request);
        if (!asked.proceeds()) {
            return error(request, PolicyErrors.of(asked));
        }
        Document sent = asked.message().orElseThrow();
        Document answer;
        if (asked.report().outcome() == Outcome.COMPLETED_BY_MIDDLEWARE) {
            answer = sent;
            sent = request;
        } else {
            answer = upstream.apply(server, sent);
            if (!answer.isObject()) {
                answer = error(
                        request,
                        new RpcError(RpcError.UPSTREAM_UNAVAILABLE, "Server [" + server + "] cannot be reached"));
            }
        }
        PolicyResult answered = passes.response(exchange, sent, answer.with("id", request.get("id")));
        return answered.proceeds() ? answered.message().orElseThrow() : error(request, PolicyErrors.of(answered));
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

    private static Document error(Document request, RpcError error) {
        return error.to(request.get("id")).document();
    }

    private static Document answer(Document request, String member, Document value) {
        Map<String, Document> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", Document.of("2.0"));
        answer.put("id", request.get("id"));
        answer.put(member, value);
        return Document.object(answer);
    }
}
