package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.sandbox.Tier;
import org.sallyport.spi.sandbox.TierProvider;
import org.sallyport.worker.internal.wire.HostLog;
import org.sallyport.worker.internal.wire.HostNet;
import org.sallyport.worker.internal.wire.HostUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tier {@code worker}. In the host's framework stands a bundle without code; its services are proxies that are registered
 * with its own context, so whatever admission and the hosts do with a plugin they do with this one.
 */
@Component(service = {TierProvider.class, WorkerTier.class})
public final class WorkerTier implements TierProvider {
    private static final Logger log = LoggerFactory.getLogger(WorkerTier.class);

    private static final int BACKGROUND_THREADS = 4;

    /** The first plugins are started by then. */
    private static final int ARCHIVE_AFTER_MILLIS = 3_000;

    private final BundleContext context;
    private final WorkerSettings settings;
    private final Path home;
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final Watchdog watchdog = new Watchdog();
    private final ScheduledExecutorService background;
    private @Nullable Jails jails;
    // Guarded by this, as their counts.
    private final Map<String, Workers> workers = new HashMap<>();
    // Guarded by this.
    private String newest = "";
    private final AtomicBoolean unguarded = new AtomicBoolean();
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile @Nullable AutoCloseable watch;

    /** Reads its settings; no process is started before a plugin needs one. */
    @Activate
    public WorkerTier(BundleContext context) {
        this.context = context;
        settings = WorkerSettings.of(context::getProperty);
        String folder = context.getProperty("sallyport.home");
        home = folder == null ? Path.of(System.getProperty("java.io.tmpdir"), "sallyport") : Path.of(folder);
        AtomicInteger number = new AtomicInteger();
        background = Executors.newScheduledThreadPool(BACKGROUND_THREADS, task -> {
            Thread thread = new Thread(task, "sallyport-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Ends those that stand by; the others were ended by admission, whose they are. */
    @Deactivate
    void deactivate() {
        sessions.values().forEach(Session::stop);
        background.shutdownNow();
        AutoCloseable watched = watch;
        if (watched != null) {
            try {
                watched.close();
            } catch (Exception e) {
                log.warn("What watched the grants of plugins did not end well", e);
            }
        }
        synchronized (this) {
            workers.values().forEach(Workers::close);
            workers.clear();
        }
    }

    synchronized Jails jails() {
        if (jails == null) {
            jails = Jails.find(settings);
        }
        return jails;
    }

    private Jail jail() {
        return jails().jail();
    }

    /** What workers are made by now. */
    private synchronized Workers workers(@Nullable Bundle standIn) {
        WorkerTypes types = WorkerTypes.of(context, standIn);
        newest = types.key();
        return workers.computeIfAbsent(newest, key -> new Workers(context, settings, jail(), home, types, watchdog));
    }

    /** The same for a plugin that uses them until it {@linkplain #leave leaves}. */
    synchronized Workers enter(Bundle standIn) {
        Workers entered = workers(standIn);
        entered.users++;
        return entered;
    }

    /** The last one to leave what was made for plugin types of before ends it. */
    void leave(Workers left) {
        synchronized (this) {
            left.users--;
            if (left.users > 0 || left == workers.get(newest)) {
                return;
            }
            workers.values().remove(left);
        }
        left.close();
    }

    WorkerSettings settings() {
        return settings;
    }

    ScheduledExecutorService background() {
        return background;
    }

    @Nullable PluginFaults faults() {
        return service(PluginFaults.class);
    }

    /**
     * A service that is there now. It is looked for when it is needed: admission, which has some of them, needs this one, and
     * Declarative Services would leave one of the two without the other.
     */
    private <T> @Nullable T service(Class<T> type) {
        try {
            ServiceReference<T> reference = context.getServiceReference(type);
            return reference == null ? null : context.getService(reference);
        } catch (IllegalStateException e) {
            // This bundle is being stopped.
            return null;
        }
    }

    Path data(Spec spec) {
        return jail().data(spec);
    }

    /** A worker ended, or had to be ended. */
    void ended(String plugin, String version, String what) {
        LifecycleAudit audit = service(LifecycleAudit.class);
        try {
            if (audit != null) {
                audit.record("worker.ended", plugin, Map.of("version", version, "reason", what));
            }
        } catch (RuntimeException e) {
            log.warn("That the worker of plugin [{}] ended is not in the audit", plugin, e);
        }
    }

    HostLog log(String plugin) {
        return new WorkerLogs(plugin, System::nanoTime);
    }

    HostNet net(String plugin, String version) {
        PluginId id = new PluginId(plugin);
        Version exact = Version.parseVersion(version);
        return new Connections(target -> {
            Grants known = service(Grants.class);
            boolean granted = known != null && known.of(id, exact).permits("net", "connect", target);
            PermissionUse told = service(PermissionUse.class);
            if (told != null) {
                told.report(id, exact, new Permission("net", "connect", target), granted, "worker");
            }
            return granted;
        });
    }

    /** What a version was granted, each as it is written. */
    List<String> permissions(String plugin, String version) {
        Grants known = service(Grants.class);
        return known == null
                ? List.of()
                : known.of(new PluginId(plugin), Version.parseVersion(version)).list().stream()
                        .map(Permission::toString)
                        .toList();
    }

    /** Takes down what a plugin does in its worker. */
    HostUse use(String plugin, String version, Spec spec) {
        PluginId id = new PluginId(plugin);
        Version exact = Version.parseVersion(version);
        String inside = data(spec).toString();
        return (type, action, target, permitted) -> {
            PermissionUse told = service(PermissionUse.class);
            // In a jail the plugin's folder has another path than here.
            boolean own = type.equals("file") && (target.equals(inside) || target.startsWith(inside + "/"));
            String here = own ? spec.data() + target.substring(inside.length()) : target;
            return told == null ? "" : told.report(id, exact, new Permission(type, action, here), permitted, "agent");
        };
    }

    /**
     * A worker says whether something in it checks what its plugin does.
     *
     * @param cause why nothing does; empty if something does
     * @throws IOException if that has to be, and is not
     */
    void guarded(String plugin, String cause) throws IOException {
        if (cause.isEmpty() || !settings.isGuarded()) {
            return;
        }
        if (settings.guard().equals("required")) {
            throw new IOException(
                    "nothing in its worker checks what it does, which [sallyport.worker.guard] requires: " + cause);
        }
        if (unguarded.compareAndSet(false, true)) {
            log.warn(
                    "Nothing in the workers checks what plugins do there, such as [{}]; their jails hold them alone: {}",
                    plugin,
                    cause);
        }
    }

    private void watchGrants() {
        Grants known = service(Grants.class);
        if (known != null && watching.compareAndSet(false, true)) {
            watch = known.watch(plugin -> sessions.values().stream()
                    .filter(session -> session.plugin().equals(plugin.value()))
                    .forEach(session -> background.execute(session::granted)));
        }
    }

    @Override
    public Tier tier() {
        return Tier.WORKER;
    }

    @Override
    public List<String> layers() {
        List<String> layers = new ArrayList<>(jail().layers());
        if (settings.isGuarded() && WorkerJar.hasGuard(context) && !unguarded.get()) {
            layers.add("agent");
        }
        return List.copyOf(layers);
    }

    @Override
    public Verdict accepts(Candidate candidate, TrustLevel level) {
        if (settings.needsJail(level) && !jail().holds()) {
            return Verdict.fail(
                    "there is no jail for its process on this machine: " + jails().cause(),
                    "install bubblewrap and util-linux, such as with 'apt-get install bubblewrap', and start again; or accept"
                            + " that such plugins have the rights of this account, by the framework property"
                            + " [sallyport.worker.jail] [off]");
        }
        return Verdict.PASSED;
    }

    @Override
    public byte[] body(Candidate candidate) {
        return StandIn.of(candidate.archive());
    }

    @Override
    public void installed(Bundle bundle, Candidate candidate) {
        String plugin = candidate.descriptor().id().value();
        String version = candidate.descriptor().version().toString();
        sessions.put(
                bundle.getBundleId(),
                new Session(this, bundle, candidate.archive(), plugin, version, spec(plugin, version)));
        try {
            // Not within the time that a start has.
            Launcher launcher = workers(null).launcher();
            launcher.prepare();
            background.schedule(launcher::archiveClasses, ARCHIVE_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            log.warn("The class path of workers could not be made: {}", e.toString());
        }
    }

    private Spec spec(String plugin, String version) {
        Grants known = service(Grants.class);
        List<Permission> list = known == null
                ? List.of()
                : Optional.ofNullable(known.of(new PluginId(plugin), Version.parseVersion(version)))
                        .map(Permissions::list)
                        .orElse(List.of());
        if (!jail().hasNetwork() && list.stream().anyMatch(one -> one.type().equals("net"))) {
            log.warn(
                    "Plugin [{}] was granted connections, and the jail {} has none: they fail. Install bubblewrap, whose jail"
                            + " has",
                    plugin,
                    jail().layers());
        }
        return new Spec(
                plugin,
                // A folder in its own: beside it lies what the host keeps for the plugin, and reads.
                home.resolve("data").resolve(plugin).resolve("worker"),
                GrantedPaths.of(plugin, list, "read"),
                GrantedPaths.of(plugin, list, "write"),
                list.stream().anyMatch(one -> one.type().equals("native")));
    }

    @Override
    public void started(Bundle bundle, Candidate candidate) throws Exception {
        Session session = sessions.get(bundle.getBundleId());
        if (session != null) {
            watchGrants();
            session.start();
        }
    }

    @Override
    public void stopping(Bundle bundle) {
        Session session = sessions.remove(bundle.getBundleId());
        if (session != null) {
            session.stop();
        }
    }
}
