package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Decider;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("A decision that its type may not give")
class ContractTest {
    private static final Document ANSWER = Document.object("result", Document.of("x"));

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<Arguments> illegal() {
        return Stream.of(
                security("nothing at all", c -> null, "it decided nothing (null)"),
                security("to pass", c -> PolicyDecision.pass(), "a [security] plugin may not [PASS]"),
                security(
                        "to complete",
                        c -> PolicyDecision.complete(ANSWER, "", "none"),
                        "a [security] plugin may not [COMPLETE]"),
                security(
                        "another id",
                        c -> PolicyDecision.modify(c.message().document().with("id", Document.of(8)), "", "none"),
                        "it changed [id] of the message, which belongs to the protocol"),
                security(
                        "no method",
                        c -> PolicyDecision.modify(c.message().document().without("method"), "", "none"),
                        "it changed [method] of the message, which belongs to the protocol"),
                security(
                        "a message that is none",
                        c -> PolicyDecision.modify(Document.of("x"), "", "none"),
                        "it changed the message to [STRING]; a message is an object"),
                middleware("nothing at all", c -> null, "it decided nothing (null)"),
                middleware("to block", c -> PolicyDecision.block("", "none"), "a [middleware] plugin may not [BLOCK]"),
                middleware("to allow", c -> PolicyDecision.allow(), "a [middleware] plugin may not [ALLOW]"),
                middleware(
                        "another protocol version",
                        c -> PolicyDecision.modify(
                                c.message().document().with("jsonrpc", Document.of("3")), "", "none"),
                        "it changed [jsonrpc] of the message, which belongs to the protocol"),
                middleware(
                        "an answer that is none",
                        c -> PolicyDecision.complete(Document.TRUE, "", "none"),
                        "its answer is [BOOLEAN]; an answer is an object"),
                middleware(
                        "an answer with result and error",
                        c -> PolicyDecision.complete(ANSWER.with("error", Document.EMPTY_OBJECT), "", "none"),
                        "its answer has to have either [result] or [error], and no [method]"),
                middleware(
                        "a request for an answer",
                        c -> PolicyDecision.complete(ANSWER.with("method", Document.of("m")), "", "none"),
                        "its answer has to have either [result] or [error], and no [method]"));
    }

    private static Arguments security(String what, Security plugin, String says) {
        return Arguments.of("security: " + what, plugin, says);
    }

    private static Arguments middleware(String what, Middleware plugin, String says) {
        return Arguments.of("middleware: " + what, plugin, says);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("illegal")
    @DisplayName("is a failure of the plugin: a critical one stops the message, another one is skipped")
    void failure(String what, Decider plugin, String says) {
        bench.serve(FakePlugins.none().and("a", plugin), "{'a':{}}");
        PolicyResult critical = bench.pass();
        bench.serve(FakePlugins.none().and("a", plugin), "{'a':{'critical':false}}");
        PolicyResult optional = bench.pass();

        assertThat(critical.report().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(critical.proceeds()).isFalse();
        assertThat(critical.reason()).isEqualTo("Stopped because [a], which is critical, failed: " + says);
        assertThat(critical.reasonCode()).isEqualTo("plugin_failed");
        assertThat(optional.unchanged()).isTrue();
        assertThat(optional.reason()).isEmpty();
        PolicyReport.Stage stage = optional.report().stages().get(0);
        assertThat(stage.outcome()).isEqualTo(Outcome.ERROR);
        assertThat(stage.errorType()).isEqualTo("contract");
        assertThat(stage.reason()).isEqualTo(says);
    }

    @Test
    @DisplayName("is an answer to what is no request")
    void answersNotification() {
        bench.serve(FakePlugins.none().and("m", (Middleware) c -> PolicyDecision.complete(ANSWER, "", "none")), "{}");
        Inbound notification = new Inbound(
                Message.MCP, Message.NOTIFICATION, "ping", Document.object("method", Document.of("ping")), 1);

        PolicyResult result = Bench.await(bench.engine.pass(bench.begin(""), notification, Optional.empty()));

        assertThat(result.report().stages().get(0).reason())
                .isEqualTo("it answered a [notification]; only a request can be answered");
        assertThat(result.proceeds()).isFalse();
    }

    @Test
    @DisplayName("is one that has no opinion, where the type has to decide")
    void mustDecide() {
        var strict = new org.sallyport.spi.policy.PolicyType.Rules(
                java.util.Set.of(PolicyDecision.Kind.PASS), true, false, true, true);
        bench.engine.types(java.util.List.of(new FakePlugins.Type<>("strict", Middleware.class, strict)));
        bench.serve(FakePlugins.none().and("m", Bench.PASSES), "{}");

        assertThat(bench.pass().report().stages().get(0).reason()).isEqualTo("it has to decide and did not");
    }

    @Test
    @DisplayName("does not come from a change that says the same id in another object")
    void equalId() {
        Middleware copies = c -> PolicyDecision.modify(
                c.message().document().with("id", Document.of(7)).with("more", Document.TRUE), "", "none");
        bench.serve(FakePlugins.none().and("m", copies), "{}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.MODIFIED);
    }

    @Test
    @DisplayName("does not come from a code of bad form, which is replaced")
    void code() {
        Security talks = c -> PolicyDecision.allow("fine", "Mr. Smith, 4 Privet Drive");
        bench.serve(FakePlugins.none().and("s", talks), "{}");

        PolicyResult result = bench.pass();

        assertThat(result.report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(result.reasonCode()).isEqualTo("unspecified");
    }

    @Test
    @DisplayName("cannot even be made without a reason, a code or a message, so the plugin fails and not the engine")
    void nulls() {
        Middleware noCode = c -> PolicyDecision.complete(ANSWER, "fine", null);
        Middleware noMessage = c -> PolicyDecision.modify(null, "", "none");
        Middleware noAnswer = c -> PolicyDecision.complete(null, "", "none");
        bench.serve(
                FakePlugins.none().and("a", noCode).and("b", noMessage).and("c", noAnswer),
                "{'a':{'critical':false},'b':{'critical':false},'c':{'critical':false}}");

        PolicyResult result = bench.pass();

        assertThat(result.unchanged()).isTrue();
        assertThat(result.report().stages())
                .extracting(PolicyReport.Stage::errorType)
                .containsOnly("java.lang.NullPointerException")
                .hasSize(3);
    }
}
