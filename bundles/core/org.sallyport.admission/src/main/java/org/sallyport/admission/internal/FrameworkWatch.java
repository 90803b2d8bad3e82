package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Sees what others do in the framework that concerns plugins: bundles that come, go and change, and services that plugins
 * register later. Called by the threads that do it; hands on, and waits for nothing.
 */
final class FrameworkWatch {
    private static final int LOOKS = 2;

    /** What somebody can do to a plugin's bundle. */
    private static final int TAKEN = BundleEvent.STOPPED | BundleEvent.UNINSTALLED | BundleEvent.UPDATED;

    /** What makes classes of a platform's bundle others than before. */
    private static final int REPLACED = BundleEvent.STARTED | BundleEvent.UNINSTALLED | BundleEvent.UPDATED;

    /** Revisions whose services changed, and at how many changes of DS they are still looked at. */
    private final Map<Revision, Integer> touched = new ConcurrentHashMap<>();

    private final BundleListener bundles = this::bundleChanged;
    private final ServiceListener services = this::serviceChanged;
    private final Plugins plugins;
    private final Revisions revisions;
    private final Arrivals arrivals;
    private final Reconciler reconciler;
    private final Door door;

    FrameworkWatch(Plugins plugins, Revisions revisions, Arrivals arrivals, Reconciler reconciler, Door door) {
        this.plugins = plugins;
        this.revisions = revisions;
        this.arrivals = arrivals;
        this.reconciler = reconciler;
        this.door = door;
    }

    void begin(BundleContext context) {
        context.addBundleListener(bundles);
        context.addServiceListener(services);
    }

    void end(BundleContext context) {
        context.removeServiceListener(services);
        context.removeBundleListener(bundles);
    }

    private static boolean isRuntime(ServiceReference<?> reference) {
        return List.of((String[]) reference.getProperty(Constants.OBJECTCLASS))
                .contains(ServiceComponentRuntime.class.getName());
    }

    private void bundleChanged(BundleEvent event) {
        boolean plugin = revisions.isPlugin(event.getBundle());
        if (event.getType() == BundleEvent.STARTED && !plugin) {
            arrivals.retryWaiting();
        }
        // What admission does itself is done under the plugin's lock, and is as wanted when that is free again.
        if ((event.getType() & (plugin ? TAKEN : REPLACED)) != 0
                && (!plugin || concerns(event.getBundle()))
                && arrivals.restored().isDone()) {
            reconciler.soon();
        }
    }

    /** Not a version that was replaced and ends, for which all plugins would be looked at with each swap; but if one uses it. */
    private boolean concerns(Bundle bundle) {
        Revision revision = revisions.of(bundle);
        return revision == null
                || plugins.find(revision.name)
                        .filter(slot -> slot.current == revision)
                        .isPresent()
                || !revisions.dependents(bundle).isEmpty();
    }

    private void serviceChanged(ServiceEvent event) {
        if (event.getType() == ServiceEvent.MODIFIED && isRuntime(event.getServiceReference())) {
            // DS counts its changes in a property of its runtime. A service comes or goes a moment before its component
            // counts as satisfied or not, so who looked at the service's event may have looked too early.
            List<Revision> current = new ArrayList<>();
            plugins.all().forEach(slot -> {
                Revision serving = slot.current;
                if (serving != null) {
                    current.add(serving);
                }
                if (serving != null && (lookAgain(serving) || !serving.incomplete.isEmpty())) {
                    door.refresh(serving);
                }
            });
            touched.keySet().retainAll(current);
            return;
        }
        Bundle bundle = event.getServiceReference().getBundle();
        Revision revision = bundle == null ? null : revisions.of(bundle);
        if (revision != null && !revision.starting) {
            touched.put(revision, LOOKS);
            door.refresh(revision);
        }
    }

    /** Whether its services changed lately; twice, as the first change that DS tells of may be an older one. */
    private boolean lookAgain(Revision revision) {
        Integer left = touched.computeIfPresent(revision, (key, looks) -> looks - 1);
        if (left != null && left == 0) {
            touched.remove(revision, 0);
        }
        return left != null;
    }
}
