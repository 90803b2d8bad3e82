package org.sallyport.policy.internal;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Comparator;
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
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.testkit.TestDescriptor;

/** Plugins in service, as admission would give them. */
record FakePlugins(List<Brought> brought) implements PluginSet {
    /** What a plugin makes of its settings; itself, if it says nothing else. */
    interface Plugin {
        default Plugin configured(Settings settings) {
            return this;
        }

        default void close() throws Exception {}
    }

    /** What plugins that decide do, and one contract for each type of them. */
    interface Decider extends Plugin {
        PolicyDecision decide(PolicyCall call) throws Exception;
    }

    interface Middleware extends Decider {}

    interface Security extends Decider {}

    interface Auditing extends Plugin {
        void observe(PolicyReport report) throws Exception;
    }

    /** Cannot be configured. */
    interface Broken extends Middleware {}

    static final List<PolicyType<?>> TYPES = List.of(
            new Type<>("auditing", Auditing.class, new PolicyType.Rules(Set.of(), false, false, false, false)),
            new Type<>(
                    "middleware",
                    Middleware.class,
                    new PolicyType.Rules(Set.of(Kind.PASS, Kind.MODIFY, Kind.COMPLETE), false, false, false, true)),
            new Type<>(
                    "security",
                    Security.class,
                    new PolicyType.Rules(Set.of(Kind.ALLOW, Kind.BLOCK, Kind.MODIFY), true, true, true, true)));

    /** One handler of a plugin, in a version that stands at its place or beside it. */
    record Brought(
            Described plugin,
            String handler,
            Object service,
            String settingsSchema,
            boolean beside,
            Stage stage,
            Document carried,
            Map<String, Object> properties) {
        Brought(Described plugin, String handler, Object service, String settingsSchema) {
            this(plugin, handler, service, settingsSchema, false, Stage.STABLE, Document.EMPTY_OBJECT, Map.of());
        }

        /** With a component property. */
        Brought with(String property, Object value) {
            return new Brought(
                    plugin, handler, service, settingsSchema, beside, stage, carried, Map.of(property, value));
        }

        Brought standingBeside() {
            return new Brought(plugin, handler, service, settingsSchema, true, stage, carried, properties);
        }

        Brought marked(Stage mark) {
            return new Brought(plugin, handler, service, settingsSchema, beside, mark, carried, properties);
        }

        Brought carrying(Document settings) {
            return new Brought(plugin, handler, service, settingsSchema, beside, stage, settings, properties);
        }

        String name() {
            return beside ? plugin.id() + "@" + plugin.version() : plugin.id().value();
        }
    }

    /** A version of a plugin with one handler, which is named like it. */
    static Brought version(String id, String version, Object service) {
        return new Brought(plugin(id).at(version), id, service, "{}");
    }

    static FakePlugins none() {
        return new FakePlugins(List.of());
    }

    /** With a plugin of one handler, named like it. */
    FakePlugins and(String id, Object service) {
        return and(plugin(id), id, service);
    }

    FakePlugins and(Described plugin, String handler, Object service) {
        return and(new Brought(plugin, handler, service, "{}"));
    }

    FakePlugins and(Brought one) {
        List<Brought> more = new ArrayList<>(brought);
        more.add(one);
        return new FakePlugins(List.copyOf(more));
    }

    static Described plugin(String id) {
        return new Described(new PluginId(id), new Version(1, 0, 0), Set.of(), DisplayScope.GLOBAL, Set.of());
    }

    @Override
    public long generation() {
        return brought.size();
    }

    @Override
    public List<PluginDescriptor> plugins() {
        return brought.stream()
                .filter(one -> !one.beside())
                .map(Brought::plugin)
                .distinct()
                .sorted(Comparator.comparing(Described::id))
                .map(PluginDescriptor.class::cast)
                .toList();
    }

    @Override
    public List<PluginRevision> revisions() {
        return brought.stream()
                .map(one -> new PluginRevision(one.name(), one.plugin(), one.stage(), one.carried()))
                .distinct()
                .toList();
    }

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        return ofAllVersions(contract).stream()
                .filter(one -> one.pluginName().indexOf('@') < 0)
                .toList();
    }

    @Override
    public <T> List<Contribution<T>> ofAllVersions(Class<T> contract) {
        return brought.stream()
                .filter(one -> contract.isInstance(one.service()))
                .sorted(Comparator.comparing((Brought one) -> one.plugin().id()).thenComparing(Brought::handler))
                .map(one -> (Contribution<T>) new Handler<>(
                        one.plugin(),
                        one.name(),
                        one.handler(),
                        contract.cast(one.service()),
                        one.settingsSchema(),
                        one.properties()))
                .toList();
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        return plugins().stream()
                .filter(plugin -> plugin.id().value().equals(idOrAlias))
                .findFirst()
                .or(() -> plugins().stream()
                        .filter(plugin -> plugin.aliases().contains(idOrAlias))
                        .findFirst());
    }

    private record Handler<T>(
            PluginDescriptor plugin,
            String pluginName,
            String handler,
            T service,
            String settingsSchema,
            Map<String, Object> properties)
            implements Contribution<T> {}

    /** A plugin type that leaves all to its plugins. */
    record Type<P>(String name, Class<P> contract, PolicyType.Rules rules) implements PolicyType<P> {
        @Override
        public Member configure(P plugin, Settings settings) {
            if (plugin instanceof Broken) {
                throw new IllegalStateException("the password is 1234");
            }
            Plugin configured = ((Plugin) plugin).configured(settings);
            return new Member() {
                @Override
                public PolicyDecision decide(PolicyCall call) throws Exception {
                    return ((Decider) configured).decide(call);
                }

                @Override
                public void observe(PolicyReport report) throws Exception {
                    ((Auditing) configured).observe(report);
                }

                @Override
                public void close() throws Exception {
                    configured.close();
                }
            };
        }
    }

    /** Finds wrong what is called {@code wrong}, and fails on the schema {@code hostile}. */
    static final SettingsFactory SETTINGS = new SettingsFactory() {
        @Override
        public List<SettingsException> check(String schema, Document settings) {
            if (schema.equals("hostile")) {
                throw new StackOverflowError();
            }
            return settings.has("wrong")
                    ? List.of(new SettingsException("/wrong", "[wrong] is no setting"))
                    : List.of();
        }

        @Override
        public Settings settings(String instance, Scope scope, Document document) {
            return new Given(instance, scope, document);
        }
    };

    private record Given(String instance, Scope scope, Document document) implements Settings {
        @Override
        public <A extends Annotation> A as(Class<A> definition) {
            throw new UnsupportedOperationException();
        }
    }

    /** What a plugin says of itself. */
    record Described(
            PluginId id, Version version, Set<String> aliases, DisplayScope displayScope, Set<String> compatibleServers)
            implements TestDescriptor {
        Described at(String newVersion) {
            return new Described(id, new Version(newVersion), aliases, displayScope, compatibleServers);
        }

        Described alias(String alias) {
            return new Described(id, version, Set.of(alias), displayScope, compatibleServers);
        }

        Described forServers(DisplayScope scope, String... servers) {
            return new Described(id, version, aliases, scope, Set.of(servers));
        }
    }
}
