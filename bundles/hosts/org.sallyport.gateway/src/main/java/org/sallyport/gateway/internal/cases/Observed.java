package org.sallyport.gateway.internal.cases;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * What came of a case; what does not belong to its kind is absent.
 *
 * @param outcome what became of the message
 * @param pass the pass through the chain
 * @param left the whole message that went on or was given as the answer
 * @param millis how long the pass took
 * @param log all audit output
 * @param valid whether a configuration or message is valid
 * @param why why it is not
 * @param route where a request goes
 * @param calls the requests that reached the upstream
 */
record Observed(
        Optional<String> outcome,
        Optional<PolicyResult> pass,
        Optional<Document> left,
        long millis,
        String log,
        @Nullable Boolean valid,
        String why,
        Optional<Route> route,
        @Nullable List<Document> calls) {

    static Observed validity(Optional<String> problem) {
        return new Observed(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                "",
                problem.isEmpty(),
                problem.orElse(""),
                Optional.empty(),
                null);
    }

    static Observed routed(Route route) {
        return new Observed(
                Optional.empty(), Optional.empty(), Optional.empty(), 0, "", null, "", Optional.of(route), null);
    }

    static Observed passed(PolicyResult pass, long millis) {
        return new Observed(
                Optional.of(pass.report().outcome().wireName()),
                Optional.of(pass),
                pass.message(),
                millis,
                "",
                null,
                pass.reason(),
                Optional.empty(),
                null);
    }

    static Observed merged(String outcome, PolicyResult last, Document whole, long millis) {
        return new Observed(
                Optional.of(outcome),
                Optional.of(last),
                Optional.of(whole),
                millis,
                "",
                null,
                last.reason(),
                Optional.empty(),
                null);
    }

    static Observed answered(Document answer, List<Document> calls, long millis) {
        return new Observed(
                Optional.empty(), Optional.empty(), Optional.of(answer), millis, "", null, "", Optional.empty(), calls);
    }

    Observed withLog(String text) {
        return new Observed(outcome, pass, left, millis, text, valid, why, route, calls);
    }
}
