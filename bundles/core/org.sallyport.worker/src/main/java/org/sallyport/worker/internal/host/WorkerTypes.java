package org.sallyport.worker.internal.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.sallyport.api.document.Document;

/**
 * The plugin types as a plugin knows them: those that its stand-in is wired to and, of the others, those that the platform has
 * now. Both sides of a worker have to have the same classes, so workers are made for these. Immutable.
 */
record WorkerTypes(Collection<Bundle> bundles) {
    /** What the names of their bundles, which are called like their packages, begin with; no plugin's may. */
    static final String PREFIX = "org.sallyport.type.";

    /** Of one that took over from the one that came with the platform. */
    private static final String UPDATED = "sallyport-type:";

    private static final String PLATFORM = "platform:";

    /** @param standIn null for what the platform has now alone */
    static WorkerTypes of(BundleContext context, @Nullable Bundle standIn) {
        SortedMap<String, Bundle> types = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (isType(bundle) && (bundle.getState() & (Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE)) != 0) {
                types.merge(
                        bundle.getSymbolicName(),
                        bundle,
                        (one, other) -> other.getLocation().startsWith(UPDATED) ? other : one);
            }
        }
        BundleWiring wiring = standIn == null ? null : standIn.adapt(BundleWiring.class);
        if (wiring != null) {
            for (BundleWire wire : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
                Bundle provider = wire.getProvider().getBundle();
                if (isType(provider)) {
                    types.put(provider.getSymbolicName(), provider);
                }
            }
        }
        return new WorkerTypes(List.copyOf(types.values()));
    }

    private static boolean isType(Bundle bundle) {
        return bundle.getSymbolicName() != null
                && bundle.getSymbolicName().startsWith(PREFIX)
                && (bundle.getLocation().startsWith(PLATFORM)
                        || bundle.getLocation().startsWith(UPDATED));
    }

    /** Says which they are: equal for the same bundles alone. */
    String key() {
        return bundles.stream()
                .map(bundle -> bundle.getLocation() + " " + bundle.getVersion() + " " + bundle.getBundleId())
                .collect(Collectors.joining("\n"));
    }

    /** The same over restarts, as far as the platform is the same. */
    String versions() {
        List<String> versions = new ArrayList<>();
        bundles.forEach(bundle -> versions.add(bundle.getLocation() + " " + bundle.getVersion()));
        return String.join("\n", versions);
    }

    /** An interface of the API or of one of them; null if there is none. */
    @Nullable Class<?> contract(String name) {
        try {
            if (name.startsWith("org.sallyport.api.")) {
                return Document.class.getClassLoader().loadClass(name);
            }
            String owner = name.substring(0, name.lastIndexOf('.'));
            for (Bundle bundle : bundles) {
                if (owner.equals(bundle.getSymbolicName())) {
                    return bundle.loadClass(name);
                }
            }
        } catch (ClassNotFoundException e) {
            // Nobody has it.
        }
        return null;
    }
}
