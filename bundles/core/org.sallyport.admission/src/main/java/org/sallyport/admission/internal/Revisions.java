package org.sallyport.admission.internal;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.context.PluginServices;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.sandbox.TierProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes revisions of plugins: installs, resolves and starts their bundles and takes hold of their services; and ends
 * them. Whatever runs a plugin's code runs on a thread of its own, for a limited time. Thread-safe.
 */
final class Revisions {
    private static final Logger log = LoggerFactory.getLogger(Revisions.class);
    private static final String HANDLER = "sallyport.handler";
    private static final String COMPONENT = "component.name";

    private final BundleContext context;
    private final Wall wall;
    private final Wiring wiring;
    private final Components components;
    private final Limits limits;
    private final Tiers tiers;
    private final BiFunction<String, PluginDescriptor, PluginServices> services;
    private final Map<Long, Revision> byBundle = new ConcurrentHashMap<>();

    Revisions(
            BundleContext context,
            Wall wall,
            Components components,
            Limits limits,
            Tiers tiers,
            BiFunction<String, PluginDescriptor, PluginServices> services) {
        this.context = context;
        this.wall = wall;
        this.wiring = new Wiring(context, wall::isOffered);
        this.components = components;
        this.limits = limits;
        this.tiers = tiers;
        this.services = services;
    }

    /** The revision that a bundle is, if it is one. */
    @Nullable Revision of(Bundle bundle) {
        return byBundle.get(bundle.getBundleId());
    }

    /**
     * Makes a revision that is wired to what it needs. No code of it runs.
     *
     * @param name what it is called: the plugin's id, or {@code ID@VERSION} beside the main version
     * @param exchange what it comes with: only that may use its packages until it is {@linkplain #open opened}
     * @throws StartFailure if it does not resolve; nothing is left of it then, but for a thread that hangs
     */
    Revision resolve(String name, CheckedCandidate candidate, Object exchange) throws StartFailure {
        Revision revision = install(name, candidate, exchange);
        boolean done = false;
        try {
            resolve(revision);
            done = true;
            return revision;
        } finally {
            if (!done) {
                end(revision);
            }
        }
    }

    /** Whether a bundle is a plugin's. */
    boolean isPlugin(Bundle bundle) {
        return byBundle.containsKey(bundle.getBundleId());
    }

    /**
     * It has its place: others may use its packages from now on. Not those of a version beside the main one, as bundles do
     * not choose by version of a plugin.
     */
    void open(Revision revision) {
        revision.placed = true;
        if (Beside.is(revision.name)) {
            wall.settle(revision.bundle);
        } else {
            wall.open(revision.bundle);
        }
    }

    /** What comes with an exchange may not use its packages: it may be replaced by it. */
    void close(Revision revision, Object exchange) {
        wall.close(revision.bundle, exchange);
    }

    /** Nobody who comes now may use its packages: it goes. */
    void close(Revision revision) {
        wall.close(revision.bundle);
    }

    /**
     * The revisions that have wires to one, directly or over others: all that the framework would stop with it. Those that
     * others of them use come first. A platform bundle is never among them, as no plugin's package is open to one.
     */
    List<Revision> dependents(Revision revision) {
        return dependents(revision.bundle);
    }

    /** The same of any bundle. */
    List<Revision> dependents(Bundle provider) {
        List<Revision> found = framework().getDependencyClosure(List.of(provider)).stream()
                .filter(bundle -> !bundle.equals(provider))
                .flatMap(bundle -> Stream.ofNullable(of(bundle)))
                .sorted(Comparator.comparing((Revision one) -> one.name).thenComparing(one -> one.bundle.getBundleId()))
                .toList();
        Set<Revision> ordered = new LinkedHashSet<>();
        found.forEach(one -> addAfterProviders(one, found, new HashSet<>(), ordered));
        return List.copyOf(ordered);
    }

    private void addAfterProviders(Revision one, List<Revision> all, Set<Revision> seen, Set<Revision> ordered) {
        if (seen.add(one)) {
            providers(one)
                    .flatMap(bundle -> Stream.ofNullable(of(bundle)))
                    .filter(all::contains)
                    .forEach(provider -> addAfterProviders(provider, all, seen, ordered));
            ordered.add(one);
        }
    }

    private static Stream<Bundle> providers(Revision revision) {
        return wires(revision).map(wire -> wire.getProvider().getBundle());
    }

    private static Stream<BundleWire> wires(Revision revision) {
        BundleWiring wiring = revision.bundle.adapt(BundleWiring.class);
        List<BundleWire> wires = wiring == null ? null : wiring.getRequiredWires(null);
        return wires == null ? Stream.of() : wires.stream();
    }

    /** What happened to the bundle of a revision in service without admission; empty if it is as it was left. */
    Optional<String> lost(Revision revision) {
        return switch (revision.bundle.getState()) {
            case Bundle.ACTIVE, Bundle.STARTING -> Optional.empty();
            case Bundle.UNINSTALLED -> Optional.of("its bundle was uninstalled in the framework");
            default -> Optional.of("its bundle was stopped in the framework");
        };
    }

    /** A bundle whose classes a revision uses though they were replaced; empty if there is none. */
    Optional<String> outdated(Revision revision) {
        return wires(revision)
                .filter(wire -> {
                    BundleWiring provider = wire.getProviderWiring();
                    return provider == null || !provider.isCurrent() || isTakenOver(provider.getBundle());
                })
                .map(wire -> "it uses classes of [" + wire.getProvider().getSymbolicName() + "] "
                        + wire.getProvider().getVersion() + ", which was replaced")
                .findFirst();
    }

    /** Whether another version of a plugin type's bundle took over from it. */
    private boolean isTakenOver(Bundle provider) {
        return !provider.getLocation().startsWith(Wall.LOCATION) && !wall.isOffered(provider);
    }

    private FrameworkWiring framework() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    private Revision install(String name, CheckedCandidate candidate, Object exchange) throws StartFailure {
        // The location holds the digest for people, and a random part so that nobody can look the bundle up by it.
        String location = Wall.LOCATION + candidate.sha256() + ":" + UUID.randomUUID();
        Tiers.Choice place = tiers.choose(candidate);
        if (place.verdict().kind() != Verdict.Kind.PASS) {
            throw new StartFailure(place.verdict().reason(), place.verdict().next(), false);
        }
        try {
            Bundle bundle = context.installBundle(location, new ByteArrayInputStream(place.body(candidate)));
            wall.admit(bundle, exchange);
            PluginDescriptor descriptor = candidate.described();
            Revision revision = new Revision(
                    name,
                    bundle,
                    descriptor,
                    candidate.sha256(),
                    candidate.schemas(),
                    services.apply(name, descriptor),
                    place);
            revision.starting = true;
            revision.candidate = candidate;
            byBundle.put(bundle.getBundleId(), revision);
            place.provider().ifPresent(tier -> tier.installed(bundle, candidate));
            return revision;
        } catch (BundleException | ArchiveException e) {
            throw new StartFailure(
                    "the framework does not take it: " + Causes.sentence(e), "Build the bundle anew", false);
        }
    }

    private void resolve(Revision revision) throws StartFailure {
        // The framework's resolver looks for a solution, which a manifest can make take for ever.
        Guarded.Result<Boolean> resolved = Guarded.call(
                "resolve-" + revision.name,
                limits.resolve(),
                () -> framework().resolveBundles(List.of(revision.bundle)));
        if (!(resolved instanceof Guarded.Done<Boolean> done)) {
            revision.hung = resolved instanceof Guarded.Hung;
            throw new StartFailure(
                    "it does not resolve: " + Guarded.sentence(resolved),
                    "Have it need less of others, and install its next version",
                    false);
        } else if (!done.value()) {
            String missing = wiring.missing(revision.bundle)
                    .orElse("has requirements that cannot be met together, or one of them is closed to plugins");
            throw new StartFailure(
                    "it does not resolve: it " + missing,
                    "Install what it needs; it is tried again then by itself",
                    true);
        }
    }

    /**
     * Starts a revision, up to the point where it could serve.
     *
     * @throws StartFailure if it does not come up; it is to be {@linkplain #end ended} then
     */
    void activate(Revision revision) throws StartFailure {
        Guarded.Result<Offer> result = Guarded.call("start-" + revision.name, limits.start(), () -> {
            revision.bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
            CheckedCandidate candidate = revision.candidate;
            if (revision.place.provider().isPresent() && candidate != null) {
                revision.place.provider().get().started(revision.bundle, candidate);
            }
            revision.candidate = null;
            // From here on, what it registers beside the look at it is looked at later.
            revision.starting = false;
            return offer(revision);
        });
        if (result instanceof Guarded.Done<Offer> done) {
            judge(revision, done.value());
            revision.contributions = done.value().held();
        } else {
            revision.hung = result instanceof Guarded.Hung;
            throw failed(revision, Guarded.sentence(result), result instanceof Guarded.Failed);
        }
    }

    private static void judge(Revision revision, Offer offer) throws StartFailure {
        Components.Health health = offer.health();
        if (health.failure().isPresent()) {
            throw failed(revision, health.failure().get(), true);
        } else if (health.satisfied() == 0 && !health.missing().isEmpty()) {
            Components.Missing missing = health.missing().get(0);
            throw new StartFailure(
                    "its " + missing.sentence(),
                    "Install the plugin that offers it; this one is tried again then by itself",
                    true);
        }
        revision.incomplete = health.incomplete();
        if (!offer.withheld().isEmpty()) {
            // Its making threw something that Declarative Services could not even report.
            throw failed(
                    revision,
                    "its service [" + offer.withheld().get(0) + "] could not be made"
                            + offer.unloadable().map(cause -> ": " + cause).orElse(""),
                    true);
        }
    }

    /** @param threw whether it said so itself: then it may come up another time */
    private static StartFailure failed(Revision revision, String why, boolean threw) {
        StartFailure failure = new StartFailure(
                "it failed to start: " + why,
                "Mend the plugin and install its next version, or try again with 'plugin:enable " + revision.name + "'",
                false);
        return threw ? failure.mayPass() : failure;
    }

    /**
     * What a revision has to offer.
     *
     * @param held all its services
     * @param withheld names of services that are registered and cannot be got
     * @param unloadable why the class of one of its components cannot be loaded; empty if none is withheld
     * @param health how its components are
     */
    record Offer(List<Held> held, List<String> withheld, Optional<String> unloadable, Components.Health health) {}

    /** Takes hold of all that a revision offers now. Runs the plugin's code: components are made and asked here. */
    Offer offer(Revision revision) {
        List<String> withheld = new ArrayList<>();
        List<Held> held = hold(revision, withheld);
        Optional<String> unloadable = withheld.isEmpty() ? Optional.empty() : components.unloadable(revision.bundle);
        return new Offer(held, withheld, unloadable, components.of(revision.bundle));
    }

    private List<Held> hold(Revision revision, List<String> withheld) {
        Map<ServiceReference<?>, Held> before = new HashMap<>();
        revision.contributions.forEach(held -> before.put(held.reference(), held));
        List<Held> now = new ArrayList<>();
        ServiceReference<?>[] offered = revision.bundle.getRegisteredServices();
        for (ServiceReference<?> reference : offered == null ? new ServiceReference<?>[0] : offered) {
            Held held = before.get(reference);
            if (held == null) {
                held = take(revision, reference).orElse(null);
            }
            if (held != null) {
                now.add(held);
            } else if (reference.getBundle() != null) {
                withheld.add(((String[]) reference.getProperty(Constants.OBJECTCLASS))[0]);
            }
        }
        return List.copyOf(now);
    }

    @SuppressWarnings("unchecked")
    private Optional<Held> take(Revision revision, ServiceReference<?> reference) {
        ServiceObjects<Object> objects = (ServiceObjects<Object>) context.getServiceObjects(reference);
        Object service = objects == null ? null : objects.getService();
        if (service == null) {
            return Optional.empty();
        }
        Map<String, Object> properties = new HashMap<>();
        for (String key : reference.getPropertyKeys()) {
            properties.put(key, reference.getProperty(key));
        }
        String handler = properties.get(HANDLER) instanceof String named ? named : revision.id();
        String component = String.valueOf(properties.get(COMPONENT));
        return Optional.of(new Held(
                reference,
                objects,
                revision.name,
                Set.of((String[]) reference.getProperty(Constants.OBJECTCLASS)),
                revision.descriptor,
                handler,
                Map.copyOf(properties),
                service,
                revision.schemas.of(handler, component)));
    }

    private static void leave(Revision revision) {
        Optional<TierProvider> tier = revision.place.provider();
        if (tier.isPresent() && !revision.left.getAndSet(true)) {
            tier.get().stopping(revision.bundle);
        }
    }

    /** Stops a revision and removes its bundle; one that hangs is hidden and left alone. Whether it is gone. */
    boolean end(Revision revision) {
        revision.starting = true;
        revision.services.stop();
        if (revision.hung) {
            leave(revision);
            log.warn(
                    "Plugin [{}] version [{}] still holds a thread; its bundle is hidden and left alone until the restart",
                    revision.name,
                    revision.version());
            return false;
        }
        Guarded.Result<Boolean> result = Guarded.call("stop-" + revision.name, limits.stop(), () -> {
            revision.contributions.forEach(Held::giveBack);
            leave(revision);
            if (revision.bundle.getState() != Bundle.UNINSTALLED) {
                revision.bundle.uninstall();
            }
            return true;
        });
        if (result instanceof Guarded.Hung) {
            revision.hung = true;
            log.warn(
                    "Plugin [{}] version [{}] does not stop: {}",
                    revision.name,
                    revision.version(),
                    Guarded.sentence(result));
            return false;
        } else if (result instanceof Guarded.Failed) {
            log.warn(
                    "Plugin [{}] version [{}] failed to stop: {}",
                    revision.name,
                    revision.version(),
                    Guarded.sentence(result));
        }
        byBundle.remove(revision.bundle.getBundleId());
        wall.forget(revision.bundle);
        revision.contributions = List.of();
        return true;
    }
}
