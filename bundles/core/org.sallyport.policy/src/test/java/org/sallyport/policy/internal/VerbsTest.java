package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.policy.internal.EvalVerb.Evaluation;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.admin.Arguments;

@DisplayName("The verb")
class VerbsTest {
    private final Bench bench = new Bench();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    private Evaluation eval(String... arguments) {
        return (Evaluation) new EvalVerb(bench.engine).run(arguments(arguments));
    }

    private Arguments arguments(String... arguments) {
        Map<String, String> values = new java.util.HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            values.put(arguments[i], arguments[i + 1]);
        }
        return new Arguments(values, folder);
    }

    @Test
    @DisplayName("policy:eval shows what each plugin decides of a message and what goes on, and tells no auditor")
    void evaluates() {
        List<Object> heard = new ArrayList<>();
        bench.serve(
                FakePlugins.none()
                        .and("m", (Middleware) call -> Bench.saying(call, "new"))
                        .and("audit", (Auditing) heard::add),
                "{}");

        Evaluation evaluation = eval("message", Bench.REQUEST.toJson());

        assertThat(evaluation.outcome()).isEqualTo("modified");
        assertThat(evaluation.changed()).isTrue();
        assertThat(Bench.json(evaluation.message()).at("params", "text").text(""))
                .isEqualTo("new");
        assertThat(evaluation.stages()).singleElement().satisfies(stage -> {
            assertThat(stage.instance()).isEqualTo("m");
            assertThat(stage.outcome()).isEqualTo("modified");
            assertThat(stage.reason()).isEqualTo("changed to new");
            assertThat(stage.error()).isEmpty();
        });
        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName("policy:eval reads messages from files, tells their kind, and takes a request for a response")
    void kinds() throws Exception {
        Security tells = call -> org.sallyport.api.policy.PolicyDecision.allow(
                call.message().kind() + " " + call.message().method() + " "
                        + call.request().map(r -> r.method()).orElse("-") + " "
                        + call.exchange().server(),
                "none");
        bench.serve(FakePlugins.none().and("s", tells), "{}");
        Files.writeString(folder.resolve("m.json"), "{\"method\":\"ping\",\"id\":1}");

        assertThat(eval("message", "m.json", "server", "files").stages().get(0).reason())
                .isEqualTo("request ping - files");
        assertThat(eval("message", "{\"method\":\"ping\"}").stages().get(0).reason())
                .isEqualTo("notification ping - ");
        assertThat(eval("message", "{\"id\":1,\"result\":{}}", "response-to", "m.json")
                        .stages()
                        .get(0)
                        .reason())
                .isEqualTo("response ping ping ");
    }

    @Test
    @DisplayName("policy:eval refuses what is no message, with the place of the mistake")
    void refuses() {
        assertThatThrownBy(() -> eval("message", "{\"method\":}"))
                .isInstanceOf(PluginException.class)
                .hasMessageStartingWith("The message is not JSON, at line [1], column [");
        assertThatThrownBy(() -> eval("message", "gone.json")).hasMessageContaining("could not be read");
        assertThatThrownBy(() -> eval()).hasMessage("The argument [message] is missing");
    }

    @Test
    @DisplayName("policy:chain shows the chain of a server, or with --stats what its members did")
    void chain() {
        bench.serve(FakePlugins.none().and("s", Bench.ALLOWS), "{'s':{'servers':{'files':{'priority':7}}}}");
        bench.pass("files", Bench.REQUEST);
        ChainVerb verb = new ChainVerb(bench.engine);

        assertThat(verb.run(arguments("server", "files"))).isEqualTo(bench.engine.chain("files"));
        assertThat((List<?>) verb.run(arguments())).isEmpty();
        assertThat((List<?>) verb.run(arguments("server", "files", "stats", "true")))
                .singleElement()
                .satisfies(row -> assertThat(((ChainStatistics) row).calls()).isEqualTo(1));
    }
}
