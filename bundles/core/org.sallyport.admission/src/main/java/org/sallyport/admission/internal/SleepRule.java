package org.sallyport.admission.internal;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.sallyport.admission.internal.sleep.IndexedPlugin;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.HandlesHook;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.sandbox.Tier;

/**
 * Which plugins may sleep after the next start: those that do nothing but wait for calls of hooks. Looks at a plugin in
 * service, so what it brought is known and need not be guessed.
 */
final class SleepRule {
    /** The contracts that have a stand-in. */
    static final Set<String> HOOKS = Set.of(
            ActionHandler.class.getName(),
            CollectHandler.class.getName(),
            FilterHandler.class.getName(),
            FirstHandler.class.getName());

    /** What a plugin may provide without others being able to need it while it sleeps. */
    private static final Set<String> PRIVATE = Set.of(
            BundleNamespace.BUNDLE_NAMESPACE,
            HostNamespace.HOST_NAMESPACE,
            IdentityNamespace.IDENTITY_NAMESPACE,
            "osgi.service",
            SallyportPlugin.NAMESPACE,
            HandlesHook.NAMESPACE);

    private final Components components;

    SleepRule(Components components) {
        this.components = components;
    }

    /** What has to be known of a plugin that may sleep, or empty if it may not. */
    Optional<IndexedPlugin> of(Revision revision) {
        if (revision.descriptor.eager()
                // What runs elsewhere has no components here that could tell whether they only wait.
                || revision.tier() == Tier.WORKER
                || !revision.incomplete.isEmpty()
                || !revision.services.isQuiet()
                || revision.bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATOR) != null
                || !components.wait(revision.bundle, HOOKS)
                || isNeeded(revision)) {
            return Optional.empty();
        }
        Map<Contribution<?>, String> handlers = new LinkedHashMap<>();
        for (Held held : revision.contributions) {
            List<String> contracts = List.copyOf(held.contracts());
            if (contracts.size() != 1 || !(held.properties().get(HandlesHook.PREFIX_ + "name") instanceof String)) {
                return Optional.empty();
            }
            handlers.put(held, contracts.get(0));
        }
        try {
            return Optional.of(IndexedPlugin.of(revision.descriptor, handlers));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isNeeded(Revision revision) {
        BundleRevision bundle = revision.bundle.adapt(BundleRevision.class);
        return bundle == null
                || bundle.getDeclaredCapabilities(null).stream()
                        .anyMatch(capability -> !PRIVATE.contains(capability.getNamespace()));
    }
}
