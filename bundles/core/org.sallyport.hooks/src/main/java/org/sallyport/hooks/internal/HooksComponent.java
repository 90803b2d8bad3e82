package org.sallyport.hooks.internal;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.hook.Hooks;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.plugin.CallCounter;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;

/** The dispatcher as a service. */
@Component(
        service = {HookAdmin.class, PluginConsumer.class, CallCounter.class},
        immediate = true)
public final class HooksComponent implements HookAdmin, PluginConsumer, CallCounter {
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, new Reports()));

    // Optional, as who provides it may itself wait for the consumers of plugins.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable PluginFaults faults;

    /** Tells whoever is there now. */
    private final class Reports implements PluginFaults {
        @Override
        public void quarantine(String plugin, String cause) {
            PluginFaults listener = faults;
            if (listener != null) {
                listener.quarantine(plugin, cause);
            }
        }

        @Override
        public void report(String plugin, String cause) {
            PluginFaults listener = faults;
            if (listener != null) {
                listener.report(plugin, cause);
            }
        }
    }

    @Activate
    public HooksComponent() {
        dispatcher.start();
    }

    @Deactivate
    void stop() {
        dispatcher.close();
    }

    @Override
    public Hooks hooksOf(String owner) {
        return dispatcher.hooksOf(owner);
    }

    @Override
    public void forget(String owner) {
        dispatcher.forget(owner);
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        return dispatcher.switchTo(next);
    }

    @Override
    public List<Calls> callsOf(String plugin) {
        return hooks().stream()
                .flatMap(hook -> handlers(hook.name()).stream()
                        .filter(handler -> handler.plugin().equals(plugin))
                        .map(handler -> new Calls(
                                hook.name() + " " + handler.handler(),
                                handler.calls(),
                                handler.errors(),
                                handler.times().p50Nanos(),
                                handler.breaker().endsWith("open"))))
                .toList();
    }

    @Override
    public List<HookInfo> hooks() {
        return dispatcher.hooks();
    }

    @Override
    public List<PluginInfo> plugins() {
        return dispatcher.plugins();
    }

    @Override
    public void time(String hook, boolean every) {
        dispatcher.time(hook, every);
    }

    @Override
    public List<HandlerInfo> handlers(String hook) {
        return dispatcher.handlers(hook);
    }
}
