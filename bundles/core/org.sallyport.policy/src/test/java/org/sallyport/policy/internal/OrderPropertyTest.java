package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;

@Label("The order of any chain")
class OrderPropertyTest {
    /** A configured plugin; no priority means the default. */
    record Configured(String type, int priority) {
        int effective() {
            return type.equals("auditing") ? Integer.MAX_VALUE : priority < 0 ? 50 : priority;
        }
    }

    @Provide
    Arbitrary<List<Configured>> chains() {
        return Combinators.combine(
                        Arbitraries.of("security", "middleware", "auditing"), Arbitraries.of(-1, 0, 1, 49, 50, 51, 100))
                .as(Configured::new)
                .list()
                .ofMaxSize(10);
    }

    @Property(tries = 100)
    @Label("is by priority over all that decide, then by configuration; observers come after all of them")
    void order(@ForAll("chains") List<Configured> configured) {
        var called = new ConcurrentLinkedQueue<String>();
        FakePlugins plugins = FakePlugins.none();
        List<String> names = new ArrayList<>();
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < configured.size(); i++) {
            Configured one = configured.get(i);
            // Ids in reverse, so that they cannot pass for the order of configuration.
            String name = "p" + (char) ('z' - i);
            names.add(name);
            plugins = plugins.and(name, plugin(one.type(), name, called));
            boolean said = one.priority() >= 0 && !one.type().equals("auditing");
            entries.add("'" + name + "':{" + (said ? "'priority':" + one.priority() : "") + "}");
        }
        try (Bench bench = new Bench()) {
            bench.serve(plugins, "{" + String.join(",", entries) + "}");

            bench.pass();

            List<String> expected = names.stream()
                    .sorted(Comparator.comparing(
                            n -> configured.get(names.indexOf(n)).effective()))
                    .toList();
            assertThat(called).containsExactlyElementsOf(expected);
            assertThat(bench.places("")).isEqualTo(expected);
        }
    }

    private static Object plugin(String type, String name, ConcurrentLinkedQueue<String> called) {
        return switch (type) {
            case "security" ->
                (Security) call -> {
                    called.add(name);
                    return PolicyDecision.allow();
                };
            case "middleware" ->
                (Middleware) call -> {
                    called.add(name);
                    return PolicyDecision.pass();
                };
            default -> (Auditing) report -> called.add(name);
        };
    }
}
