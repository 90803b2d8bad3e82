package org.sallyport.config.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.config.internal.verbs.CheckVerb;
import org.sallyport.config.internal.verbs.ImportVerb;
import org.sallyport.config.internal.verbs.ShowVerb;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.SettingsFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings {@link LayeredConfiguration} together with the framework. All evaluation is done on one thread; the first one
 * in the activation, so that something holds for whoever gets the service. Those who check and those who listen are
 * looked up on that thread and not injected: they need this service themselves, and Declarative Services would find a
 * circle. The verbs are registered here, as they need more of it than its contract.
 */
@Component(immediate = true, service = Configuration.class)
public final class ConfigurationComponent implements Configuration, EffectiveConfiguration {
    private static final Logger log = LoggerFactory.getLogger(ConfigurationComponent.class);
    private static final Duration QUIET = Duration.ofMillis(200);
    private static final Duration RESCAN = Duration.ofSeconds(1);
    private static final Duration UNTIL_KEPT = Duration.ofSeconds(2);

    private final BundleContext context;
    private final ConfigFiles files;
    private final PlatformBundles bundles;
    private final ConfigAdminBridge bridge;
    private final Participants participants;
    private final LayeredConfiguration configuration;
    private final Announcer announcer;
    private final @Nullable FolderWatch watch;
    private final BundleListener bundleChange = this::bundleChanged;
    private final List<ServiceRegistration<AdminVerb>> verbs;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> Announcer.daemon(task, "sallyport-config"));

    @Activate
    public ConfigurationComponent(
            BundleContext context, @Reference ConfigurationAdmin admin, @Reference SettingsFactory settings) {
        this.context = context;
        Path home = Path.of(property("sallyport.home").orElse("sallyport-home")).toAbsolutePath();
        boolean offline = property("sallyport.offline").filter("true"::equals).isPresent();
        Path single = property("sallyport.config.file").map(Path::of).orElse(null);
        files = new ConfigFiles(home.resolve("conf"), single);
        bundles = new PlatformBundles(context);
        bridge = new ConfigAdminBridge(admin);
        announcer = new Announcer(this::current);
        participants = new Participants(context, announcer, this::evaluateSoon);
        Evaluation evaluation = new Evaluation(
                layer(Layer.Origin.DEFAULTS, "sallyport.config.defaults"),
                layer(Layer.Origin.OVERRIDES, "sallyport.config.overrides"),
                settings,
                bundles::pids,
                participants::validators);
        LastGood lastGood =
                offline ? null : new LastGood(home.resolve("registry").resolve("last-good-config.json"));
        configuration =
                new LayeredConfiguration(files, evaluation, lastGood, (snapshot, candidate) -> announce(snapshot));
        watch = offline ? null : new FolderWatch(files, RESCAN, QUIET, this::evaluateSoon);

        bridge.clear(java.util.Set.of());
        evaluate();
        context.addBundleListener(bundleChange);
        if (watch != null) {
            watch.start();
        }
        thread.execute(participants::open);
        verbs = Stream.of(new CheckVerb(this, this), new ShowVerb(this), new ImportVerb(this))
                .map(verb -> context.<AdminVerb>registerService(AdminVerb.class, verb, null))
                .toList();
    }

    @Deactivate
    void deactivate() {
        verbs.forEach(ServiceRegistration::unregister);
        context.removeBundleListener(bundleChange);
        if (watch != null) {
            watch.close();
        }
        thread.shutdownNow();
        participants.close();
        announcer.close();
    }

    private Optional<String> property(String name) {
        return Optional.ofNullable(context.getProperty(name)).filter(value -> !value.isBlank());
    }

    private Layer layer(Layer.Origin origin, String property) {
        return property(property).map(text -> LayerText.read(origin, "", text)).orElseGet(() -> Layer.empty(origin));
    }

    /** Changes that come together are looked at once. */
    private void evaluateSoon() {
        if (!thread.isShutdown() && asked.compareAndSet(false, true)) {
            thread.schedule(
                    () -> {
                        asked.set(false);
                        evaluate();
                    },
                    QUIET.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void evaluate() {
        try {
            List<Problem> before = configuration.problems();
            configuration.evaluate();
            bridge.give(current().entries(), bundles.pids());
            if (!before.equals(problems()) && !problems().isEmpty()) {
                Problem first = problems().get(0);
                participants.record(
                        "configuration.refused",
                        Map.of(
                                "problems",
                                Integer.toString(problems().size()),
                                "first",
                                first.file() + ":" + first.line() + " " + first.key() + first.path()));
            }
            thread.schedule(configuration::keep, UNTIL_KEPT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException | StackOverflowError e) {
            log.error("The configuration could not be evaluated; what held goes on to hold", e);
        }
    }

    private void announce(Snapshot snapshot) {
        announcer.announce(snapshot);
        participants.record(
                "configuration.applied",
                Map.of(
                        "generation", Long.toString(snapshot.generation()),
                        "entries", Integer.toString(snapshot.entries().size())));
    }

    private void bundleChanged(BundleEvent event) {
        boolean counts = event.getType() == BundleEvent.INSTALLED || event.getType() == BundleEvent.UPDATED;
        if (counts && PlatformBundles.isPlatform(event.getBundle())) {
            evaluateSoon();
        }
    }

    @Override
    public Snapshot current() {
        return configuration.current();
    }

    @Override
    public List<Problem> problems() {
        return configuration.problems();
    }

    @Override
    public List<Problem> check(String fileName, String text) {
        return configuration.check(fileName, text);
    }

    @Override
    public void recheck() {
        if (!problems().isEmpty()) {
            evaluateSoon();
        }
    }

    @Override
    public List<Problem> checkFiles() {
        return configuration.checkFiles();
    }

    @Override
    public String nameOf(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return files.folder().toAbsolutePath().normalize().equals(parent) ? files.name(file) : file.toString();
    }

    @Override
    public List<Entry> entries() {
        Candidate merged = configuration.merged();
        return merged.entries().entrySet().stream()
                .map(entry -> {
                    Layer source = merged.sources().get(entry.getKey());
                    String from = source == null
                            ? "this service"
                            : source.file().isEmpty() ? source.origin().toString() : source.file();
                    return new Entry(
                            entry.getKey(),
                            from,
                            Masking.masked(entry.getValue()).toJson());
                })
                .toList();
    }
}
