package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Plugin;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("An instance")
class PlacingTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    /** Says with which settings and scope it was called. */
    private static final Security TELLS = new Security() {
        @Override
        public PolicyDecision decide(PolicyCall call) {
            throw new AssertionError("not configured");
        }

        @Override
        public Plugin configured(Settings settings) {
            return (Security) call -> PolicyDecision.allow(
                    settings.instance() + " " + settings.document() + " for ["
                            + call.scope().server() + "]"
                            + (settings.scope().equals(call.scope()) ? "" : " in another scope"),
                    "told");
        }
    };

    @Nested
    @DisplayName("that is configured for a server")
    class ForServer {
        @Test
        @DisplayName("has these settings there in place of all that holds for all servers")
        void overrides() {
            bench.serve(FakePlugins.none().and("s", TELLS), "{'s':{'priority':10,'a':1,'servers':{'files':{'b':2}}}}");

            assertThat(bench.pass("files", Bench.REQUEST).report().reason()).isEqualTo("[s] s {\"b\":2} for [files]");
            assertThat(bench.pass("other", Bench.REQUEST).report().reason()).isEqualTo("[s] s {\"a\":1} for []");
            assertThat(bench.entry("files", "s").priority()).isEqualTo(50);
            assertThat(bench.entry("files", "s").why())
                    .isEqualTo("configured for server [files], in place of what holds for all");
            assertThat(bench.entry("", "s").priority()).isEqualTo(10);
            assertThat(bench.entry("", "s").why()).isEqualTo("configured for all servers");
        }

        @Test
        @DisplayName("can be switched off there alone")
        void offThere() {
            bench.serve(FakePlugins.none().and("s", TELLS), "{'s':{'servers':{'files':{'enabled':false}},'a':1}}");

            assertThat(bench.pass("files", Bench.REQUEST).report().outcome()).isEqualTo(Outcome.NO_SECURITY);
            assertThat(bench.pass("other", Bench.REQUEST).report().outcome()).isEqualTo(Outcome.ALLOWED);
            assertThat(bench.entry("files", "s").state()).isEqualTo("disabled");
            assertThat(bench.entry("files", "s").place()).isZero();
        }

        @Test
        @DisplayName("can be switched on there alone, be it off for all or not configured for all")
        void onThere() {
            bench.serve(
                    FakePlugins.none().and("s", TELLS).and("t", TELLS),
                    "{'s':{'enabled':false,'servers':{'files':{}}},'t':{'servers':{'files':{}}}}");

            assertThat(bench.places("files")).containsExactly("s", "t");
            assertThat(bench.places("")).isEmpty();
            assertThat(bench.entry("", "s").state()).isEqualTo("disabled");
            assertThat(bench.engine.isEmpty("other")).isTrue();
        }
    }

    @Test
    @DisplayName("that is switched off is not called, needs no plugin, and does not join by itself either")
    void disabled() {
        bench.serve(FakePlugins.none().and("s", TELLS), "{'s':{'enabled':false},'gone':{'enabled':false}}");

        assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.NO_SECURITY);
        assertThat(bench.engine.chain("")).extracting(ChainEntry::state).containsExactly("disabled", "disabled");
        assertThat(bench.entry("", "s").why()).isEqualTo("configured for all servers, and switched off there");
    }

    @Test
    @DisplayName("has a name of its own beside others of its handler, with settings and statistics of its own")
    void several() {
        bench.serve(
                FakePlugins.none().and("s", TELLS),
                "{'s~late':{'priority':90,'n':2},'s~early':{'priority':1,'n':1},'s':{'n':0}}");

        assertThat(bench.pass().report().reason())
                .isEqualTo(
                        "[s~early] s~early {\"n\":1} for [] | [s] s {\"n\":0} for [] | [s~late] s~late {\"n\":2} for []");
        assertThat(bench.engine.statistics(""))
                .extracting(ChainStatistics::instance, ChainStatistics::calls)
                .containsExactly(tuple("s~early", 1L), tuple("s", 1L), tuple("s~late", 1L));
    }

    @Nested
    @DisplayName("named in a configuration")
    class Named {
        private final FakePlugins.Described two = FakePlugins.plugin("org.two").alias("old-name");

        @Test
        @DisplayName("is found by its plugin's id, its plugin's alias and its handler's name")
        void names() {
            FakePlugins plugins = FakePlugins.none().and(two, "handler", TELLS);
            for (String name : List.of("org.two", "old-name", "handler")) {
                bench.serve(plugins, "{'" + name + "':{}}");

                assertThat(bench.engine.chain("")).singleElement().satisfies(entry -> {
                    assertThat(entry.instance()).isEqualTo(name);
                    assertThat(entry.plugin()).isEqualTo("org.two");
                    assertThat(entry.version()).isEqualTo("1.0.0");
                    assertThat(entry.state()).isEqualTo("ready");
                });
            }
        }

        @Test
        @DisplayName("is that of the plugin of this id, though another plugin calls a handler so")
        void notHijacked() {
            FakePlugins plugins = FakePlugins.none()
                    .and(FakePlugins.plugin("a"), "pii", Bench.PASSES)
                    .and(FakePlugins.plugin("pii"), "filter", TELLS);
            bench.serve(plugins, "{'pii':{}}");

            assertThat(bench.entry("", "pii").plugin()).isEqualTo("pii");
        }

        @Test
        @DisplayName("is refused to stand for one of several handlers, which are named")
        void ambiguous() {
            FakePlugins plugins = FakePlugins.none().and(two, "x", TELLS).and(two, "y", Bench.PASSES);
            bench.serve(plugins, "{'org.two':{},'x':{}}");

            assertThat(bench.entry("", "org.two").state()).isEqualTo("missing");
            assertThat(bench.entry("", "org.two").why())
                    .startsWith("[org.two] may stand for each of [org.two middleware y, org.two security x];");
            assertThat(bench.entry("", "x").state()).isEqualTo("ready");
        }

        @Test
        @DisplayName("but not in service is missing: critical it stops all messages of its scope, else it is skipped")
        void missing() {
            bench.serve(
                    FakePlugins.none().and("pii-filter", TELLS),
                    "{'pii-fliter':{'servers':{'files':{}}},'other':{'critical':false}}");

            PolicyResult stopped = bench.pass("files", Bench.REQUEST);
            assertThat(stopped.report().outcome()).isEqualTo(Outcome.ERROR);
            assertThat(stopped.reasonCode()).isEqualTo("plugin_missing");
            assertThat(stopped.reason())
                    .startsWith(
                            "Stopped because [pii-fliter], which is critical, failed: Handler [pii-fliter] is not in"
                                    + " service; did you mean [pii-filter]?");
            assertThat(bench.pass("other", Bench.REQUEST).proceeds()).isTrue();
            ChainEntry entry = bench.entry("files", "pii-fliter");
            assertThat(entry.state()).isEqualTo("missing");
            assertThat(entry.why()).endsWith("; it is critical, so its messages are stopped");
            assertThat(bench.entry("", "other").why()).endsWith("; it is not critical, so it is skipped");
            assertThat(bench.entry("", "other").place()).isZero();
        }

        @Test
        @DisplayName("of a plugin that brings nothing for the chain is told so")
        void bringsNothing() {
            bench.serve(FakePlugins.none().and("theme", (StatusText) settings -> ""), "{'theme':{}}");

            assertThat(bench.entry("", "theme").why())
                    .startsWith("Plugin [theme] brings nothing for the policy chain; 'plugin:info theme' shows");
        }
    }

    @Nested
    @DisplayName("that is refused")
    class Refused {
        private void assertRefused(String instance, String path, String message) {
            PolicyResult stopped = bench.pass();
            ChainEntry entry = bench.entry("", instance);

            assertThat(stopped.report().outcome()).isEqualTo(Outcome.ERROR);
            assertThat(stopped.reasonCode()).isEqualTo("plugin_refused");
            assertThat(stopped.report().blockedAt()).contains(instance);
            assertThat(entry.state()).isEqualTo("refused");
            assertThat(entry.why())
                    .isEqualTo("its settings" + (path.isEmpty() ? "" : " at [" + path + "]") + " were refused: "
                            + message + "; it is critical, so its messages are stopped");
        }

        @Test
        @DisplayName("by its schema stops its messages; one that is not critical is skipped")
        void schema() {
            bench.serve(
                    FakePlugins.none().and("s", TELLS).and("t", TELLS),
                    "{'t':{'critical':false,'wrong':1},'s':{'wrong':1}}");

            assertRefused("s", "/wrong", "[wrong] is no setting");
            assertThat(bench.entry("", "t").place()).isZero();
        }

        @Test
        @DisplayName("for the priority of what has none stops its messages, auditing as well")
        void priority() {
            bench.serve(FakePlugins.none().and("audit", (Auditing) report -> {}), "{'audit':{'priority':3}}");

            assertRefused(
                    "audit",
                    "/priority",
                    "auditing plugins have no priority: they come after all others, in order of configuration; remove"
                            + " it");
        }

        @Test
        @DisplayName("for a priority that is none stops its messages")
        void badPriority() {
            bench.serve(FakePlugins.none().and("s", TELLS), "{'s':{'priority':101}}");

            assertRefused("s", "/priority", "priority must be an integer 0-100 (lower first), not [101]");
        }

        @Test
        @DisplayName("by the plugin itself stops its messages, with the setting that it named")
        void plugin() {
            bench.serve(
                    FakePlugins.none().and("s", new Middleware() {
                        @Override
                        public PolicyDecision decide(PolicyCall call) {
                            return PolicyDecision.pass();
                        }

                        @Override
                        public Plugin configured(Settings settings) {
                            throw new SettingsException("/file", "There is no such folder");
                        }
                    }),
                    "{'s':{}}");

            assertRefused("s", "/file", "There is no such folder");
            assertThat(bench.reports).isEmpty();
        }

        @Test
        @DisplayName("for a name that is none stops its messages")
        void badName() {
            bench.serve(FakePlugins.none(), "{':odd':{}}");

            assertRefused(":odd", "", "[:odd] is no name of an instance: write [handler] or [handler~name]");
        }

        @Test
        @DisplayName("as a whole stops all messages, and says how to find out what is wrong")
        void refusedAsAWhole() {
            bench.serve(FakePlugins.none(), "{':sallyport:configuration-refused':{}}");

            assertRefused(
                    ":sallyport:configuration-refused",
                    "",
                    "No good configuration is known; 'config:check' shows what is wrong");
        }

        @Test
        @DisplayName("for one server keeps its place for the others")
        void oneServer() {
            bench.serve(FakePlugins.none().and("s", TELLS), "{'s':{'servers':{'files':{'wrong':1}},'a':1}}");

            assertThat(bench.pass("files", Bench.REQUEST).proceeds()).isFalse();
            assertThat(bench.entry("files", "s").why()).startsWith("its settings at [/servers/files/wrong] were");
            assertThat(bench.pass("other", Bench.REQUEST).proceeds()).isTrue();
        }

        @Test
        @DisplayName("for all servers because its plugin needs one, or for a server its plugin does not work with")
        void scopes() {
            bench.serve(
                    FakePlugins.none()
                            .and(FakePlugins.plugin("aware").forServers(DisplayScope.SERVER_AWARE), "aware", TELLS)
                            .and(
                                    FakePlugins.plugin("special").forServers(DisplayScope.SERVER_SPECIFIC, "files"),
                                    "special",
                                    TELLS),
                    "{'aware':{'servers':{'web':{}},'a':1},'special':{'servers':{'files':{},'web':{}}}}");

            assertThat(bench.entry("", "aware").state()).isEqualTo("refused");
            assertThat(bench.entry("", "aware").why()).contains("is server-aware and may not stand for all servers");
            assertThat(bench.entry("web", "aware").state()).isEqualTo("ready");
            assertThat(bench.entry("files", "special").state()).isEqualTo("ready");
            assertThat(bench.entry("web", "special").why())
                    .contains("Plugin [special] does not work with server [web], only with [files]");
        }

        @Test
        @DisplayName("while there is no configuration service, and not once it is there")
        void noService() {
            bench.engine.settings(Optional.empty());
            bench.serve(FakePlugins.none().and("s", TELLS), "{'s':{}}");
            assertRefused("s", "", "The settings cannot be checked: the configuration service is not there");

            bench.engine.settings(Optional.of(FakePlugins.SETTINGS));

            assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        }
    }

    @Nested
    @DisplayName("that nothing is configured for")
    class Unconfigured {
        @Test
        @DisplayName("joins with its defaults, critical, at priority 50, if its trust level is among those that join")
        void joins() {
            bench.serve(FakePlugins.none().and("s", TELLS), "{}");

            assertThat(bench.pass().report().reason()).isEqualTo("[s] s {} for []");
            ChainEntry entry = bench.entry("", "s");
            assertThat(entry.critical()).isTrue();
            assertThat(entry.priority()).isEqualTo(50);
            assertThat(entry.why())
                    .isEqualTo("joined by itself: nothing is configured for it, and its trust level [internal] is among"
                            + " those that join");
        }

        @Test
        @DisplayName("stays out if its trust level is not among them, which stops nothing")
        void stays() {
            bench.engine.options(new Options(Set.of("partner"), Bench.PATIENCE, 16, Bench.PATIENT));
            bench.serve(FakePlugins.none().and("s", TELLS), "{}");

            assertThat(bench.engine.isEmpty("")).isTrue();
            assertThat(bench.entry("", "s").state()).isEqualTo("not joined");
            assertThat(bench.entry("", "s").why())
                    .isEqualTo("nothing is configured for it, and its trust level [internal] is not among those that"
                            + " join by themselves; configure an entry [s] to have it");
        }

        @Test
        @DisplayName("stays out if it does not work without settings or needs a server, which stops nothing")
        void needsSettings() {
            bench.serve(
                    FakePlugins.none()
                            .and("broken", (FakePlugins.Broken) call -> PolicyDecision.pass())
                            .and(FakePlugins.plugin("aware").forServers(DisplayScope.SERVER_AWARE), "aware", TELLS),
                    "{}");

            assertThat(bench.pass().proceeds()).isTrue();
            assertThat(bench.entry("", "broken").why())
                    .isEqualTo("nothing is configured for it, and with its defaults it failed with"
                            + " [java.lang.IllegalStateException]; configure an entry [broken] to have it");
            assertThat(bench.entry("", "aware").state()).isEqualTo("not joined");
        }

        @Test
        @DisplayName("stays out if another instance has its name")
        void nameTaken() {
            bench.serve(
                    FakePlugins.none()
                            .and(FakePlugins.plugin("a"), "same", TELLS)
                            .and(FakePlugins.plugin("b"), "same", Bench.PASSES),
                    "{}");

            assertThat(bench.engine.chain(""))
                    .extracting(ChainEntry::state)
                    .containsExactlyInAnyOrder("ready", "not joined");
        }

        @Test
        @DisplayName("does not join beside another instance of its handler")
        void configuredOtherwise() {
            bench.serve(FakePlugins.none().and("s", TELLS), "{'s~one':{'servers':{'files':{}}}}");

            assertThat(bench.places("")).isEmpty();
            assertThat(bench.places("files")).containsExactly("s~one");
        }
    }

    @Test
    @DisplayName("of the chain is listed with what it does, cut to a line's length")
    void status() {
        record Both(Security security, String status) implements Security, StatusText {
            @Override
            public PolicyDecision decide(PolicyCall call) throws Exception {
                return security.decide(call);
            }

            @Override
            public String statusText(Settings settings) {
                return status;
            }
        }
        bench.serve(
                FakePlugins.none()
                        .and("s", new Both(Bench.ALLOWS, "Redacts phone numbers"))
                        .and("t", new Both(Bench.ALLOWS, "x".repeat(500))),
                "{}");

        assertThat(bench.entry("", "s").status()).isEqualTo("Redacts phone numbers");
        assertThat(bench.entry("", "t").status()).hasSize(Seating.MAX_STATUS);
    }

    @Test
    @DisplayName("keeps its member when a change does not concern it, and gets another one when it does")
    void keepsMember() {
        var made = new ConcurrentLinkedQueue<String>();
        Security counts = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public Plugin configured(Settings settings) {
                made.add(settings.document().toJson());
                return Bench.ALLOWS;
            }
        };
        FakePlugins plugins = FakePlugins.none().and("s", counts);
        bench.serve(plugins, "{'s':{'a':1}}");
        // While the entry was there and the plugin was not, nothing was made.
        made.clear();

        bench.serve(plugins.and("t", Bench.PASSES), "{'s':{'a':1,'priority':3},'t':{}}");
        assertThat(made).isEmpty();

        bench.serve(plugins, "{'s':{'a':2}}");
        assertThat(made).containsExactly("{\"a\":2}");

        bench.serve(FakePlugins.none().and(FakePlugins.plugin("s").at("2.0.0"), "s", counts), "{'s':{'a':2}}");
        assertThat(made).containsExactly("{\"a\":2}", "{\"a\":2}");
        assertThat(bench.entry("", "s").version()).isEqualTo("2.0.0");
    }

    @Test
    @DisplayName("works though saying what it does overflows the stack")
    void hostileStatus() {
        interface Both extends Security, StatusText {
            @Override
            default PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }
        }
        Both endless = settings -> {
            throw new StackOverflowError();
        };
        bench.serve(FakePlugins.none().and("s", endless), "{'s':{}}");

        assertThat(bench.entry("", "s").state()).isEqualTo("ready");
        assertThat(bench.entry("", "s").status()).isEmpty();
    }

    @Test
    @DisplayName("that cannot be configured does not show what its plugin said, which may quote a secret setting")
    void secretSetting() {
        bench.serve(FakePlugins.none().and("a", (FakePlugins.Broken) call -> PolicyDecision.pass()), "{'a':{}}");

        PolicyResult stopped = bench.pass();

        assertThat(bench.entry("", "a").why())
                .isEqualTo(
                        "its settings were refused: the plugin failed on them with [java.lang.IllegalStateException];"
                                + " it is critical, so its messages are stopped");
        assertThat(stopped.reason())
                .contains("[java.lang.IllegalStateException]")
                .doesNotContain("1234");
        assertThat(stopped.report().reason()).doesNotContain("1234");
        assertThat(bench.engine.validate(Bench.configuration("{'a':{}}")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .isEqualTo("the plugin failed on these settings with [java.lang.IllegalStateException]"));
    }

    @Test
    @DisplayName("whose schema breaks the check is refused alone; the other plugins come into service")
    void hostileSchema() {
        FakePlugins plugins = FakePlugins.none()
                .and(new FakePlugins.Brought(FakePlugins.plugin("a"), "a", Bench.PASSES, "hostile"))
                .and("s", Bench.ALLOWS);
        bench.serve(plugins, "{'a':{'critical':false},'s':{}}");

        assertThat(bench.places("")).containsExactly("s");
        assertThat(bench.entry("", "a").why())
                .startsWith("its settings were refused: They could not be checked against the plugin's schema, which"
                        + " failed with [java.lang.StackOverflowError]");
        assertThat(bench.engine.validate(Bench.configuration("{'a':{},'s':{}}")))
                .hasSize(1);
    }

    @Test
    @DisplayName("that joins by itself stands by plugin and handler among its like, whatever its type is")
    void joiningOrder() {
        bench.serve(
                FakePlugins.none()
                        .and("c", Bench.PASSES)
                        .and("b", TELLS)
                        .and("audit", (Auditing) report -> {})
                        .and("a", Bench.PASSES),
                "{}");

        assertThat(bench.places("")).containsExactly("a", "b", "c", "audit");
    }

    @Nested
    @DisplayName("of a handler that asks for a priority by its component property")
    class AskedPriority {
        private int asking(Object priority, String entries) {
            bench.serve(
                    FakePlugins.none()
                            .and(new FakePlugins.Brought(FakePlugins.plugin("a"), "a", Bench.PASSES, "{}")
                                    .with("sallyport.priority", priority))
                            .and("z", Bench.ALLOWS),
                    entries);
            return bench.entry("", "a").priority();
        }

        @Test
        @DisplayName("has it, configured or joined by itself, and stands by it")
        void has() {
            assertThat(asking(90, "{'a':{},'z':{}}")).isEqualTo(90);
            assertThat(bench.places("")).containsExactly("z", "a");
            assertThat(asking(0, "{}")).isZero();
            assertThat(asking(100, "{'z':{}}")).isEqualTo(100);
            assertThat(bench.places("")).containsExactly("z", "a");
        }

        @Test
        @DisplayName("has the configured one where there is one, for all servers or for one")
        void configured() {
            assertThat(asking(90, "{'a':{'priority':10,'servers':{'files':{}}},'z':{}}"))
                    .isEqualTo(10);
            assertThat(bench.entry("files", "a").priority()).isEqualTo(90);
            assertThat(bench.places("")).containsExactly("a", "z");
            assertThat(bench.places("files")).containsExactly("z", "a");
        }

        @Test
        @DisplayName("has 50 if that is none")
        void none() {
            for (Object wrong : new Object[] {-1, 101, "90", 90L, true}) {
                assertThat(asking(wrong, "{'a':{},'z':{}}"))
                        .as("asking for " + wrong)
                        .isEqualTo(50);
            }
        }
    }
}
