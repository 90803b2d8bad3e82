package org.sallyport.admission.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.sallyport.admission.internal.context.CommandBoard;
import org.sallyport.admission.internal.context.PluginServices;
import org.sallyport.admission.internal.context.PluginStorage;
import org.sallyport.admission.internal.journal.Disk;
import org.sallyport.admission.internal.sleep.PluginIndex;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.event.EventBus;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.permission.Consent;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.plugin.CallCounter;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginSettings;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.RegistryStore;
import org.sallyport.spi.sandbox.TierProvider;
import org.sallyport.spi.trust.Evidence;
import org.sallyport.spi.trust.TrustLevels;

/** Admission as a service: puts its parts together and joins them to the framework. */
@Component(
        service = {PluginAdmin.class, PluginFaults.class},
        immediate = true)
public final class AdmissionComponent implements PluginAdmin, PluginFaults {
    private static final int BACKGROUND_THREADS = 8;
    private static final int RESTORE_PLACES = 4;

    /** How long a plugin that is slow keeps the others waiting at the start and at the end. */
    private static final Duration OVERTAKEN = Duration.ofMillis(500);

    /** How long all that is wanted has to run until a start is good. */
    private static final Duration GOOD = Duration.ofSeconds(10);

    private final BundleContext context;
    private final Plugins plugins;
    private final PluginRegistry known;
    private final Map<String, PluginStorage> storages = new ConcurrentHashMap<>();
    private final Publisher publisher = new Publisher();
    private final ExecutorService background = threads("sallyport-admission", BACKGROUND_THREADS);
    private final Revisions revisions;
    private final Records records;
    private final Holds holds;
    private final Rescue rescue;
    private final Planner planner;
    private final CommandBoard board;
    private final Arrivals arrivals;
    private final Sleep sleep;
    private final Door door;
    private final Reconciler reconciler;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final RightsOffice rights;
    private final FrameworkWatch watch;
    private final Wall wall;
    private final Limits limits;
    private final Tiers tiers;
    private final TypeUpdates types;

    @Reference(policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<AdmissionGate> gates = List.of();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable EventBus events;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable HookAdmin hooks;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ServiceComponentRuntime runtime;

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<CallCounter> calls = List.of();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Evidence evidence;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable TrustLevels levels;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Consent consent;

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<TierProvider> tierProviders = List.of();

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<PluginSettings> settings = List.of();

    /** Puts the parts together; nothing runs yet. */
    @Activate
    public AdmissionComponent(
            BundleContext context,
            @Reference RegistryStore registry,
            @Reference PluginRegistry known,
            @Reference LifecycleAudit audit) {
        this.context = context;
        this.known = known;
        plugins = new Plugins(known);
        Optional<Path> home =
                Optional.ofNullable(context.getProperty("sallyport.home")).map(Path::of);
        limits = Limits.of(context::getProperty);
        Chronicle chronicle = new Chronicle(audit);
        rights = new RightsOffice(Gates.names(context.getProperty("sallyport.gates")));
        wall = new Wall(context.getBundle().getBundleId(), this::mayGet);
        Components components = new Components(() -> runtime);
        tiers = new Tiers(() -> tierProviders, () -> levels, context::getProperty);
        revisions = new Revisions(
                context, wall, components, limits, tiers, (name, descriptor) -> services(name, descriptor, home));
        board = new CommandBoard(context);
        String gateNames = Gates.names(context.getProperty("sallyport.gates"));
        records = new Records(registry, home, chronicle, this::retainEvidence, background);
        Intake intake =
                new Intake(new Gates(gateNames, this::gates, limits.gate()), records.store(), plugins, chronicle);
        Probations probations = new Probations(limits.probation(), this::callsOf, this::failed, background);
        Lifecycle lifecycle =
                new Lifecycle(revisions, publisher, board, records.kept(), probations, chronicle, limits, background);
        DesiredState desired = records.desired();
        holds = new Holds(
                registry, records.guard(), Boolean.parseBoolean(context.getProperty("sallyport.safe.mode")), later());
        sleep = new Sleep(
                new PluginIndex(
                        home.map(folder -> folder.resolve("store").resolve("plugins.index"))
                                .orElse(null),
                        context.getProperty("sallyport.version") + " " + gateNames),
                new SleepRule(components),
                limits.start().dividedBy(2),
                background);
        Dependents dependents = new Dependents(plugins, revisions, intake, limits.patience());
        Backoff tries = new Backoff(limits.again(), System::nanoTime);
        arrivals = new Arrivals(
                plugins, intake, desired, lifecycle, chronicle, sleep, holds, dependents, tries, background);
        types = new TypeUpdates(
                new TypeIntake(
                        new Gates(Gates.ofAnyArchive(gateNames), this::gates, limits.gate()), () -> levels, chronicle),
                new TypeBundles(context, wall, limits),
                new TypeUsers(plugins, revisions, arrivals, wall, limits),
                new TypeBook(home.map(folder -> folder.resolve("types")).orElse(null), Disk.REAL),
                wall,
                chronicle,
                limits,
                background);
        VersionSettings carried = new VersionSettings(() -> settings);
        planner = new Planner(plugins, intake, desired, dependents, carried);
        Departures departures = new Departures(
                plugins,
                desired,
                records.operations(),
                arrivals,
                dependents,
                lifecycle,
                sleep,
                chronicle,
                limits,
                this::forget);
        reconciler = new Reconciler(
                plugins,
                desired,
                arrivals,
                departures,
                lifecycle,
                revisions,
                tries,
                this::isRunning,
                limits.reconcile(),
                background);
        rescue = new Rescue(holds, plugins, desired, arrivals, lifecycle, records.operations());
        door = new Door(
                plugins,
                intake,
                desired,
                arrivals,
                departures,
                dependents,
                lifecycle,
                publisher,
                records.operations(),
                carried,
                chronicle,
                new Reasons(plugins, intake, tries),
                background);
        watch = new FrameworkWatch(plugins, revisions, arrivals, reconciler, door);
    }

    /** Joins the framework and begins to bring in what the registry wants; does not wait for it. */
    @Activate
    void begin() {
        join();
        records.recover();
        holds.begin();
        // Before it is read what is wanted: what is written from now on is looked at later.
        reconciler.listen();
        // What plugins are wired to comes before them; there is mostly nothing to do.
        CompletableFuture<?> typed = types.isUpdated()
                ? CompletableFuture.runAsync(types::restore, background)
                : CompletableFuture.completedFuture(null);
        arrivals.restore(typed, new OvertakingPool(RESTORE_PLACES, OVERTAKEN, daemons("sallyport-restore")));
        arrivals.restored().thenRunAsync(holds::good, later());
        arrivals.restored().thenRunAsync(records::tidy, later());
        arrivals.restored().thenRun(reconciler::begin);
        // Somebody may have agreed while nothing ran.
        arrivals.restored().thenRun(door.holding()::lookAtUpdates);
    }

    private List<AdmissionGate> gates() {
        return Stream.concat(Stream.of(tiers), gates.stream()).toList();
    }

    private Executor later() {
        return CompletableFuture.delayedExecutor(GOOD.toMillis(), TimeUnit.MILLISECONDS, background);
    }

    private static ExecutorService threads(String name, int most) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void join() {
        context.addBundleListener(wall);
        watch.begin(context);
        registrations.add(context.registerService(
                new String[] {
                    ResolverHookFactory.class.getName(), FindHook.class.getName(), EventListenerHook.class.getName()
                },
                wall,
                null));
        registrations.add(context.registerService(PluginContext.class, new ContextFactory(), null));
        Signed signed = new Signed(() -> evidence, () -> levels, () -> consent, this::place);
        Stream.of(
                        rescue.verbs(),
                        VersionVerbs.of(door, planner, signed),
                        OperationVerbs.of(door, planner, signed),
                        TypeVerbs.of(types, signed),
                        PluginVerbs.of(door, planner, known, signed))
                .flatMap(List::stream)
                .forEach(verb -> registrations.add(context.registerService(AdminVerb.class, verb, null)));
    }

    /** Gives each plugin its own context, and nobody else one. */
    private final class ContextFactory implements ServiceFactory<PluginContext> {
        @Override
        public @Nullable PluginContext getService(Bundle bundle, ServiceRegistration<PluginContext> registration) {
            Revision revision = revisions.of(bundle);
            return revision == null ? null : revision.services;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<PluginContext> registration, PluginContext given) {
            // It ends with the revision.
        }
    }

    private boolean mayGet(Bundle plugin, String service) {
        Revision revision = revisions.of(plugin);
        return revision == null || revision.services.rights().may("service", "get", service);
    }

    /** A version beside the main one shares its storage and its topics; its hooks and its fate are its own. */
    private PluginServices services(String name, PluginDescriptor descriptor, Optional<Path> home) {
        String id = descriptor.id().value();
        Path folder = home.orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "sallyport"))
                .resolve("data")
                .resolve(id);
        PluginStorage storage = storages.computeIfAbsent(id, key -> new PluginStorage(id, folder.resolve(".storage")));
        return new PluginServices(
                descriptor,
                rights.of(descriptor, levels, home),
                storage,
                folder,
                () -> {
                    EventBus bus = events;
                    return bus == null ? null : bus.eventsOf(id);
                },
                services -> {
                    Revision serving = plugins.slot(name).current;
                    return serving != null && serving.services == services;
                },
                () -> {
                    HookAdmin admin = hooks;
                    return admin == null ? null : admin.hooksOf(name);
                },
                services -> {
                    Revision serving = plugins.slot(name).current;
                    if (serving != null && serving.services == services && name.equals(id)) {
                        board.show(id, services.offered());
                    }
                });
    }

    /** Where a plugin runs; empty if it does not run. */
    private Optional<Tiers.Choice> place(String name) {
        return plugins.find(name)
                .flatMap(slot -> Optional.ofNullable(slot.current))
                .map(serving -> serving.place);
    }

    private void retainEvidence(Set<String> archives) throws IOException {
        Evidence taker = evidence;
        if (taker != null) {
            Set<String> all = new HashSet<>(archives);
            all.addAll(types.archives());
            taker.retain(all);
        }
    }

    private void failed(Slot slot, Probation probation, String why) {
        door.rollbacks().failed(slot, probation, why);
    }

    private List<CallCounter.Calls> callsOf(String id) {
        return calls.stream().flatMap(one -> one.callsOf(id).stream()).toList();
    }

    private void forget(String id) {
        HookAdmin admin = hooks;
        if (admin != null) {
            admin.forget(id);
        }
        EventBus bus = events;
        if (bus != null && !Beside.is(id)) {
            bus.forget(id);
        }
    }

    private boolean isRunning() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() != Bundle.STOPPING;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addConsumer(PluginConsumer consumer) {
        publisher.add(consumer);
    }

    /** Tells when somebody agreed to what a plugin asks for. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setGrants(Grants service) {
        rights.set(service, this::rightsChanged);
    }

    private void rightsChanged(PluginId plugin) {
        door.holding().look(plugin.value());
        plugins.all().stream()
                .filter(slot -> slot.plugin().equals(plugin.value()))
                .flatMap(slot -> Stream.ofNullable(slot.current))
                .forEach(serving -> background.execute(serving.services::rightsChanged));
    }

    /** Is told what plugins do with what they are given. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setUse(PermissionUse service) {
        rights.setUse(service);
    }

    void unsetUse(PermissionUse service) {
        rights.unsetUse(service);
    }

    void unsetGrants(Grants service) {
        rights.unset(service);
    }

    void removeConsumer(PluginConsumer consumer) {
        publisher.remove(consumer);
    }

    /** Ends all plugins, several at a time; hosts have been stopped before. */
    @Deactivate
    void deactivate() {
        reconciler.end();
        watch.end(context);
        OvertakingPool ending = new OvertakingPool(BACKGROUND_THREADS, OVERTAKEN, daemons("sallyport-end"));
        CompletableFuture<?>[] ended = plugins.all().stream()
                .flatMap(slot -> Stream.ofNullable(slot.current))
                .map(serving -> CompletableFuture.runAsync(() -> revisions.end(serving), ending))
                .toArray(CompletableFuture[]::new);
        // Those that hang do so side by side, so one limit is enough for all.
        Publisher.await(CompletableFuture.allOf(ended), limits.stop().plusSeconds(1));
        sleep.save();
        publisher.close();
        holds.end();
        background.shutdownNow();
        registrations.forEach(ServiceRegistration::unregister);
        context.removeBundleListener(wall);
    }

    @Override
    public boolean settle(Duration limit) {
        return door.settle(limit);
    }

    @Override
    public List<PluginStatus> list() {
        return door.list();
    }

    @Override
    public Optional<PluginStatus> find(String id) {
        return door.find(id);
    }

    @Override
    public PluginSet inService() {
        return door.inService();
    }

    @Override
    public PluginStatus install(byte[] archive, String origin) {
        return door.install(archive, origin);
    }

    @Override
    public PluginStatus update(String id, byte[] archive, String origin) {
        return door.update(id, archive, origin);
    }

    @Override
    public PluginStatus installBeside(byte[] archive, String origin) {
        return door.installBeside(archive, origin);
    }

    @Override
    public PluginStatus keep(String id, Version version) {
        return door.keep(id, version);
    }

    @Override
    public PluginStatus mark(String id, Version version, Stage stage) {
        return door.mark(id, version, stage);
    }

    @Override
    public PluginStatus uninstall(String id) {
        return door.uninstall(id);
    }

    @Override
    public PluginStatus enable(String id) {
        return door.enable(id);
    }

    @Override
    public PluginStatus disable(String id) {
        return door.disable(id);
    }

    @Override
    public void note(String origin, String cause) {
        door.note(origin, cause);
    }

    @Override
    public List<String> why(String id) {
        return door.why(id);
    }

    @Override
    public void quarantine(String plugin, String cause) {
        door.rollbacks().quarantine(plugin, cause);
    }

    @Override
    public void report(String plugin, String cause) {
        door.rollbacks().report(plugin, cause);
    }
}
