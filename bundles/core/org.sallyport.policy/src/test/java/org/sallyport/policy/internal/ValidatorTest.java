package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Plugin;
import org.sallyport.policy.internal.FakePlugins.Security;

@DisplayName("A configuration that is checked")
class ValidatorTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private List<String> problems(String entries) {
        return bench.engine.validate(Bench.configuration(entries)).stream()
                .map(Object::toString)
                .toList();
    }

    private List<String> doubts(String entries) {
        return bench.engine.doubts(Bench.configuration(entries)).stream()
                .map(Object::toString)
                .toList();
    }

    private void serve() {
        bench.serve(
                FakePlugins.none()
                        .and("pii", Bench.ALLOWS)
                        .and("audit", (Auditing) report -> {})
                        .and(FakePlugins.plugin("aware").forServers(DisplayScope.SERVER_AWARE), "aware", Bench.ALLOWS),
                "{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'pii':7} | pii: The entry is an object, not [NUMBER]",
                "{'Pii':{}} | Pii: [Pii] is no name of an instance: write [handler] or [handler~name]",
                "{'pii~':{}} | pii~: [pii~] is no name of an instance: write [handler] or [handler~name]",
                "{'pii':{'enabled':'no'}} | pii/enabled: [enabled] is true or false, not [\"no\"]",
                "{'pii':{'critical':1}} | pii/critical: [critical] is true or false, not [1]",
                "{'pii':{'priority':-1}} | pii/priority: priority must be an integer 0-100 (lower first), not [-1]",
                "{'pii':{'priority':1.5}} | pii/priority: priority must be an integer 0-100 (lower first), not [1.5]",
                "{'pii':{'priority':'1'}} | pii/priority: priority must be an integer 0-100 (lower first), not [\"1\"]",
                "{'pii':{'servers':[]}} | pii/servers: [servers] is an object of server names, not [ARRAY]",
                "{'pii':{'servers':{'':{}}}} | pii/servers/: A server's name is not empty",
                "{'pii':{'servers':{'a/b~c':1}}} | pii/servers/a~1b~0c: What holds for a server is an object, not [NUMBER]",
                "{'pii':{'servers':{'f':{'servers':{}}}}} | pii/servers/f/servers: [servers] stands at the top of an entry only",
                "{'pii':{'servers':{'f':{'priority':101}}}} | pii/servers/f/priority: priority must be an integer 0-100 (lower first), not [101]",
                "{'pii':{'wrong':1}} | pii/wrong: [wrong] is no setting",
                "{'pii':{'servers':{'f':{'wrong':1}}}} | pii/servers/f/wrong: [wrong] is no setting",
                "{'aware':{}} | aware: Plugin [aware] is server-aware and may not stand for all servers: put its settings under \"servers\": {\"NAME\": {…}}",
            })
    @DisplayName("has one problem for each mistake, with its place and what would be right")
    void mistakes(String entries, String problem) {
        serve();

        assertThat(problems(entries)).containsExactly(problem);
    }

    @Test
    @DisplayName("is doubted, not wrong, for a name that no plugin in service has, with the one that was meant")
    void unknown() {
        serve();

        assertThat(problems("{'pi':{}}")).isEmpty();
        assertThat(doubts("{'pi':{}, 'pii':{}}"))
                .containsExactly("pi: Handler [pi] is not in service; did you mean [pii]?; install or enable its plugin"
                        + " ('plugin:list' shows their states), or remove the entry");
        assertThat(problems("{'audit':{'priority':1}}"))
                .containsExactly("audit/priority: auditing plugins have no priority: they come after all others, in"
                        + " order of configuration; remove it");
    }

    @Test
    @DisplayName("has none for what is right, switched off, or the platform's")
    void right() {
        serve();

        assertThat(problems(
                        "{'pii':{'priority':100,'x':1},'pii~two':{'priority':5.0,'servers':{'f':{}}},'aware':{'servers':{'f':{}}},"
                                + "'audit':{'enabled':false,'wrong':1},'org.sallyport.policy':7}"))
                .isEmpty();
    }

    @Test
    @DisplayName("has no problem with unknown names while no plugin is in service, but with what anybody can see")
    void early() {
        assertThat(problems("{'pii':{}}")).isEmpty();
        assertThat(problems("{'pii':{'priority':101}}")).hasSize(1);
    }

    @Test
    @DisplayName("is not checked against schemas while there is no configuration service, which asks again")
    void noService() {
        serve();
        bench.engine.settings(Optional.empty());

        assertThat(problems("{'pii':{'wrong':1}}")).isEmpty();
    }

    @Test
    @DisplayName("is tried on the plugin, whose objection has its place, and what it made is closed")
    void tried() {
        AtomicInteger closed = new AtomicInteger();
        Security picky = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public Plugin configured(Settings settings) {
                if (settings.document().has("bad")) {
                    throw new SettingsException("/bad/0", "There is no such detector");
                }
                return this;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        bench.serve(FakePlugins.none().and("pii", picky), "{'pii':{'enabled':false}}");

        assertThat(problems("{'pii':{'bad':[1],'servers':{'f':{'bad':[1]}}}}"))
                .containsExactly(
                        "pii/bad/0: There is no such detector", "pii/servers/f/bad/0: There is no such detector");
        assertThat(problems("{'pii':{'good':1}}")).isEmpty();
        Bench.until("closed", () -> closed.get() == 1);
        assertThat(bench.engine.isEmpty("")).isTrue();
    }

    @Test
    @DisplayName("has a problem for each instance and server beyond the bounds")
    void bounds() {
        serve();
        StringBuilder instances = new StringBuilder("{");
        for (int i = 0; i < Entries.MAX_INSTANCES + 2; i++) {
            instances.append(i == 0 ? "" : ",").append("'pii~" + i + "':{}");
        }
        StringBuilder servers = new StringBuilder("{'pii':{'servers':{");
        for (int i = 0; i < Entries.MAX_SERVERS + 1; i++) {
            servers.append(i == 0 ? "" : ",").append("'s" + i + "':{}");
        }

        assertThat(problems(instances + "}"))
                .containsExactly(
                        "pii~500: There are more than [500] instances", "pii~501: There are more than [500] instances");
        assertThat(problems(servers + "}}}")).containsExactly("pii/servers: There are more than [200] servers");
    }

    @Test
    @DisplayName("costs a plugin that hangs on its settings one thread, however many instances it has, then the plugin")
    void hanging() {
        AtomicInteger asked = new AtomicInteger();
        Security hangs = new Security() {
            @Override
            public PolicyDecision decide(PolicyCall call) {
                return PolicyDecision.allow();
            }

            @Override
            public Plugin configured(Settings settings) {
                asked.incrementAndGet();
                bench.hang();
                return this;
            }
        };
        bench.serve(FakePlugins.none().and("pii", hangs), "{'pii':{'enabled':false}}");
        bench.deadline(Duration.ofMillis(50));

        assertThat(problems("{'pii':{},'pii~a':{},'pii~b':{'servers':{'f':{},'g':{}}}}"))
                .hasSize(4)
                .contains("pii: the plugin failed on these settings with [timeout]: it did not answer in time")
                .contains("pii~b/servers/g: the plugin failed on these settings with [timeout]: another instance of it"
                        + " did not answer in time");
        assertThat(asked).hasValue(1);
        for (int i = 0; i < 5; i++) {
            assertThat(problems("{'pii':{},'pii~a':{}}")).hasSize(2);
        }

        assertThat(asked).hasValue(PluginWatch.MAX_STUCK);
        assertThat(bench.quarantined).hasSize(1).first().asString().startsWith("pii: Instance [pii] keeps [4] threads");
    }
}
