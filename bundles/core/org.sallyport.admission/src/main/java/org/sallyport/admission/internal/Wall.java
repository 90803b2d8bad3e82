package org.sallyport.admission.internal;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.sallyport.admission.internal.archive.Imports;
import org.sallyport.api.plugin.SallyportPlugin;

/**
 * The framework's hooks that part plugins from the rest. Only a revision with a ticket resolves; a ticket names one
 * revision of one bundle, so an update by anybody else voids it. Plugins get no wire to what is closed to them and see
 * no service of the platform but the API's; their own services are seen by themselves, the framework and admission alone. Thread-safe, without locks.
 */
final class Wall implements ResolverHookFactory, FindHook, EventListenerHook, SynchronousBundleListener {
    /** Beginning of the locations of plugins. */
    static final String LOCATION = "sallyport:";

    /** Beginning of the locations of plugin types that stand beside the platform's own. */
    static final String TYPE_LOCATION = "sallyport-type:";

    /** Property of services that are open to plugins: those that an application gives. */
    private static final String OPEN = "sallyport.open";

    private static final Object EVERYBODY = new Object();

    private static final String CONDITION = "org.osgi.service.condition.Condition";

    private final long self;
    private final BiPredicate<Bundle, String> granted;
    private final Map<Long, BundleRevision> tickets = new ConcurrentHashMap<>();
    /** Versions that did not take their place yet, with the exchange that brings them. */
    private final Map<Long, Object> arriving = new ConcurrentHashMap<>();
    /** Versions that leave their place, with the exchange to which they are closed, or {@link #EVERYBODY}. */
    private final Map<Long, Object> leaving = new ConcurrentHashMap<>();
    /** Plugin types beside the platform's own that took over. */
    private final Set<Long> types = ConcurrentHashMap.newKeySet();

    /** Bundles that a plugin installed: they never resolve. */
    private final Set<Long> smuggled = ConcurrentHashMap.newKeySet();

    /** One that shows plugins all services that are open to them. */
    Wall(long self) {
        this(self, (plugin, service) -> true);
    }

    /**
     * @param self id of the admission bundle
     * @param granted whether a plugin may have a service of that name that an application gives
     */
    Wall(long self, BiPredicate<Bundle, String> granted) {
        this.self = self;
        this.granted = granted;
    }

    /**
     * Lets this revision of a bundle resolve. Until it is {@linkplain #open opened}, only what comes with the same
     * exchange gets a wire to it, because it may still fail.
     */
    void admit(Bundle bundle, Object exchange) {
        arriving.put(bundle.getBundleId(), exchange);
        tickets.put(bundle.getBundleId(), bundle.adapt(BundleRevision.class));
    }

    /** Its place is taken: whoever comes may have a wire to it. */
    void open(Bundle bundle) {
        arriving.remove(bundle.getBundleId());
        leaving.remove(bundle.getBundleId());
    }

    /** Its place is taken, and nobody else ever has a wire to it. */
    void settle(Bundle bundle) {
        close(bundle);
        arriving.remove(bundle.getBundleId());
    }

    /** It may be replaced: what comes with the exchange gets no wire to it, as others still do. */
    void close(Bundle bundle, Object exchange) {
        leaving.put(bundle.getBundleId(), exchange);
    }

    /** It is gone or about to go: nobody gets a new wire to it. */
    void close(Bundle bundle) {
        close(bundle, EVERYBODY);
    }

    /** A plugin type's bundle takes over: what comes now gets wires to it in place of the other. */
    void exchange(Bundle old, Bundle young) {
        // First the young one: for a moment a plugin has the choice, and never none.
        leaving.remove(young.getBundleId());
        if (isType(young)) {
            types.add(young.getBundleId());
        }
        close(old);
        types.remove(old.getBundleId());
    }

    /** Whether plugins that come now may be wired to a plugin type's bundle. */
    boolean isOffered(Bundle type) {
        return !leaving.containsKey(type.getBundleId()) && (!isType(type) || types.contains(type.getBundleId()));
    }

    private static boolean isType(Bundle bundle) {
        return bundle.getLocation().startsWith(TYPE_LOCATION);
    }

    void forget(Bundle bundle) {
        open(bundle);
        tickets.remove(bundle.getBundleId());
    }

    /**
     * Whether a bundle that resolves now may have a wire to another one as far as versions go: neither to one that is being
     * replaced or not in its place yet, nor to classes of one that was updated or uninstalled, which linger until a refresh.
     */
    boolean isOffered(Bundle asking, BundleRevision offering) {
        Bundle bundle = offering.getBundle();
        if (bundle.equals(asking)) {
            return true;
        } else if (isPlugin(bundle) && bundle.getSymbolicName().equals(asking.getSymbolicName())) {
            // A plugin that imports what it exports must not get the classes of another version of it.
            return false;
        }
        Object mine = arriving.get(asking.getBundleId());
        Object arrives = arriving.get(bundle.getBundleId());
        Object leaves = leaving.get(bundle.getBundleId());
        return (leaves == null || leaves != EVERYBODY && leaves != mine)
                && (arrives == null || arrives == mine)
                && (!isType(bundle) || types.contains(bundle.getBundleId()))
                && bundle.adapt(BundleRevision.class) == offering;
    }

    private boolean isPlugin(Bundle bundle) {
        return tickets.containsKey(bundle.getBundleId()) || bundle.getLocation().startsWith(LOCATION);
    }

    private boolean isRefused(BundleRevision revision) {
        Bundle bundle = revision.getBundle();
        if (smuggled.contains(bundle.getBundleId())) {
            return true;
        }
        boolean claims = isPlugin(bundle)
                || !revision.getDeclaredCapabilities(SallyportPlugin.NAMESPACE).isEmpty();
        return claims && tickets.get(bundle.getBundleId()) != revision;
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        boolean stops = triggers.stream().anyMatch(this::isRefused);
        return new ResolverHook() {
            @Override
            public void filterResolvable(Collection<BundleRevision> candidates) {
                // Only then: once a candidate is taken away here, Felix finds no package of bundles that are resolved,
                // so
                // one refused bundle that lies about would keep all others out. filterMatches makes it useless to them.
                if (stops) {
                    candidates.removeIf(Wall.this::isRefused);
                }
            }

            @Override
            public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> others) {
                // Two versions of a plugin stand beside each other while one takes over, singleton or not.
                boolean plugin = isPlugin(singleton.getRevision().getBundle());
                boolean refused = isRefused(singleton.getRevision());
                others.removeIf(other -> refused
                        || isRefused(other.getRevision())
                        || plugin && isPlugin(other.getRevision().getBundle()));
            }

            @Override
            public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
                Bundle asking = requirement.getRevision().getBundle();
                boolean refused = isRefused(requirement.getRevision());
                candidates.removeIf(capability -> refused || isRefused(capability.getRevision()));
                if (isPlugin(asking)) {
                    candidates.removeIf(
                            capability -> isClosed(asking, capability) || !isOffered(asking, capability.getRevision()));
                } else {
                    candidates.removeIf(capability -> !isForPlatform(requirement, capability));
                }
            }

            @Override
            public void end() {
                // Nothing was kept for this resolve.
            }
        };
    }

    /** No plugin takes a platform bundle along when it goes, nor does a plugin type that may go. */
    private boolean isForPlatform(BundleRequirement requirement, BundleCapability capability) {
        Bundle asking = requirement.getRevision().getBundle();
        Bundle offering = capability.getRevision().getBundle();
        return asking.equals(offering)
                || !isPlugin(offering)
                        && !isType(offering)
                        && !(isType(asking) && isOneOfItsOwn(requirement, capability));
    }

    /** Whether it imports what it exports: a plugin type must not get the contract of the version that it takes over from. */
    private static boolean isOneOfItsOwn(BundleRequirement requirement, BundleCapability capability) {
        Object name = capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE);
        return name != null
                && requirement.getRevision().getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                        .anyMatch(own -> name.equals(own.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)));
    }

    private static boolean isClosed(Bundle asking, BundleCapability capability) {
        Bundle offering = capability.getRevision().getBundle();
        return switch (capability.getNamespace()) {
            case PackageNamespace.PACKAGE_NAMESPACE ->
                !offering.equals(asking)
                        && Imports.isClosed(
                                String.valueOf(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)));
            case BundleNamespace.BUNDLE_NAMESPACE, HostNamespace.HOST_NAMESPACE ->
                offering.getBundleId() == 0 || exportsClosed(capability.getRevision());
            default -> false;
        };
    }

    private static boolean exportsClosed(BundleRevision revision) {
        return revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .anyMatch(exported -> Imports.isClosed(
                        String.valueOf(exported.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))));
    }

    /** What a plugin sees is its own, the API's, what the application gives, and the condition that DS starts by. */
    private boolean sees(Bundle looking, ServiceReference<?> reference) {
        Bundle offering = reference.getBundle();
        if (offering == null
                || looking.getBundleId() == 0
                || looking.getBundleId() == self
                || looking.equals(offering)) {
            return true;
        }
        return !isPlugin(offering) && (!isPlugin(looking) || isOpen(looking, reference));
    }

    private boolean isOpen(Bundle looking, ServiceReference<?> reference) {
        String[] names = (String[]) reference.getProperty(Constants.OBJECTCLASS);
        if (Boolean.TRUE.equals(reference.getProperty(OPEN))) {
            return Stream.of(names).allMatch(name -> granted.test(looking, name));
        }
        return Stream.of(names).allMatch(name -> name.startsWith("org.sallyport.api.") || name.equals(CONDITION));
    }

    @Override
    public void find(
            BundleContext context,
            String name,
            String filter,
            boolean allServices,
            Collection<ServiceReference<?>> references) {
        Bundle looking = context.getBundle();
        references.removeIf(reference -> !sees(looking, reference));
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        ServiceReference<?> reference = event.getServiceReference();
        listeners.keySet().removeIf(context -> !sees(context, reference));
    }

    private boolean sees(BundleContext looking, ServiceReference<?> reference) {
        try {
            return sees(looking.getBundle(), reference);
        } catch (IllegalStateException e) {
            // Its bundle is being stopped. Thrown on, this would leave the rest of the listeners as they are.
            return false;
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        long id = event.getBundle().getBundleId();
        if (event.getType() == BundleEvent.INSTALLED) {
            long origin = event.getOrigin().getBundleId();
            if (tickets.containsKey(origin) || smuggled.contains(origin)) {
                smuggled.add(id);
            }
        } else if (event.getType() == BundleEvent.UNINSTALLED) {
            smuggled.remove(id);
            types.remove(id);
            if (isType(event.getBundle())) {
                leaving.remove(id);
            }
        }
    }
}
