package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.CallCounter;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginSettings;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.spi.trust.TrustLevels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the engine to OSGi. All it needs comes and goes; without any of it the chain is empty and says so. */
@Component(
        configurationPid = "org.sallyport.policy",
        immediate = true,
        service = {
            PolicyEngine.class,
            PluginConsumer.class,
            CallCounter.class,
            PluginSettings.class,
            Configuration.Listener.class,
            Configuration.Validator.class,
            PolicyComponent.class
        })
@Designate(ocd = PolicyComponent.Config.class)
public final class PolicyComponent
        implements PolicyEngine,
                PluginConsumer,
                CallCounter,
                PluginSettings,
                Configuration.Listener,
                Configuration.Validator {
    private static final Logger log = LoggerFactory.getLogger(PolicyComponent.class);

    @ObjectClassDefinition(
            name = "Policy chain",
            description = "How messages pass the chain, and when a plugin is taken out of it")
    @interface Config {
        @AttributeDefinition(
                description = "Trust levels whose plugins join the chain without being configured: internal, partner,"
                        + " untrusted; empty for none")
        String[] autojoin() default {Options.INTERNAL};

        @AttributeDefinition(
                description =
                        "Time that the plugins have for a message of up to 1 MiB, in milliseconds; a longer one has"
                                + " as much again for each MiB",
                min = "50",
                max = "600000")
        long deadline_millis() default 2000;

        @AttributeDefinition(description = "Most threads that run plugins at a time", min = "2", max = "4096")
        int max_threads() default 256;

        @AttributeDefinition(description = "How many of the last calls the breaker looks at", min = "2", max = "64")
        int breaker_window() default 20;

        @AttributeDefinition(
                description = "How many of them have to fail, in percent, to suspend an instance",
                min = "1",
                max = "100")
        int breaker_errors_percent() default 50;

        @AttributeDefinition(
                description = "A call that takes longer counts as failed for that, in milliseconds; 0 for never",
                min = "0",
                max = "600000")
        long breaker_slow_millis() default 1_000;

        @AttributeDefinition(
                description = "How long an instance is suspended, in milliseconds",
                min = "100",
                max = "3600000")
        long breaker_pause_millis() default 10_000;

        @AttributeDefinition(
                description = "How many suspensions within breaker.span.millis quarantine the plugin",
                min = "1",
                max = "1000")
        int breaker_openings() default 5;

        @AttributeDefinition(
                description = "Time in which suspensions are counted, in milliseconds",
                min = "1000",
                max = "86400000")
        long breaker_span_millis() default 600_000;
    }

    private final Engine engine;
    private final Set<PolicyType<?>> types = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable SettingsFactory> settings = new AtomicReference<>();
    private volatile @Nullable PluginFaults faults;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable TrustLevels levels;

    @Activate
    public PolicyComponent(Config config) {
        engine = new Engine(options(config), new Reports());
    }

    @Modified
    void modified(Config config) {
        engine.options(options(config));
    }

    @Deactivate
    void deactivate() {
        engine.close();
    }

    private Options options(Config config) {
        int window = (int) within("breaker.window", config.breaker_window(), 2, 64);
        long slow = within("breaker.slow.millis", config.breaker_slow_millis(), 0, 600_000);
        long percent = within("breaker.errors.percent", config.breaker_errors_percent(), 1, 100);
        return new Options(
                Set.copyOf(List.of(config.autojoin())),
                Duration.ofMillis(within("deadline.millis", config.deadline_millis(), 50, 600_000)),
                (int) within("max.threads", config.max_threads(), 2, 4096),
                new Breaker.Rule(
                        window,
                        (int) Math.max(1, (window * percent + 99) / 100),
                        Duration.ofMillis(
                                within("breaker.pause.millis", config.breaker_pause_millis(), 100, 3_600_000)),
                        (int) within("breaker.openings", config.breaker_openings(), 1, 1000),
                        Duration.ofMillis(
                                within("breaker.span.millis", config.breaker_span_millis(), 1000, 86_400_000)),
                        slow == 0 ? Breaker.Rule.NEVER : Duration.ofMillis(slow)),
                this::levelOf);
    }

    /** Where nobody looks at signatures, no gate asks for them either, and all that is admitted is internal. */
    private TrustLevel levelOf(PluginDescriptor plugin) {
        TrustLevels known = levels;
        return known == null ? TrustLevel.INTERNAL : known.levelOf(plugin);
    }

    // A bad value must not leave the host without its policy.
    private static long within(String key, long value, long least, long most) {
        long taken = Math.max(least, Math.min(most, value));
        if (taken != value) {
            log.warn(
                    "Setting [{}] of [org.sallyport.policy] is [{}], outside of [{}] to [{}]; [{}] is used",
                    key,
                    value,
                    least,
                    most,
                    taken);
        }
        return taken;
    }

    /** Tells whoever is there now. */
    private final class Reports implements PluginFaults {
        @Override
        public void quarantine(String plugin, String cause) {
            PluginFaults receiver = faults;
            log.error("Plugin [{}] is not called any more: {}", plugin, cause);
            if (receiver != null) {
                receiver.quarantine(plugin, cause);
            }
        }

        @Override
        public void report(String plugin, String cause) {
            PluginFaults receiver = faults;
            if (receiver != null) {
                receiver.report(plugin, cause);
            }
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addType(PolicyType<?> type) {
        types.add(type);
        typesChanged();
    }

    void removeType(PolicyType<?> type) {
        types.remove(type);
        typesChanged();
    }

    private void typesChanged() {
        // Looked at where changes are made one by one: two threads that come here at once must not publish what was
        // there
        // before the other one.
        engine.types(() -> {
            List<PolicyType<?>> sorted = new ArrayList<>(types);
            sorted.sort(Comparator.comparing(PolicyType::name));
            return sorted;
        });
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setSettings(SettingsFactory factory) {
        settings.set(factory);
        engine.settings(() -> Optional.ofNullable(settings.get()));
    }

    void unsetSettings(SettingsFactory factory) {
        // One that was replaced goes after the new one came.
        if (settings.compareAndSet(factory, null)) {
            engine.settings(() -> Optional.ofNullable(settings.get()));
        }
    }

    /** Optional, as it looks for those who check, which this does. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Configuration configuration;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setFaults(PluginFaults receiver) {
        faults = receiver;
    }

    void unsetFaults(PluginFaults receiver) {
        if (faults == receiver) {
            faults = null;
        }
    }

    @Override
    public List<Calls> callsOf(String plugin) {
        return engine.callsOf(plugin);
    }

    @Override
    public Document inForce(String name) {
        return engine.inForce(name);
    }

    @Override
    public Document configured(Collection<String> instances) {
        return engine.configured(instances);
    }

    Engine engine() {
        return engine;
    }

    @Override
    public Exchange begin(Party party) {
        return engine.begin(party);
    }

    @Override
    public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
        return engine.pass(exchange, message, request);
    }

    @Override
    public Optional<CompletionStage<PolicyResult>> alone(
            Exchange exchange, String instance, Inbound message, Optional<Message> request) {
        return engine.alone(exchange, instance, message, request);
    }

    @Override
    public boolean isEmpty(String server) {
        return engine.isEmpty(server);
    }

    @Override
    public List<ChainEntry> chain(String server) {
        return engine.chain(server);
    }

    @Override
    public Trial trial(Collection<InstanceConfig> instances, Collection<StandIn> standIns) {
        return engine.trial(instances, standIns);
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        CompletionStage<Void> drained = engine.switchTo(next);
        Configuration files = configuration;
        if (files != null) {
            files.recheck();
        }
        return drained;
    }

    @Override
    public void changed(Configuration.Snapshot next) {
        engine.changed(next);
    }

    @Override
    public List<Configuration.Problem> validate(Configuration.Snapshot candidate) {
        return engine.validate(candidate);
    }

    @Override
    public List<Configuration.Problem> doubts(Configuration.Snapshot candidate) {
        return engine.doubts(candidate);
    }
}
