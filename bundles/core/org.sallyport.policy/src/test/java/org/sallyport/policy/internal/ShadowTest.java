package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.policy.internal.ShadowVerb.Summary;
import org.sallyport.policy.internal.Shadows.Difference;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("An instance in shadow")
class ShadowTest {
    private final Bench bench = new Bench();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        bench.close();
    }

    private static String text(Document message) {
        return message.at("params", "text").text("");
    }

    private Object shadow(Map<String, String> arguments) {
        return new ShadowVerb(bench.engine).run(new Arguments(arguments, Path.of("")));
    }

    @SuppressWarnings("unchecked")
    private Summary summary() {
        return ((List<Summary>) shadow(Map.of())).get(0);
    }

    @SuppressWarnings("unchecked")
    private List<Difference> differences(String instance) {
        return (List<Difference>) shadow(Map.of("instance", instance));
    }

    private void awaitSeen(long number) {
        Bench.until("messages seen", () -> summary().seen() >= number);
    }

    @Test
    @DisplayName("would have blocked a message that goes on as if it were not there, and says so")
    void blocks() {
        Security blocks = call -> PolicyDecision.block("it says s3cret", "no_secrets");
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS).and("guard", blocks), "{'guard':{'shadow':true}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(result.unchanged()).isTrue();
        assertThat(result.report().stages())
                .extracting(PolicyReport.Stage::instance)
                .containsExactly("s");
        awaitSeen(1);
        assertThat(summary()).isEqualTo(new Summary("guard", "", 1, 1, 0, 0, 0, 0));
        assertThat(differences("guard")).singleElement().satisfies(difference -> {
            assertThat(difference.outcome()).isEqualTo("allowed");
            assertThat(difference.would()).isEqualTo("blocked");
            assertThat(difference.reasonCode()).isEqualTo("no_secrets");
            assertThat(difference.reason()).isEqualTo("[blocked]");
            assertThat(difference.exchange())
                    .isEqualTo(result.report().exchange().id());
            assertThat(difference.method()).isEqualTo("tools/call");
        });
        assertThat(bench.places("")).containsExactly("s");
        assertThat(bench.entry("", "guard").state()).isEqualTo("shadow");
    }

    @Test
    @DisplayName("sees the message as it comes to its place, and what it changes nobody sees")
    void place() {
        Security watching = call -> {
            seen.add(text(call.message().document()));
            return Bench.saying(call, "shadowed");
        };
        bench.serve(
                FakePlugins.none()
                        .and("first", (Middleware) call -> Bench.saying(call, "one"))
                        .and("watch", watching)
                        .and("last", (Middleware)
                                call -> Bench.saying(call, text(call.message().document()) + " two")),
                "{'first':{'priority':10},'watch':{'priority':20,'shadow':true},'last':{'priority':30}}");

        PolicyResult result = bench.pass();

        assertThat(text(result.message().orElseThrow())).isEqualTo("one two");
        awaitSeen(1);
        assertThat(seen).containsExactly("one");
        assertThat(summary().wouldChange()).isEqualTo(1);
        assertThat(differences("watch").get(0).would()).isEqualTo("modified");
    }

    @Test
    @DisplayName("does not see what was stopped before its place")
    void stopped() {
        Security watching = call -> {
            seen.add("seen");
            return PolicyDecision.allow();
        };
        Security blocks = call -> PolicyDecision.block("no", "no");
        bench.serve(
                FakePlugins.none().and("early", watching).and("guard", blocks).and("late", watching),
                "{'early':{'priority':1,'shadow':true},'guard':{'priority':2},'late':{'priority':3,'shadow':true}}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.BLOCKED);
        Bench.until("the early one", () -> seen.size() == 1);
        bench.pass();
        Bench.until("the early one again", () -> seen.size() == 2);
        assertThat(differences("late")).isEmpty();
    }

    @Test
    @DisplayName("would have answered, and the server is asked")
    void answers() {
        Document answer = Document.object("result", Document.of("cached"));
        bench.serve(
                FakePlugins.none().and("cache", (Middleware) call -> PolicyDecision.complete(answer, "hit", "hit")),
                "{'cache':{'shadow':true}}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.NO_SECURITY);
        assertThat(result.message()).containsSame(Bench.REQUEST);
        awaitSeen(1);
        assertThat(summary().wouldAnswer()).isEqualTo(1);
        assertThat(differences("cache").get(0).reason()).isEqualTo("hit");
    }

    @Test
    @DisplayName("holds up no message, whatever time it takes")
    void slow() {
        CountDownLatch free = new CountDownLatch(1);
        Security slow = call -> {
            seen.add("begun");
            Bench.hang(free);
            return PolicyDecision.allow();
        };
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS).and("slow", slow), "{'slow':{'shadow':true}}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        Bench.until("it to begin", () -> !seen.isEmpty());
        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        free.countDown();
        awaitSeen(2);
    }

    @Test
    @DisplayName("misses messages when many wait to be seen, and counts them")
    void missed() {
        CountDownLatch free = new CountDownLatch(1);
        Security slow = call -> {
            Bench.hang(free);
            return PolicyDecision.allow();
        };
        bench.serve(FakePlugins.none().and("slow", slow), "{'slow':{'shadow':true}}");
        // The bench has 16 threads, of which they may have 4.
        for (int i = 0; i < 7; i++) {
            assertThat(bench.pass().proceeds()).isTrue();
        }

        assertThat(summary().missed()).isEqualTo(3);
        free.countDown();
        awaitSeen(4);
    }

    @Test
    @DisplayName("that fails, or that is missing, stops nothing")
    void fails() {
        Security broken = call -> {
            throw new IllegalStateException("broken");
        };
        bench.serve(
                FakePlugins.none().and("s", Bench.ALLOWS).and("broken", broken),
                "{'broken':{'shadow':true,'critical':true},'absent':{'shadow':true}}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        awaitSeen(1);
        assertThat(summary().failed()).isEqualTo(1);
        assertThat(bench.entry("", "broken").critical()).isFalse();
        assertThat(bench.entry("", "absent").state()).isEqualTo("missing");
    }

    @Test
    @DisplayName("hides nothing from auditors that it alone would have removed")
    void clears() {
        List<PolicyReport> heard = new CopyOnWriteArrayList<>();
        Security redacts = call -> Bench.saying(call, "***");
        bench.serve(
                FakePlugins.none().and("audit", (Auditing) heard::add).and("redact", redacts),
                "{'redact':{'shadow':true}}");
        Exchange exchange = bench.begin("");
        Bench.await(bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()));
        awaitSeen(1);

        Bench.await(bench.engine.pass(
                exchange,
                Bench.response("tools/call", Bench.json("{'jsonrpc':'2.0','id':7,'result':{}}")),
                Optional.of(Bench.request(Bench.REQUEST))));

        assertThat(heard).allSatisfy(report -> assertThat(report.cleared()).isFalse());
        assertThat(text(heard.get(1).request().orElseThrow().document())).isEqualTo("s3cret");
    }

    @Test
    @DisplayName("is a second one of a handler with other settings, beside the one that decides")
    void besides() {
        bench.serve(
                FakePlugins.none().and("s", Bench.ALLOWS),
                "{'s':{},'s~next':{'shadow':true},'only':{'enabled':false}}");

        assertThat(bench.places("")).containsExactly("s");
        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        awaitSeen(1);
        assertThat(summary().instance()).isEqualTo("s~next");
    }

    @Test
    @DisplayName("keeps its plugin until it has seen what it was shown")
    void lease() {
        CountDownLatch free = new CountDownLatch(1);
        Security slow = call -> {
            seen.add("begun");
            Bench.hang(free);
            return PolicyDecision.allow();
        };
        bench.serve(FakePlugins.none().and("slow", slow), "{'slow':{'shadow':true}}");
        bench.pass();
        Bench.until("it to begin", () -> !seen.isEmpty());

        CompletableFuture<Void> gone = bench.serve(FakePlugins.none(), "{}");

        assertThat(gone).isNotDone();
        free.countDown();
        Bench.await(gone);
    }

    @Test
    @DisplayName("has to be one that decides, and says true or false")
    void wrong() {
        bench.serve(
                FakePlugins.none().and("audit", (Auditing) report -> {}).and("s", Bench.ALLOWS),
                "{'audit':{'shadow':true},'s':{'shadow':'yes'}}");

        assertThat(bench.entry("", "audit").state()).isEqualTo("refused");
        assertThat(bench.entry("", "s").state()).isEqualTo("refused");
        assertThatThrownBy(() -> shadow(Map.of("instance", "s"))).isInstanceOf(PluginException.class);
    }
}
