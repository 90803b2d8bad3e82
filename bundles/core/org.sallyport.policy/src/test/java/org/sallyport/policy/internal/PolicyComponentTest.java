package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.api.policy.Outcome;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.spi.trust.TrustLevels;

@DisplayName("The policy component")
class PolicyComponentTest {
    private PolicyComponent component = new PolicyComponent(config(Map.of()));

    @AfterEach
    void close() {
        component.deactivate();
    }

    /** The configuration with these values in place of the defaults. */
    private static PolicyComponent.Config config(Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        for (var method : PolicyComponent.Config.class.getDeclaredMethods()) {
            all.putIfAbsent(method.getName(), method.getDefaultValue());
        }
        all.put("annotationType", PolicyComponent.Config.class);
        return (PolicyComponent.Config) Proxy.newProxyInstance(
                PolicyComponentTest.class.getClassLoader(),
                new Class<?>[] {PolicyComponent.Config.class, Annotation.class},
                (self, method, arguments) -> all.get(method.getName()));
    }

    private void use(Map<String, Object> values) {
        component.deactivate();
        component = new PolicyComponent(config(values));
    }

    private void bind() {
        FakePlugins.TYPES.forEach(component::addType);
        component.setSettings(FakePlugins.SETTINGS);
    }

    private Outcome pass() {
        return Bench.await(component.pass(
                        component.begin(new Party("", "", "", "", false)),
                        Bench.request(Bench.REQUEST),
                        Optional.empty()))
                .report()
                .outcome();
    }

    @Test
    @DisplayName("has an empty chain by itself, which lets all by and says so")
    void alone() {
        assertThat(component.isEmpty("")).isTrue();
        assertThat(component.chain("")).isEmpty();
        assertThat(pass()).isEqualTo(Outcome.NO_SECURITY);
    }

    @Test
    @DisplayName("brings plugins into the chain when all is there, in whatever order it came")
    void assembled() {
        component.changed(Bench.configuration("{'s':{'priority':3}}"));
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));
        assertThat(pass()).isEqualTo(Outcome.ERROR);

        bind();

        assertThat(pass()).isEqualTo(Outcome.ALLOWED);
        assertThat(component.validate(Bench.configuration("{'s':{'priority':101}}")))
                .hasSize(1);
    }

    @Test
    @DisplayName("stops the messages of plugins whose type went away")
    void typeGone() {
        bind();
        component.changed(Bench.configuration("{'s':{}}"));
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));

        FakePlugins.TYPES.forEach(component::removeType);

        assertThat(pass()).isEqualTo(Outcome.ERROR);
    }

    @Test
    @DisplayName("takes the nearest good value for one out of bounds, and goes on")
    void bounds() {
        use(Map.of(
                "deadline_millis", 1L,
                "max_threads", 0,
                "breaker_window", 1000,
                "breaker_errors_percent", 0,
                "breaker_pause_millis", -1L,
                "breaker_openings", 0,
                "breaker_span_millis", 0L));
        bind();
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));

        assertThat(pass()).isEqualTo(Outcome.ALLOWED);
    }

    @Test
    @DisplayName("takes a changed configuration into use at once")
    void modified() {
        bind();
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));
        assertThat(component.isEmpty("")).isFalse();

        component.modified(config(Map.of("autojoin", new String[0])));
        assertThat(component.isEmpty("")).isTrue();

        component.modified(config(Map.of()));
        assertThat(pass()).isEqualTo(Outcome.ALLOWED);
    }

    @Test
    @DisplayName("tells whoever takes faults now, and nobody who went away")
    void faults() {
        use(Map.of("breaker_window", 2, "breaker_errors_percent", 100, "breaker_openings", 1));
        bind();
        StringBuilder told = new StringBuilder();
        PluginFaults first = faults(told, "first");
        PluginFaults second = faults(told, "second");
        component.changed(Bench.configuration("{'m':{'critical':false}}"));
        component.switchTo(FakePlugins.none().and("m", (Middleware) call -> {
            throw new IllegalStateException();
        }));
        component.setFaults(first);
        component.setFaults(second);
        component.unsetFaults(first);

        pass();
        pass();
        assertThat(told).hasToString("second report m; second quarantine m; ");
        told.setLength(0);
        component.unsetFaults(second);
        pass();

        assertThat(told).isEmpty();
    }

    private static PluginFaults faults(StringBuilder told, String name) {
        return new PluginFaults() {
            @Override
            public void quarantine(String plugin, String cause) {
                told.append(name + " quarantine " + plugin + "; ");
            }

            @Override
            public void report(String plugin, String cause) {
                told.append(name + " report " + plugin + "; ");
            }
        };
    }

    @Test
    @DisplayName("goes on with the configuration service that replaced another, which goes after the new one came")
    void replacedService() {
        SettingsFactory old = other();
        FakePlugins.TYPES.forEach(component::addType);
        component.setSettings(old);
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));
        component.changed(Bench.configuration("{'s':{}}"));

        component.setSettings(FakePlugins.SETTINGS);
        component.unsetSettings(old);
        assertThat(pass()).isEqualTo(Outcome.ALLOWED);

        component.unsetSettings(FakePlugins.SETTINGS);
        component.changed(Bench.configuration("{'s':{'n':1}}"));
        assertThat(pass()).isEqualTo(Outcome.ERROR);
    }

    private static SettingsFactory other() {
        return new SettingsFactory() {
            @Override
            public List<SettingsException> check(String schema, Document settings) {
                return List.of();
            }

            @Override
            public Settings settings(String instance, Scope scope, Document settings) {
                return FakePlugins.SETTINGS.settings(instance, scope, settings);
            }
        };
    }

    @Test
    @DisplayName("starts with a trust level that is named twice")
    void namedTwice() {
        use(Map.of("autojoin", new String[] {"internal", "internal"}));
        bind();
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));

        assertThat(pass()).isEqualTo(Outcome.ALLOWED);
    }

    @Test
    @DisplayName("lets plugins join whose level was named, and no others")
    void levels() {
        use(Map.of("autojoin", new String[] {"internal"}));
        bind();
        component.levels = trusting(Optional.of(TrustLevel.PARTNER));
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));
        assertThat(pass()).isEqualTo(Outcome.NO_SECURITY);

        component.modified(config(Map.of("autojoin", new String[] {"internal", "partner"})));
        assertThat(pass()).isEqualTo(Outcome.ALLOWED);

        component.levels = trusting(Optional.empty());
        component.switchTo(FakePlugins.none().and("s", Bench.ALLOWS));
        assertThat(pass()).as("one of which nothing is known").isEqualTo(Outcome.NO_SECURITY);
    }

    private static TrustLevels trusting(Optional<TrustLevel> level) {
        return (plugin, version) -> level.map(it -> new TrustLevels.Trust(it, "somebody", "key", "dsse"));
    }

    @Test
    @DisplayName("knows all plugin types after several came at once")
    void typesAtOnce() throws InterruptedException {
        component.setSettings(FakePlugins.SETTINGS);
        for (int round = 0; round < 200; round++) {
            List<Thread> threads = new ArrayList<>();
            for (PolicyType<?> type : FakePlugins.TYPES) {
                threads.add(new Thread(() -> component.addType(type)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            component.switchTo(FakePlugins.none()
                    .and("s", Bench.ALLOWS)
                    .and("m", Bench.PASSES)
                    .and("audit", (Auditing) report -> {}));

            assertThat(component.chain("")).as("round %s", round).hasSize(3);
            FakePlugins.TYPES.forEach(component::removeType);
        }
    }
}
