package org.sallyport.gateway.internal.cases;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport.Stage;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * What came of a case; what does not belong to its kind is absent.
 *
 * @param outcome what became of the message
 * @param passes the passes through the chain: one, or one for each server of an aggregated list
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
        List<PolicyResult> passes,
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
                List.of(),
                Optional.empty(),
                0,
                "",
                problem.isEmpty(),
                problem.orElse(""),
                Optional.empty(),
                null);
    }

    static Observed routed(Route route) {
        return new Observed(Optional.empty(), List.of(), Optional.empty(), 0, "", null, "", Optional.of(route), null);
    }

    static Observed passed(PolicyResult pass, long millis) {
        return new Observed(
                Optional.of(pass.report().outcome().wireName()),
                List.of(pass),
                pass.message(),
                millis,
                "",
                null,
                pass.reason(),
                Optional.empty(),
                null);
    }

    static Observed merged(Outcome outcome, List<PolicyResult> passes, Document whole, long millis) {
        return new Observed(
                Optional.of(outcome.wireName()),
                List.copyOf(passes),
                Optional.of(whole),
                millis,
                "",
                null,
                "",
                Optional.empty(),
                null);
    }

    static Observed answered(Document answer, List<Document> calls, long millis) {
        return new Observed(
                Optional.empty(), List.of(), Optional.of(answer), millis, "", null, "", Optional.empty(), calls);
    }

    Observed withLog(String text) {
        return new Observed(outcome, passes, left, millis, text, valid, why, route, calls);
    }

    /** The pass that tells what became of the message: one that went on, if there is one. */
    Optional<PolicyResult> pass() {
        return passes.stream()
                .filter(PolicyResult::proceeds)
                .findFirst()
                .or(() -> passes.stream().findFirst());
    }

    /** What happened at each plugin, in all passes. */
    List<Stage> stages() {
        return passes.stream().flatMap(each -> each.report().stages().stream()).toList();
    }
}
