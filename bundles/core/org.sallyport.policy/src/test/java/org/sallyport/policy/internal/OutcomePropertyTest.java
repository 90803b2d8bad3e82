package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@Label("The outcome of any chain")
class OutcomePropertyTest {
    private static final Document ANSWER = Document.object("result", Document.of("cached"));

    /** What a stage of the property does, worst last. */
    enum Deed {
        NOTHING,
        ALLOWS,
        MODIFIES,
        COMPLETES,
        BLOCKS,
        FAILS_BUT_MAY,
        FAILS;

        Object plugin() {
            return switch (this) {
                case NOTHING -> Bench.PASSES;
                case ALLOWS -> Bench.ALLOWS;
                case MODIFIES -> (Middleware) call -> Bench.saying(call, "x" + System.nanoTime());
                case COMPLETES -> (Middleware) call -> PolicyDecision.complete(ANSWER, "", "none");
                case BLOCKS -> (Security) call -> PolicyDecision.block("", "none");
                case FAILS, FAILS_BUT_MAY ->
                    (Middleware) call -> {
                        throw new IllegalStateException("as told");
                    };
            };
        }
    }

    @Property(tries = 100)
    @Label("is that of the first that stops the message, else the strongest of all")
    void precedence(@ForAll @Size(max = 6) List<Deed> deeds) {
        try (Bench own = new Bench()) {
            FakePlugins plugins = FakePlugins.none();
            StringBuilder entries = new StringBuilder();
            for (int i = 0; i < deeds.size(); i++) {
                Deed deed = deeds.get(i);
                plugins = plugins.and("p" + i, deed.plugin());
                entries.append(i == 0 ? "" : ",")
                        .append("'p" + i + "':{'priority':" + i + ",'critical':" + (deed != Deed.FAILS_BUT_MAY) + "}");
            }
            own.serve(plugins, "{" + entries + "}");

            PolicyResult result = own.pass();

            assertThat(result.report().outcome()).isEqualTo(expected(deeds));
            assertThat(result.proceeds())
                    .isEqualTo(!List.of(Outcome.BLOCKED, Outcome.ERROR)
                            .contains(result.report().outcome()));
        }
    }

    private static Outcome expected(List<Deed> deeds) {
        Outcome sofar = Outcome.NO_SECURITY;
        for (Deed deed : deeds) {
            switch (deed) {
                case FAILS -> {
                    return Outcome.ERROR;
                }
                case BLOCKS -> {
                    return Outcome.BLOCKED;
                }
                case COMPLETES -> {
                    return Outcome.COMPLETED_BY_MIDDLEWARE;
                }
                case MODIFIES -> sofar = Outcome.MODIFIED;
                case ALLOWS -> sofar = sofar == Outcome.MODIFIED ? sofar : Outcome.ALLOWED;
                case NOTHING, FAILS_BUT_MAY -> {}
            }
        }
        return sofar;
    }
}
