package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("The outcome of a message")
class OutcomeTest {
    private static final Document ANSWER = Document.object("result", Document.of("cached"));

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @DisplayName("is no_security when no plugin is there, and the message goes on")
    void nobody() {
        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.NO_SECURITY);
        assertThat(result.message()).containsSame(Bench.REQUEST);
        assertThat(result.unchanged()).isTrue();
        assertThat(bench.engine.isEmpty("")).isTrue();
    }

    @Test
    @DisplayName("is no_security when only middleware looked at it")
    void middlewareOnly() {
        bench.serve(FakePlugins.none().and("m", Bench.PASSES), "{}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.NO_SECURITY);
        assertThat(result.report().securityEvaluated()).isFalse();
        assertThat(bench.engine.isEmpty("")).isFalse();
    }

    @Test
    @DisplayName("is allowed when a security plugin allowed it, and the very document goes on")
    void allowed() {
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS).and("m", Bench.PASSES), "{}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(result.message()).containsSame(Bench.REQUEST);
        assertThat(result.unchanged()).isTrue();
        assertThat(result.report().modified()).isFalse();
        assertThat(result.report().securityEvaluated()).isTrue();
        assertThat(result.report().reason()).isEmpty();
        assertThat(result.reasonCode()).isEqualTo(PolicyDecision.NO_REASON);
        assertThat(result.report().stages())
                .extracting(PolicyReport.Stage::outcome)
                .containsExactly(Outcome.ALLOWED, Outcome.ALLOWED);
    }

    @Test
    @DisplayName("is allowed when a plugin gives back the very message as changed")
    void sameDocument() {
        Security same = call -> PolicyDecision.modify(call.message().document(), "nothing to do", "none");
        bench.serve(FakePlugins.none().and("s", same), "{}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(result.unchanged()).isTrue();
        assertThat(result.report().cleared()).isFalse();
    }

    @Test
    @DisplayName("is modified when one changed it, and those after that one see the change")
    void modified() {
        Middleware first = call -> Bench.saying(call, "new");
        Security second = call -> PolicyDecision.allow(
                "saw " + call.message().document().at("params", "text").text(""), "seen");
        bench.serve(FakePlugins.none().and("a", first).and("b", second), "{'a':{'priority':1},'b':{'priority':2}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.MODIFIED);
        assertThat(result.report().modified()).isTrue();
        assertThat(result.unchanged()).isFalse();
        assertThat(result.message().orElseThrow().at("params", "text").text("")).isEqualTo("new");
        assertThat(result.report().original()).contains(Bench.REQUEST);
        assertThat(result.report().result()).isEqualTo(result.message());
        assertThat(result.report().reason()).isEqualTo("[a] changed to new | [b] saw new");
        assertThat(result.reasonCode()).isEqualTo("seen");
    }

    @Test
    @DisplayName("is not modified when what one changed another one put back, and its bytes can be forwarded")
    void putBack() {
        Middleware changes = call -> Bench.saying(call, "new");
        Middleware puts = call -> PolicyDecision.modify(Bench.REQUEST, "", "none");
        bench.serve(FakePlugins.none().and("a", changes).and("b", puts), "{'a':{'priority':1},'b':{'priority':2}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.NO_SECURITY);
        assertThat(result.unchanged()).isTrue();
    }

    @Test
    @DisplayName("is blocked by the first that blocks; those after it are not asked, and nothing goes on")
    void blocked() {
        Security blocks = call -> PolicyDecision.block("a password", "secret_found");
        int[] asked = {0};
        Middleware later = call -> {
            asked[0]++;
            return PolicyDecision.pass();
        };
        bench.serve(FakePlugins.none().and("a", blocks).and("b", later), "{'a':{'priority':1},'b':{'priority':2}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(result.proceeds()).isFalse();
        assertThat(result.unchanged()).isFalse();
        assertThat(result.reason()).isEqualTo("Blocked by [a]: a password");
        assertThat(result.reasonCode()).isEqualTo("secret_found");
        assertThat(result.report().blockedAt()).contains("a");
        assertThat(result.report().completedBy()).isEmpty();
        assertThat(result.report().result()).isEmpty();
        assertThat(asked[0]).isZero();
    }

    @Test
    @DisplayName("is blocked also when it was changed before")
    void blockedAfterChange() {
        Middleware changes = call -> Bench.saying(call, "new");
        Security blocks = call -> PolicyDecision.block("no", "no");
        bench.serve(FakePlugins.none().and("a", changes).and("b", blocks), "{'a':{'priority':1},'b':{'priority':2}}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.BLOCKED);
    }

    @Test
    @DisplayName("is completed_by_middleware when one answers, with the request's id and nobody asked after it")
    void completed() {
        Middleware answers = call -> PolicyDecision.complete(
                Document.object("id", Document.of("forged")).with("result", Document.of("cached")), "a hit", "cached");
        Security never = call -> {
            throw new AssertionError("was asked");
        };
        bench.serve(FakePlugins.none().and("a", answers).and("b", never), "{'a':{'priority':1},'b':{'priority':2}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.COMPLETED_BY_MIDDLEWARE);
        assertThat(result.message()).contains(Bench.json("{'jsonrpc':'2.0','id':7,'result':'cached'}"));
        assertThat(result.unchanged()).isFalse();
        assertThat(result.report().modified()).isFalse();
        assertThat(result.report().completedBy()).contains("a");
        assertThat(result.report().blockedAt()).isEmpty();
        assertThat(result.reason()).isEqualTo("Answered by [a]: a hit");
    }

    @Nested
    @DisplayName("whose critical auditor fails")
    class AuditorFails {
        private final Auditing fails = report -> {
            throw new IllegalStateException("disk full");
        };

        @Test
        @DisplayName("is error, though it was blocked, and the report still is cleared")
        void afterBlock() {
            Security blocks = call -> PolicyDecision.block("no", "no");
            bench.serve(FakePlugins.none().and("s", blocks).and("audit", fails), "{}");

            PolicyResult result = bench.pass();

            assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.report().blockedAt()).contains("audit");
            assertThat(result.report().cleared()).isTrue();
            assertThat(result.report().reason()).isEqualTo("[s] [blocked] | [audit] [error]");
            assertThat(result.reasonCode()).isEqualTo("plugin_failed");
        }

        @Test
        @DisplayName("is error, though middleware answered it, and the answer is not given")
        void afterAnswer() {
            Middleware answers = call -> PolicyDecision.complete(ANSWER, "", "none");
            bench.serve(FakePlugins.none().and("m", answers).and("audit", fails), "{}");

            PolicyResult result = bench.pass();

            assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.proceeds()).isFalse();
            assertThat(result.report().completedBy()).isEmpty();
        }

        @Test
        @DisplayName("is told to the auditors after it as what it is now")
        void othersHear() {
            Outcome[] heard = new Outcome[1];
            Auditing listens = report -> heard[0] = report.outcome();
            bench.serve(FakePlugins.none().and("fails", fails).and("listens", listens), "{'fails':{},'listens':{}}");

            bench.pass();

            assertThat(heard[0]).isEqualTo(Outcome.ERROR);
        }
    }

    @Test
    @DisplayName(
            "is allowed when a security plugin that is not critical failed: it was there, and the report says it did not look")
    void securitySkipped() {
        Security fails = call -> {
            throw new IllegalStateException();
        };
        bench.serve(FakePlugins.none().and("s", fails), "{'s':{'critical':false}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(result.report().securityEvaluated()).isFalse();
        assertThat(result.unchanged()).isTrue();
    }
}
