package org.sallyport.policy.internal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.policy.PolicyType;

/** Plugins in service, each with one handler named like it. */
record FakePlugins(List<Brought> brought) implements PluginSet {
    /** What plugins that decide do, and one contract for each type of them. */
    interface Decider {
        PolicyDecision decide(PolicyCall call) throws Exception;
    }

    interface Middleware extends Decider {}

    interface Security extends Decider {}

    interface Auditing {
        void observe(PolicyReport report) throws Exception;
    }

    /** Cannot be configured. */
    interface Broken extends Middleware {}

    static final List<PolicyType<?>> TYPES = List.of(
            new Type<>(
                    "middleware",
                    Middleware.class,
                    new PolicyType.Rules(Set.of(Kind.PASS, Kind.MODIFY, Kind.COMPLETE), false, false, false, true)),
            new Type<>(
                    "security",
                    Security.class,
                    new PolicyType.Rules(Set.of(Kind.ALLOW, Kind.BLOCK, Kind.MODIFY), true, true, true, true)),
            new Type<>("auditing", Auditing.class, new PolicyType.Rules(Set.of(), false, false, false, false)));

    private record Brought(PluginDescriptor plugin, Object service) {}

    static FakePlugins none() {
        return new FakePlugins(List.of());
    }

    FakePlugins and(String id, Object service) {
        List<Brought> more = new ArrayList<>(brought);
        more.add(new Brought(descriptor(id), service));
        return new FakePlugins(List.copyOf(more));
    }

    @Override
    public long generation() {
        return brought.size();
    }

    @Override
    public List<PluginDescriptor> plugins() {
        return brought.stream().map(Brought::plugin).toList();
    }

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        return brought.stream()
                .filter(one -> contract.isInstance(one.service()))
                .map(one -> (Contribution<T>) new Handler<>(one.plugin(), contract.cast(one.service())))
                .toList();
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        return plugins().stream()
                .filter(plugin -> plugin.id().value().equals(idOrAlias))
                .findFirst();
    }

    private record Handler<T>(PluginDescriptor plugin, T service) implements Contribution<T> {
        @Override
        public String handler() {
            return plugin.id().value();
        }

        @Override
        public Map<String, Object> properties() {
            return Map.of();
        }

        @Override
        public String settingsSchema() {
            return "{}";
        }
    }

    private record Type<P>(String name, Class<P> contract, PolicyType.Rules rules) implements PolicyType<P> {
        @Override
        public Member configure(P plugin, Settings settings) {
            if (plugin instanceof Broken) {
                throw new IllegalStateException("the password is 1234");
            }
            return new Member() {
                @Override
                public PolicyDecision decide(PolicyCall call) throws Exception {
                    return ((Decider) plugin).decide(call);
                }

                @Override
                public void observe(PolicyReport report) throws Exception {
                    ((Auditing) plugin).observe(report);
                }
            };
        }
    }

    /** Finds nothing wrong. */
    static final SettingsFactory SETTINGS = new SettingsFactory() {
        @Override
        public List<SettingsException> check(String schema, Document settings) {
            return List.of();
        }

        @Override
        public Settings settings(String instance, Scope scope, Document settings) {
            return (Settings) Proxy.newProxyInstance(
                    FakePlugins.class.getClassLoader(), new Class<?>[] {Settings.class}, (self, method, arguments) -> {
                        throw new UnsupportedOperationException(method.getName());
                    });
        }
    };

    private static PluginDescriptor descriptor(String id) {
        Map<String, Object> said = Map.of(
                "id",
                new PluginId(id),
                "version",
                new Version(1, 0, 0),
                "aliases",
                Set.of(),
                "displayScope",
                DisplayScope.GLOBAL,
                "hashCode",
                id.hashCode(),
                "toString",
                id);
        return (PluginDescriptor) Proxy.newProxyInstance(
                FakePlugins.class.getClassLoader(),
                new Class<?>[] {PluginDescriptor.class},
                (self, method, arguments) -> method.getName().equals("equals")
                        ? self == arguments[0]
                        : Optional.ofNullable(said.get(method.getName())).orElseThrow());
    }
}
