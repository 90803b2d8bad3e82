package org.sallyport.admission.internal;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.spi.policy.PolicyType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles of plugin types in the framework. Of each the platform brought one; another version may stand beside it and
 * take over, so that plugins which come then are wired to that. The platform's own is never removed. Stateless but for the
 * {@link Wall}, which knows who is offered to plugins.
 */
final class TypeBundles {
    private static final Logger log = LoggerFactory.getLogger(TypeBundles.class);

    /** Namespace and attribute of what a bundle says of its services (OSGi Compendium 8, 135.4). */
    private static final String SERVICE = "osgi.service";

    private static final String OBJECT_CLASS = "objectClass";

    private final BundleContext context;
    private final Wall wall;
    private final Limits limits;

    TypeBundles(BundleContext context, Wall wall, Limits limits) {
        this.context = context;
        this.wall = wall;
        this.limits = limits;
    }

    /** The bundles that plugins which come now are wired to, by symbolic name. */
    List<Bundle> inForce() {
        return all().filter(wall::isOffered)
                .sorted(Comparator.comparing(Bundle::getSymbolicName))
                .toList();
    }

    Optional<Bundle> inForce(String name) {
        return inForce().stream()
                .filter(bundle -> bundle.getSymbolicName().equals(name))
                .findFirst();
    }

    /** The one that the platform brought. */
    Optional<Bundle> original(String name) {
        return all().filter(bundle -> bundle.getSymbolicName().equals(name) && isOriginal(bundle))
                .findFirst();
    }

    static boolean isOriginal(Bundle bundle) {
        return !bundle.getLocation().startsWith(Wall.TYPE_LOCATION);
    }

    private Stream<Bundle> all() {
        return Stream.of(context.getBundles()).filter(TypeBundles::bringsType);
    }

    private static boolean bringsType(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && !bundle.getLocation().startsWith(Wall.LOCATION)
                && !revision.getDeclaredCapabilities(PolicyType.NAMESPACE).isEmpty();
    }

    /** The type that a bundle brings, such as {@code security}. */
    static String type(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision.getDeclaredCapabilities(PolicyType.NAMESPACE).stream()
                .map(capability -> String.valueOf(capability.getAttributes().get(PolicyType.NAMESPACE)))
                .findFirst()
                .orElse("");
    }

    /** Puts another version beside the one in force; no plugin is wired to it yet. */
    Bundle install(CheckedCandidate candidate) throws StartFailure {
        try {
            return context.installBundle(
                    Wall.TYPE_LOCATION + candidate.sha256(), new ByteArrayInputStream(candidate.archive()));
        } catch (BundleException e) {
            throw new StartFailure(
                    "the framework does not take it: " + Causes.sentence(e), "Build the bundle anew", false);
        }
    }

    /** What keeps one from taking over: who could not be wired to it, in one sentence part; empty if nothing does. */
    Optional<String> mismatch(Bundle old, Bundle young, List<Revision> users) {
        List<BundleCapability> offers =
                young.adapt(BundleRevision.class).getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE);
        for (Revision user : users) {
            for (BundleWire wire : wires(user.bundle, old)) {
                if (offers.stream().noneMatch(wire.getRequirement()::matches)) {
                    return Optional.of("plugin [" + user.name + "] needs [" + wire.getRequirement() + "] of it, which ["
                            + young.getVersion() + "] does not offer");
                }
            }
        }
        return Optional.empty();
    }

    private static List<BundleWire> wires(Bundle user, Bundle provider) {
        BundleWiring wiring = user.adapt(BundleWiring.class);
        List<BundleWire> wires = wiring == null ? null : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE);
        return wires == null
                ? List.of()
                : wires.stream()
                        .filter(wire -> wire.getProvider().getBundle().equals(provider))
                        .toList();
    }

    /** Bundles of the platform that would lose it, by symbolic name; there is none among those that we ship. */
    List<String> platformUsers(Bundle old) {
        return framework().getDependencyClosure(List.of(old)).stream()
                .filter(bundle -> !bundle.equals(old) && !bundle.getLocation().startsWith(Wall.LOCATION))
                .map(Bundle::getSymbolicName)
                .sorted()
                .toList();
    }

    /** Starts one, up to the point where its types are there. */
    void start(Bundle bundle) throws StartFailure {
        Guarded.Result<List<String>> result = Guarded.call("type-" + bundle.getSymbolicName(), limits.start(), () -> {
            bundle.start(Bundle.START_TRANSIENT);
            List<String> missing = missing(bundle);
            while (!missing.isEmpty()) {
                Thread.sleep(10);
                missing = missing(bundle);
            }
            return missing;
        });
        if (!(result instanceof Guarded.Done)) {
            throw new StartFailure(
                    "it does not come up: " + Guarded.sentence(result), "Look at the log for what it waits for", false);
        }
    }

    /** Services that it says it offers and does not offer yet. */
    private static List<String> missing(Bundle bundle) {
        Set<String> said = new TreeSet<>();
        for (BundleCapability capability : bundle.adapt(BundleRevision.class).getDeclaredCapabilities(SERVICE)) {
            if (capability.getAttributes().get(OBJECT_CLASS) instanceof List<?> names) {
                names.forEach(name -> said.add(String.valueOf(name)));
            }
        }
        ServiceReference<?>[] offered = bundle.getRegisteredServices();
        for (ServiceReference<?> reference : offered == null ? new ServiceReference<?>[0] : offered) {
            List.of((String[]) reference.getProperty(Constants.OBJECTCLASS)).forEach(said::remove);
        }
        return new ArrayList<>(said);
    }

    /** Stops one that no plugin uses any more, and removes it if it is not the platform's. */
    void end(Bundle bundle) {
        Guarded.Result<Boolean> result = Guarded.call("type-" + bundle.getSymbolicName(), limits.stop(), () -> {
            if (isOriginal(bundle)) {
                bundle.stop(Bundle.STOP_TRANSIENT);
            } else if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
            return true;
        });
        if (!(result instanceof Guarded.Done)) {
            log.warn(
                    "Plugin type [{}] version [{}] does not stop: {}",
                    bundle.getSymbolicName(),
                    bundle.getVersion(),
                    Guarded.sentence(result));
        }
    }

    private FrameworkWiring framework() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }
}
