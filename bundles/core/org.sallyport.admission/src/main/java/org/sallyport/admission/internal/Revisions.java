package org.sallyport.admission.internal;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.context.PluginServices;
import org.sallyport.spi.plugin.PluginDescriptor;
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
    private final Function<PluginDescriptor, PluginServices> services;
    private final Map<Long, Revision> byBundle = new ConcurrentHashMap<>();

    Revisions(
            BundleContext context,
            Wall wall,
            Components components,
            Limits limits,
            Function<PluginDescriptor, PluginServices> services) {
        this.context = context;
        this.wall = wall;
        this.wiring = new Wiring(context);
        this.components = components;
        this.limits = limits;
        this.services = services;
    }

    /** The revision that a bundle is, if it is one. */
    @Nullable Revision of(Bundle bundle) {
        return byBundle.get(bundle.getBundleId());
    }

    /**
     * Brings a revision up to the point where it could serve.
     *
     * @throws StartFailure if it does not come up; nothing is left of it then, but for a thread that hangs
     */
    Revision start(CheckedCandidate candidate) throws StartFailure {
        Revision revision = install(candidate);
        boolean done = false;
        try {
            resolve(revision);
            activate(revision);
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

    /** The plugins that use packages of a revision, directly or not; sorted. */
    List<String> dependents(Revision revision) {
        return framework().getDependencyClosure(List.of(revision.bundle)).stream()
                .flatMap(bundle -> Stream.ofNullable(of(bundle)))
                .map(Revision::id)
                .filter(id -> !id.equals(revision.id()))
                .distinct()
                .sorted()
                .toList();
    }

    private FrameworkWiring framework() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    private Revision install(CheckedCandidate candidate) throws StartFailure {
        // The location holds the digest for people, and a random part so that nobody can look the bundle up by it.
        String location = Wall.LOCATION + candidate.sha256() + ":" + UUID.randomUUID();
        try {
            Bundle bundle = context.installBundle(location, new ByteArrayInputStream(candidate.archive()));
            wall.admit(bundle);
            PluginDescriptor descriptor = candidate.described();
            Revision revision = new Revision(
                    bundle, descriptor, candidate.sha256(), candidate.schemas(), services.apply(descriptor));
            revision.starting = true;
            byBundle.put(bundle.getBundleId(), revision);
            return revision;
        } catch (BundleException | ArchiveException e) {
            throw new StartFailure(
                    "the framework does not take it: " + Causes.sentence(e), "Build the bundle anew", false);
        }
    }

    private void resolve(Revision revision) throws StartFailure {
        if (!framework().resolveBundles(List.of(revision.bundle))) {
            String missing = wiring.missing(revision.bundle)
                    .orElse("has requirements that cannot be met together, or one of them is closed to plugins");
            throw new StartFailure(
                    "it does not resolve: it " + missing,
                    "Install what it needs; it is tried again then by itself",
                    true);
        }
    }

    private void activate(Revision revision) throws StartFailure {
        Guarded.Result<Offer> result = Guarded.call("start-" + revision.id(), limits.start(), () -> {
            revision.bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
            // From here on, what it registers beside the look at it is looked at later.
            revision.starting = false;
            return offer(revision);
        });
        if (result instanceof Guarded.Done<Offer> done) {
            judge(revision, done.value());
            revision.contributions = done.value().held();
        } else {
            revision.hung = result instanceof Guarded.Hung;
            throw new StartFailure(
                    "it failed to start: " + Guarded.sentence(result),
                    "Mend the plugin and install its next version, or try again with 'plugin:enable " + revision.id()
                            + "'",
                    false);
        }
    }

    private static void judge(Revision revision, Offer offer) throws StartFailure {
        Components.Health health = offer.health();
        if (health.failure().isPresent()) {
            throw new StartFailure(
                    "it failed to start: " + health.failure().get(),
                    "Mend the plugin and install its next version, or try again with 'plugin:enable " + revision.id()
                            + "'",
                    false);
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
            throw new StartFailure(
                    "it failed to start: its service [" + offer.withheld().get(0) + "] could not be made",
                    "Mend the plugin and install its next version, or try again with 'plugin:enable " + revision.id()
                            + "'",
                    false);
        }
    }

    /**
     * What a revision has to offer.
     *
     * @param held all its services
     * @param withheld names of services that are registered and cannot be got
     * @param health how its components are
     */
    record Offer(List<Held> held, List<String> withheld, Components.Health health) {}

    /** Takes hold of all that a revision offers now. Runs the plugin's code: components are made and asked here. */
    Offer offer(Revision revision) {
        List<String> withheld = new ArrayList<>();
        List<Held> held = hold(revision, withheld);
        return new Offer(held, withheld, components.of(revision.bundle));
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
                Set.of((String[]) reference.getProperty(Constants.OBJECTCLASS)),
                revision.descriptor,
                handler,
                Map.copyOf(properties),
                service,
                revision.schemas.of(handler, component)));
    }

    /** Stops a revision and removes its bundle; one that hangs is hidden and left alone. Whether it is gone. */
    boolean end(Revision revision) {
        revision.starting = true;
        revision.services.stop();
        if (revision.hung) {
            log.warn(
                    "Plugin [{}] version [{}] still holds a thread; its bundle is hidden and left alone until the restart",
                    revision.id(),
                    revision.version());
            return false;
        }
        Guarded.Result<Boolean> result = Guarded.call("stop-" + revision.id(), limits.stop(), () -> {
            revision.contributions.forEach(Held::giveBack);
            revision.bundle.uninstall();
            return true;
        });
        if (result instanceof Guarded.Hung) {
            revision.hung = true;
            log.warn(
                    "Plugin [{}] version [{}] does not stop: {}",
                    revision.id(),
                    revision.version(),
                    Guarded.sentence(result));
            return false;
        } else if (result instanceof Guarded.Failed) {
            log.warn(
                    "Plugin [{}] version [{}] failed to stop: {}",
                    revision.id(),
                    revision.version(),
                    Guarded.sentence(result));
        }
        byBundle.remove(revision.bundle.getBundleId());
        wall.forget(revision.bundle);
        revision.contributions = List.of();
        return true;
    }
}
