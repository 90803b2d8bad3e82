package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.policy.internal.Bench.json;
import static org.sallyport.policy.internal.FakePlugins.version;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Plugin;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.config.Configuration;

@DisplayName("An instance of a plugin of which several versions are in service")
class VersionsTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    /** Says which version of it decided, with which settings. */
    private record Says(String version) implements Security {
        @Override
        public PolicyDecision decide(PolicyCall call) {
            throw new AssertionError("not configured");
        }

        @Override
        public Plugin configured(Settings settings) {
            return (Security) call -> PolicyDecision.allow(version + " " + settings.document(), "said");
        }
    }

    /** Version 2, with 1 and 1.5 beside it. */
    private static FakePlugins three() {
        return FakePlugins.none()
                .and(version("s", "2.0.0", new Says("two")))
                .and(version("s", "1.0.0", new Says("one")).standingBeside())
                .and(version("s", "1.5.0", new Says("half")).standingBeside());
    }

    private String said(String server) {
        return bench.pass(server, Bench.REQUEST).report().reason();
    }

    @Test
    @DisplayName("is the main one, unless its configuration chooses by range; for a server it may choose otherwise")
    void chosen() {
        bench.serve(
                three(),
                "{'s':{'a':1,'servers':{'old':{'version':'[1,1.5)'},'mid':{'version':'[1,2)','b':2},'new':{'version':'1'}}}}");

        assertThat(said("")).isEqualTo("[s] two {\"a\":1}");
        assertThat(said("old")).isEqualTo("[s] one {}");
        assertThat(said("mid")).isEqualTo("[s] half {\"b\":2}");
        assertThat(said("new")).isEqualTo("[s] two {}");
        assertThat(bench.entry("old", "s").version()).isEqualTo("1.0.0");
        assertThat(bench.entry("mid", "s").plugin()).isEqualTo("s");
        assertThat(bench.entry("mid", "s").why())
                .isEqualTo(
                        "configured for server [mid], in place of what holds for all, in a version of [[1.0.0,2.0.0)]");
    }

    @Test
    @DisplayName("that chose a version does not let the main one join by itself beside it")
    void joins() {
        bench.serve(three(), "{'s~first':{'version':'[1,1]'}}");
        assertThat(bench.places("")).containsExactly("s~first");

        bench.serve(three(), "{}");
        assertThat(bench.places("")).as("the main one alone joins").containsExactly("s");
        assertThat(said("")).isEqualTo("[s] two {}");
    }

    @Test
    @DisplayName("keeps its version and account when another one is replaced, and takes a better one that comes")
    void swap() {
        FakePlugins three = three();
        bench.serve(three, "{'s~a':{'version':'[1,2)'},'s~b':{}}");
        bench.pass();
        assertThat(bench.engine.callsOf("s@1.5.0")).singleElement().satisfies(calls -> {
            assertThat(calls.place()).isEqualTo("s~a");
            assertThat(calls.calls()).isEqualTo(1);
        });
        assertThat(bench.engine.callsOf("s")).extracting(calls -> calls.place()).containsExactly("s~b");

        FakePlugins next = FakePlugins.none()
                .and(version("s", "3.0.0", new Says("three")))
                .and(three.brought().get(2));
        bench.engine.switchTo(next);
        assertThat(bench.entry("", "s~b").version()).isEqualTo("3.0.0");
        assertThat(bench.engine.callsOf("s@1.5.0"))
                .singleElement()
                .satisfies(calls -> assertThat(calls.calls()).as("it goes on").isEqualTo(1));

        bench.engine.switchTo(next.and(version("s", "1.9.0", new Says("nine")).standingBeside()));
        assertThat(bench.entry("", "s~a").version()).isEqualTo("1.9.0");
    }

    @Test
    @DisplayName("takes a beta one only if it asks for it, and a deprecated one only if there is no stable one")
    void stages() {
        FakePlugins plugins = FakePlugins.none()
                .and(version("s", "1.0.0", new Says("one")))
                .and(version("s", "1.1.0", new Says("deprecated"))
                        .standingBeside()
                        .marked(Stage.DEPRECATED))
                .and(version("s", "2.0.0", new Says("beta")).standingBeside().marked(Stage.BETA));
        bench.serve(
                plugins,
                "{'s~stable':{'version':'1'},'s~beta':{'version':'1 beta'},'s~any':{'version':'beta'},"
                        + "'s~just':{'version':'[2,2]'},'s~old':{'version':'[1.1,2)'},'s~none':{'version':'[2,3)','critical':false}}");

        assertThat(List.of("s~stable", "s~beta", "s~any", "s~just", "s~old"))
                .extracting(instance -> bench.entry("", instance).version())
                .containsExactly("1.0.0", "2.0.0", "2.0.0", "2.0.0", "1.1.0");
        assertThat(bench.entry("", "s~old").why()).contains("; this version is deprecated");
        assertThat(bench.entry("", "s~none").why())
                .isEqualTo(
                        "No version of plugin [s] in [[2.0.0,3.0.0)] is in service; there are [1.0.0, 1.1.0 deprecated,"
                                + " 2.0.0 beta]; it is not critical, so it is skipped");
    }

    @Test
    @DisplayName("is missing and stops its messages if no version in its range is in service, even if the main one is")
    void missing() {
        bench.serve(three(), "{'s':{'servers':{'x':{'version':'[3,4)'},'y':{}}}}");
        assertThat(bench.pass("x", Bench.REQUEST).report().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(bench.pass("y", Bench.REQUEST).report().outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(bench.engine.doubts(Bench.configuration("{'s':{'servers':{'x':{'version':'[3,4)'},'y':{}}}}")))
                .singleElement()
                .satisfies(doubt -> {
                    assertThat(doubt.path()).isEqualTo("/servers/x");
                    assertThat(doubt.message()).contains("No version of plugin [s] in [[3.0.0,4.0.0)] is in service");
                });
        // The main one is off: those that chose another one have it on.
        FakePlugins rest = new FakePlugins(three().brought().subList(1, 3));
        bench.serve(rest, "{'s':{'version':'[1,2)'},'s~main':{'critical':false}}");
        assertThat(said("")).isEqualTo("[s] half {}");
        assertThat(bench.entry("", "s~main").state()).isEqualTo("missing");
    }

    @Test
    @DisplayName("is refused with what would be right if its choice is none")
    void refused() {
        for (String choice : List.of("'newest'", "''", "7", "true", "['1']", "{}", "'[2,1'")) {
            List<Configuration.Problem> problems =
                    bench.engine.validate(Bench.configuration("{'s':{'version':" + choice + "}}"));
            assertThat(problems).as(choice).singleElement().satisfies(problem -> {
                assertThat(problem.path()).isEqualTo("/version");
                assertThat(problem.message()).contains("chooses no version: write a range such as [1.2,2)");
            });
        }
    }

    @Nested
    @DisplayName("when a version comes back with its settings")
    class Back {
        private static final String CARRIED =
                "{'s':{'global':{'was':{'a':1},'instead':{'wrong':2}},'servers':{'x':{'was':{'a':3},'instead':{'b':4}}}}}";

        private FakePlugins back() {
            return FakePlugins.none().and(version("s", "1.0.0", new Says("one")).carrying(json(CARRIED)));
        }

        @Test
        @DisplayName("works with them as long as what is configured stays as it was")
        void carried() {
            String configuration = "{'s':{'wrong':2,'priority':7,'servers':{'x':{'b':4},'y':{'c':5}}}}";
            bench.engine.switchTo(back());
            assertThat(bench.engine.validate(Bench.configuration(configuration)))
                    .as("what it says instead would be refused")
                    .isEmpty();
            bench.engine.changed(Bench.configuration(configuration));

            assertThat(said("")).isEqualTo("[s] one {\"a\":1}");
            assertThat(said("x")).isEqualTo("[s] one {\"a\":3}");
            assertThat(said("y")).isEqualTo("[s] one {\"c\":5}");
            assertThat(bench.entry("", "s").priority())
                    .as("where it stands is configured")
                    .isEqualTo(7);
            assertThat(bench.entry("", "s").why()).contains("with the settings that came back with this version");
            assertThat(bench.engine.inForce("s"))
                    .isEqualTo(json("{'s':{'global':{'a':1},'servers':{'x':{'a':3},'y':{'c':5}}}}"));
            assertThat(bench.engine.configured(List.of("s", "gone")))
                    .isEqualTo(json("{'s':{'global':{'wrong':2},'servers':{'x':{'b':4},'y':{'c':5}}}}"));
        }

        @Test
        @DisplayName("works with what is configured as soon as that is changed, there alone")
        void changed() {
            bench.serve(back(), "{'s':{'wrong':2,'servers':{'x':{'b':4}}}}");
            bench.engine.changed(Bench.configuration("{'s':{'a':9,'servers':{'x':{'b':4}}}}"));

            assertThat(said("")).isEqualTo("[s] one {\"a\":9}");
            assertThat(said("x")).isEqualTo("[s] one {\"a\":3}");
            assertThat(bench.engine.validate(Bench.configuration("{'s':{'wrong':3}}")))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.path()).isEqualTo("/wrong"));
        }
    }
}
