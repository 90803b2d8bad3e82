package org.sallyport.sandbox.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.hooks.weaving.WeavingException;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;
import org.osgi.framework.hooks.weaving.WovenClassListener;
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
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.sandbox.internal.budget.Entrance;
import org.sallyport.sandbox.internal.budget.Limits;
import org.sallyport.sandbox.internal.budget.ThreadMeters;
import org.sallyport.sandbox.internal.budget.Watchdog;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.sandbox.DiskQuota;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.sandbox.Tier;
import org.sallyport.spi.sandbox.TierProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the confined tier to OSGi. Where one of its parts is missing it takes no plugin, and says so. */
@Component(
        configurationPid = "org.sallyport.sandbox",
        immediate = true,
        service = {TierProvider.class, PluginConsumer.class})
@Designate(ocd = SandboxComponent.Config.class)
public final class SandboxComponent implements TierProvider, WeavingHook, WovenClassListener, PluginConsumer {
    private static final Logger log = LoggerFactory.getLogger(SandboxComponent.class);

    @ObjectClassDefinition(
            name = "Confined plugins",
            description =
                    "What one call of a plugin in the tier confined may use. Holds for plugins that are started from then on")
    @interface Config {
        @AttributeDefinition(description = "Time of the processor, in milliseconds", min = "10", max = "600000")
        long cpu_millis() default 1_000;

        @AttributeDefinition(description = "Time of the clock, in milliseconds", min = "10", max = "3600000")
        long wall_millis() default 10_000;

        @AttributeDefinition(
                description = "Memory that it allocates, whether it keeps it or not, in MiB",
                min = "1",
                max = "1048576")
        long alloc_mb() default 256;

        @AttributeDefinition(description = "Memory that it may ask for at once, in MiB", min = "1", max = "2048")
        long array_mb() default 32;

        @AttributeDefinition(
                description = "What the plugin keeps in files, of all its calls together, in MiB",
                min = "0",
                max = "1048576")
        long disk_mb() default 64;

        @AttributeDefinition(description = "Files and folders that the plugin keeps", min = "0", max = "10000000")
        long disk_files() default 1_000;
    }

    // Its one thread is there before any plugin is: one that a plugin's thread made would work in that plugin's name.
    private final ThreadPoolExecutor reports =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1_000), task -> {
                Thread made = new Thread(task, "sallyport-budget-reports");
                made.setDaemon(true);
                return made;
            });
    private final Offences offences = new Offences(System::nanoTime);
    private final Watchdog watchdog = new Watchdog(new ThreadMeters(), this::ended);
    private final ConfinedTier tier = new ConfinedTier(
            () -> this.guard,
            () -> this.grants,
            new Refusals(() -> this.use),
            () -> this.limits,
            this::quota,
            watchdog);
    private final BundleContext context;
    private volatile @Nullable Grants grants;
    private volatile @Nullable AutoCloseable watch;
    private final AtomicBoolean hooked = new AtomicBoolean();
    private volatile Limits limits = Limits.DEFAULT;
    private volatile long diskBytes;
    private volatile long diskFiles;
    private volatile List<PluginRevision> inService = List.of();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable Guard guard;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setGrants(Grants there) {
        endWatch();
        grants = there;
        watch = there.watch(tier::granted);
    }

    void unsetGrants(Grants gone) {
        if (grants == gone) {
            grants = null;
            endWatch();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable PermissionUse use;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable LifecycleAudit audit;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable PluginFaults faults;

    @Activate
    public SandboxComponent(BundleContext context, Config config) {
        this.context = context;
        reports.prestartAllCoreThreads();
        modified(config);
    }

    @Modified
    void modified(Config config) {
        limits =
                new Limits(config.cpu_millis(), config.wall_millis(), config.alloc_mb() << 20, config.array_mb() << 20);
        diskBytes = config.disk_mb() << 20;
        diskFiles = config.disk_files();
    }

    private Optional<DiskQuota> quota(PluginId plugin) {
        String home = context.getProperty("sallyport.home");
        if (home == null) {
            return Optional.empty();
        }
        Places places = Places.of(Path.of(home), plugin);
        return Optional.of(new DiskQuota(List.of(Path.of(places.data()), Path.of(places.tmp())), diskBytes, diskFiles));
    }

    @Deactivate
    void deactivate() {
        watchdog.close();
        reports.shutdown();
    }

    private void endWatch() {
        AutoCloseable ended = watch;
        watch = null;
        if (ended != null) {
            try {
                ended.close();
            } catch (Exception e) {
                log.warn("What watched the grants of plugins did not end well", e);
            }
        }
    }

    @Override
    public Tier tier() {
        return tier.tier();
    }

    @Override
    public Verdict accepts(Candidate candidate, TrustLevel level) {
        return tier.accepts(candidate, level);
    }

    @Override
    public byte[] body(Candidate candidate) {
        return tier.body(candidate);
    }

    @Override
    public void installed(Bundle bundle, Candidate candidate) {
        // The framework asks its weaving hooks for each class of each bundle: not before there is a confined one.
        if (hooked.compareAndSet(false, true)) {
            context.registerService(
                    new String[] {WeavingHook.class.getName(), WovenClassListener.class.getName()}, this, null);
        }
        tier.installed(bundle, candidate);
    }

    @Override
    public void stopping(Bundle bundle) {
        tier.stopping(bundle);
    }

    /** What is not among the classes that were made for a confined bundle does not become a class. */
    @Override
    public void weave(WovenClass type) {
        long bundle = type.getBundleWiring().getBundle().getBundleId();
        tier.of(bundle).ifPresent(armed -> {
            if (!armed.has(type.getBytes())) {
                throw new WeavingException("Class [" + type.getClassName() + "] of bundle [" + bundle
                        + "] is not one that was verified and woven, so it is not loaded");
            }
        });
    }

    @Override
    public void modified(WovenClass type) {
        if (type.getState() == WovenClass.DEFINED && Armed.isMeter(type.getClassName())) {
            tier.of(type.getBundleWiring().getBundle().getBundleId())
                    .ifPresent(armed -> armed.arm(type.getDefinedClass()));
        }
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        inService = next.revisions();
        return CompletableFuture.completedFuture(null);
    }

    /** Called by the thread of the call, or by the watchdog: neither may wait. */
    private void ended(Entrance of, String why) {
        try {
            reports.execute(() -> report(of, why));
        } catch (RejectedExecutionException e) {
            log.warn("Plugin [{}]: {}; nobody else could be told, as too much is to be told", of.plugin(), why);
        }
    }

    private void report(Entrance of, String why) {
        String name = inService.stream()
                .filter(one -> one.id().equals(of.plugin())
                        && one.descriptor().version().equals(of.version()))
                .map(PluginRevision::name)
                .findFirst()
                .orElse(of.plugin());
        log.warn("Plugin [{}]: {}", name, why);
        LifecycleAudit recorded = audit;
        PluginFaults told = faults;
        try {
            if (recorded != null) {
                recorded.record(
                        "sandbox.budget", name, Map.of("version", of.version().toString(), "reason", why));
            }
        } catch (RuntimeException e) {
            log.warn("What plugin [{}] did is not in the audit", name, e);
        }
        if (told != null && offences.isTooMany(name + " " + of.version())) {
            told.quarantine(
                    name,
                    why + "; it was the [" + Offences.MOST + "]th within ["
                            + TimeUnit.NANOSECONDS.toMinutes(Offences.SPAN) + "] minutes");
        } else if (told != null) {
            told.report(name, why);
        }
    }
}
