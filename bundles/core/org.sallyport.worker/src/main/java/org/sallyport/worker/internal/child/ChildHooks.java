package org.sallyport.worker.internal.child;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;

/** Hides the worker's own services from its plugin: it sees those of the API, and its own. */
final class ChildHooks implements FindHook, EventListenerHook {
    private final Bundle plugin;

    private ChildHooks(Bundle plugin) {
        this.plugin = plugin;
    }

    /** From now on. */
    static void hide(BundleContext context, Bundle plugin) {
        context.registerService(
                new String[] {FindHook.class.getName(), EventListenerHook.class.getName()},
                new ChildHooks(plugin),
                null);
    }

    @Override
    public void find(
            BundleContext asking, String name, String filter, boolean all, Collection<ServiceReference<?>> references) {
        if (isPlugin(asking)) {
            references.removeIf(reference -> !isSeen(reference));
        }
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        if (!isSeen(event.getServiceReference())) {
            listeners.keySet().removeIf(this::isPlugin);
        }
    }

    private boolean isPlugin(BundleContext asking) {
        return asking.getBundle().getBundleId() == plugin.getBundleId();
    }

    private boolean isSeen(ServiceReference<?> reference) {
        Bundle owner = reference.getBundle();
        return owner == null
                || owner.getBundleId() == plugin.getBundleId()
                || Arrays.stream((String[]) reference.getProperty(Constants.OBJECTCLASS))
                        .allMatch(name -> name.startsWith("org.sallyport.api.")
                                || name.startsWith("org.osgi.service.condition."));
    }
}
