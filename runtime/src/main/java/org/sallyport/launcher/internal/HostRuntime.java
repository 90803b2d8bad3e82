package org.sallyport.launcher.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.util.tracker.ServiceTracker;
import org.sallyport.launcher.SallyportException;
import org.sallyport.launcher.internal.EmbeddedJars.EmbeddedJar;
import org.sallyport.launcher.internal.guard.GuardVerb;
import org.sallyport.launcher.internal.guard.RuntimeGuard;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.trust.Evidence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The framework with the platform's bundles in it.
 *
 * <p>Start order: bundles below start level {@value #SHIPPED_LEVEL}, then the shipped plugins through the same door as
 * everybody's, then the faces, then the hosts, so that no port is open before the policy chain stands.
 */
public final class HostRuntime implements AutoCloseable {
    /** Jars to add to the platform. */
    private static final String PLATFORM_BUNDLES = "sallyport.platform.bundles";

    private static final Logger log = LoggerFactory.getLogger(HostRuntime.class);

    /** Admission starts here, after what it uses. */
    static final int ADMISSION_LEVEL = 11;

    /** Bundles from this level on are the policy chain, its configuration, and what builds on them. */
    static final int POLICY_LEVEL = 12;

    /** Shipped plugins are installed when the bundles of lower levels run. */
    static final int SHIPPED_LEVEL = 15;

    /** Bundles from this level on are hosts. */
    static final int HOST_LEVEL = 30;

    /** Bundles from this level on are the interactive shell. */
    static final int SHELL_LEVEL = 40;

    /** The gates that a plugin has to pass, in this order; fixed here, and nowhere else. */
    private static final String GATES = "archive,manifest,host,signature,code,tier,permission";

    private static final Duration ADMISSION_WAIT = Duration.ofSeconds(20);
    /** A plugin that hangs does not hold up the ports for longer, … */
    private static final Duration RESTORE_WAIT = Duration.ofSeconds(5);

    /** How often it is looked whether the registry is why there is no admission. */
    private static final Duration REGISTRY_LOOK = Duration.ofMillis(50);

    /** … nor until later after the start began; but plugins have {@link #LEAST_WAIT} at least. */
    private static final Duration RESTORED_BY = Duration.ofSeconds(7);

    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

    /**
     * The end takes no longer. It is plugins that hang which would make it longer, and Declarative Services waits for each of
     * them in turn.
     */
    private static final Duration STOPPED_BY = Duration.ofSeconds(15);

    private final Options options;
    private final HomeFolder home;
    private final Framework framework;
    private final Deque<Bundle> started = new ConcurrentLinkedDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean later = new AtomicBoolean();
    private final long began = System.nanoTime();

    private HostRuntime(Options options, HomeFolder home, Framework framework) {
        this.options = options;
        this.home = home;
        this.framework = framework;
    }

    /** Starts it; see {@link org.sallyport.launcher.Sallyport.Builder#start()}. */
    public static HostRuntime start(Options options) throws IOException {
        HomeFolder home = options.offline ? HomeFolder.copyOf(options.home) : HomeFolder.open(options.home);
        HostRuntime runtime = null;
        try {
            Framework framework = factory().newFramework(properties(options, home));
            runtime = new HostRuntime(options, home, framework);
            runtime.boot();
            return runtime;
        } catch (BundleException | IOException | RuntimeException e) {
            if (runtime != null) {
                runtime.close();
            } else {
                home.close();
            }
            throw e instanceof SallyportException known
                    ? known
                    : new SallyportException("Sallyport was not started: " + e.getMessage(), e);
        }
    }

    private static FrameworkFactory factory() {
        return ServiceLoader.load(FrameworkFactory.class, HostRuntime.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new SallyportException("No OSGi framework is on the class path;"
                        + " add org.apache.felix:org.apache.felix.framework"));
    }

    private static Map<String, String> properties(Options options, HomeFolder home) throws IOException {
        Map<String, String> properties = new HashMap<>();
        // The registry is the only truth: what the framework remembers of an earlier run is thrown away.
        properties.put(Constants.FRAMEWORK_STORAGE, home.cache().toString());
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        // In development the same version comes again and again.
        properties.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.extra(options.hostPackages));
        // Classes that Flight Recorder instruments (Netty has some) look for its internals by themselves. No bundle can
        // call them: their module does not export them.
        properties.put(Constants.FRAMEWORK_BOOTDELEGATION, "jdk.jfr.internal,jdk.jfr.internal.*");
        properties.put("felix.bootdelegation.implicit", "false");
        properties.put("felix.log.level", "1");
        properties.put("ds.loglevel", "error");
        properties.put("felix.cm.loglevel", "1");
        // A shell whose input ends must not end the platform; osgi.md, gotcha 5.
        properties.put("gosh.args", "--noshutdown");
        properties.put("sallyport.home", home.path().toString());
        properties.put("sallyport.version", version());
        // Offline the home is a copy of what a policy needs; who only reads what is there reads it there.
        properties.put("sallyport.home.source", options.home.toAbsolutePath().toString());
        properties.put("sallyport.offline", Boolean.toString(options.offline));
        properties.put("sallyport.safe.mode", Boolean.toString(options.safeMode));
        properties.put("sallyport.config.defaults", options.shipped ? defaults() : "{}");
        properties.put("sallyport.config.overrides", options.overrides);
        options.configFile.ifPresent(file ->
                properties.put("sallyport.config.file", file.toAbsolutePath().toString()));
        properties.putAll(options.properties);
        // After those of the application, as nobody is asked for them.
        properties.put("sallyport.gates", GATES);
        properties.put("sallyport.trust.shipped", options.shipped ? ShippedPlugins.trust() : "{}");
        properties.put("sallyport.dev", Boolean.toString(options.development));
        return properties;
    }

    /** The version of this Sallyport. */
    public static String version() throws IOException {
        return resource("version").strip();
    }

    private static String defaults() throws IOException {
        return resource("defaults.json");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HostRuntime.class.getResourceAsStream("/META-INF/sallyport/" + name)) {
            if (in == null) {
                throw new IOException("resource [" + name + "] is missing from the launcher's jar; build it anew");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void boot() throws BundleException, IOException {
        framework.init();
        BundleContext context = framework.getBundleContext();
        options.hostServices.forEach((type, service) -> register(context, type, service));
        offerGuard(context);
        framework.start();

        List<EmbeddedJar> jars = new ArrayList<>(EmbeddedJars.read("bundles"));
        for (Path jar : options.platformBundles) {
            jars.add(EmbeddedJar.of(jar));
        }
        for (String jar : added(context.getProperty(PLATFORM_BUNDLES))) {
            jars.add(EmbeddedJar.of(Path.of(jar)));
        }
        SortedMap<Integer, List<Bundle>> levels = new TreeMap<>();
        List<Bundle> all = new ArrayList<>();
        for (EmbeddedJar jar : jars) {
            if (isWanted(jar.startLevel())) {
                Bundle bundle = context.installBundle("platform:" + jar.name(), jar.open());
                levels.computeIfAbsent(jar.startLevel(), level -> new ArrayList<>())
                        .add(bundle);
                all.add(bundle);
            }
        }
        // All at once: that is one run of the resolver instead of one for each bundle that is started.
        context.getBundle().adapt(FrameworkWiring.class).resolveBundles(all);
        startPlatform(levels.headMap(ADMISSION_LEVEL));
        ShippedPlugins shipped = options.shipped ? ShippedPlugins.read() : ShippedPlugins.NONE;
        // Before admission, as that brings back what was installed before, and asks who signed it.
        shipped.offerSignatures(service(Evidence.class, ADMISSION_WAIT));
        startPlatform(levels.subMap(ADMISSION_LEVEL, SHIPPED_LEVEL));
        Optional<PluginAdmin> admission = admission();
        if (admission.isPresent()) {
            bringIn(admission.get(), shipped);
        } else {
            log.error("{}. Until then hosts run without plugins", registryProblem());
            bringInLater(context, shipped);
        }
        startPlatform(levels.tailMap(SHIPPED_LEVEL));
    }

    /** Paths as Java has them in a class path. They are named by who starts this, and not looked for: nobody signed them. */
    private static List<String> added(@Nullable String paths) {
        return paths == null
                ? List.of()
                : Stream.of(paths.split(File.pathSeparator))
                        .filter(path -> !path.isBlank())
                        .toList();
    }

    private void bringIn(PluginAdmin admin, ShippedPlugins shipped) {
        shipped.install(admin);
        Duration wait = restoreWait(Duration.ofNanos(System.nanoTime() - began));
        if (!admin.settle(wait)) {
            log.warn("Not all plugins are in service after [{}] ms; they come in when they are ready", wait.toMillis());
        }
    }

    /**
     * The door for plugins; empty if the registry is not open, which is no fault of the platform.
     *
     * @throws SallyportException if it is missing for another reason
     */
    private Optional<PluginAdmin> admission() {
        for (long end = System.nanoTime() + ADMISSION_WAIT.toNanos(); System.nanoTime() < end; ) {
            Optional<PluginAdmin> admin = awaitService(PluginAdmin.class, REGISTRY_LOOK);
            if (admin.isPresent() || !registryProblem().isEmpty()) {
                return admin;
            }
        }
        return Optional.of(service(PluginAdmin.class, REGISTRY_LOOK));
    }

    /** When the registry is open after all. */
    private void bringInLater(BundleContext context, ShippedPlugins shipped) {
        ServiceTracker<PluginAdmin, PluginAdmin> tracker = new ServiceTracker<>(context, PluginAdmin.class, null) {
            @Override
            public PluginAdmin addingService(ServiceReference<PluginAdmin> reference) {
                PluginAdmin admin = super.addingService(reference);
                if (later.compareAndSet(false, true)) {
                    Thread thread = new Thread(() -> bringIn(admin, shipped), "sallyport-start");
                    thread.setDaemon(true);
                    thread.start();
                }
                return admin;
            }
        };
        tracker.open();
    }

    /** Why the registry is not open; empty if it is. */
    public String registryProblem() {
        return services(AdminVerb.class).stream()
                .filter(verb -> verb.scope().equals("sallyport") && verb.name().equals("registry"))
                .map(verb -> Rendering.document(verb.run(new Arguments(Map.of(), Path.of(""))))
                        .get("problem")
                        .text(""))
                .findFirst()
                .orElse("");
    }

    /** How long the ports wait for plugins, when the platform has taken so long. */
    static Duration restoreWait(Duration soFar) {
        Duration left = RESTORED_BY.minus(soFar);
        return left.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : left.compareTo(RESTORE_WAIT) > 0 ? RESTORE_WAIT : left;
    }

    private boolean isWanted(int startLevel) {
        if (startLevel >= SHELL_LEVEL) {
            return options.shell;
        }
        return startLevel >= HOST_LEVEL ? options.hosts : startLevel < POLICY_LEVEL || options.policy;
    }

    @SuppressWarnings("unchecked")
    private static <T> void register(BundleContext context, Class<?> type, Object service) {
        // Services that the application gives are for plugins too.
        context.registerService(
                (Class<T>) type, (T) service, FrameworkUtil.asDictionary(Map.of("sallyport.open", true)));
    }

    /** Not for plugins; that of another Sallyport in this JVM is armed first, this one then says so. */
    private static void offerGuard(BundleContext context) {
        ServiceTracker<PermissionUse, PermissionUse> use = new ServiceTracker<>(context, PermissionUse.class, null);
        use.open();
        Guard guard = new RuntimeGuard(use::getService);
        context.registerService(Guard.class, guard, null);
        context.registerService(AdminVerb.class, new GuardVerb(guard), null);
    }

    private void startPlatform(SortedMap<Integer, List<Bundle>> levels) throws BundleException {
        for (List<Bundle> bundles : levels.values()) {
            for (Bundle bundle : bundles) {
                if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                    bundle.start(Bundle.START_ACTIVATION_POLICY);
                    started.addFirst(bundle);
                }
            }
        }
    }

    /** In reverse, so that ports are closed before the plugins that guard them go. */
    private void stopPlatform() {
        for (Bundle bundle : started) {
            try {
                bundle.stop(Bundle.STOP_TRANSIENT);
            } catch (BundleException | IllegalStateException e) {
                log.warn("Bundle [{}] did not stop cleanly: {}", bundle.getSymbolicName(), e.getMessage());
            }
        }
    }

    private void stop() {
        stopPlatform();
        try {
            framework.stop();
            framework.waitForStop(0);
        } catch (BundleException e) {
            log.warn("The framework did not stop cleanly: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The home folder. */
    public Path home() {
        return home.path();
    }

    /** The system bundle's context. */
    BundleContext context() {
        BundleContext context = framework.getBundleContext();
        if (context == null) {
            throw new SallyportException("Sallyport is stopped");
        }
        return context;
    }

    /** A service, waited for. */
    public <T> T service(Class<T> type, Duration wait) {
        return awaitService(type, wait).orElseThrow(() -> {
            String problem = registryProblem();
            return new SallyportException("Service [" + type.getName() + "] did not come up within ["
                    + wait.toSeconds() + "] seconds; "
                    + (problem.isEmpty() ? "the log says which bundle failed" : problem));
        });
    }

    private <T> Optional<T> awaitService(Class<T> type, Duration wait) {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context(), type, null);
        tracker.open();
        try {
            return Optional.ofNullable(tracker.waitForService(wait.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SallyportException("Waiting for service [" + type.getName() + "] was interrupted", e);
        } finally {
            tracker.close();
        }
    }

    /** A service that is there now. */
    public <T> Optional<T> serviceIfPresent(Class<T> type) {
        ServiceReference<T> reference = context().getServiceReference(type);
        return reference == null
                ? Optional.empty()
                : Optional.ofNullable(context().getService(reference));
    }

    /** All services of a type that are there now. */
    <T> List<T> services(Class<T> type) {
        try {
            return context().getServiceReferences(type, null).stream()
                    .map(reference -> context().getService(reference))
                    .filter(service -> service != null)
                    .toList();
        } catch (org.osgi.framework.InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the framework stopped. */
    public void awaitStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Thread ending = new Thread(this::stop, "sallyport-stop");
        ending.setDaemon(true);
        ending.start();
        try {
            ending.join(STOPPED_BY.toMillis());
            if (ending.isAlive()) {
                log.warn(
                        "Not all that was to stop did so within [{}] s; what hangs is left behind",
                        STOPPED_BY.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            home.close();
        } catch (IOException e) {
            log.warn("Home folder [{}] was not released cleanly: {}", home.path(), e.getMessage());
        }
    }
}
