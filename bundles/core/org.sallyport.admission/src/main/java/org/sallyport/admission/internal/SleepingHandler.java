package org.sallyport.admission.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.schema.SettingsSchemas;
import org.sallyport.admission.internal.sleep.IndexedPlugin;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.HandlesHook;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * Stands where a handler will stand when its plugin is awake: the first call wakes it and goes on to the real one. Offers
 * itself under the one contract that the real one has, though it could serve all. Thread-safe.
 */
final class SleepingHandler
        implements Offered,
                ActionHandler<Object>,
                CollectHandler<Object, Object>,
                FilterHandler<Object>,
                FirstHandler<Object, Object> {
    private final Sleeper sleeper;
    private final IndexedPlugin.Handler handler;

    SleepingHandler(Sleeper sleeper, IndexedPlugin.Handler handler) {
        this.sleeper = sleeper;
        this.handler = handler;
    }

    private <T> T awake(Class<T> contract) {
        return sleeper.awake(handler.hook()).contributions.stream()
                .filter(held -> held.is(contract) && held.handler().equals(handler.name()))
                .findFirst()
                .map(held -> contract.cast(held.service()))
                .orElseThrow(() -> new PluginException(
                        "asleep",
                        "Plugin [" + plugin().id() + "] was started by its first call, but its handler ["
                                + handler.name() + "] did not come with it"));
    }

    @Override
    @SuppressWarnings("unchecked") // The hook passes what the real handler takes.
    public void on(Object value, HookCall call) throws Exception {
        awake(ActionHandler.class).on(value, call);
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Object> collect(Object value, HookCall call) throws Exception {
        return awake(CollectHandler.class).collect(value, call);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object filter(Object value, HookCall call) throws Exception {
        return awake(FilterHandler.class).filter(value, call);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Optional<Object> first(Object value, HookCall call) throws Exception {
        return awake(FirstHandler.class).first(value, call);
    }

    @Override
    public boolean is(Class<?> contract) {
        return handler.contract().equals(contract.getName());
    }

    @Override
    public long serviceId() {
        return 0;
    }

    @Override
    public String label() {
        return handler.contract().substring(handler.contract().lastIndexOf('.') + 1) + " " + handler.name();
    }

    @Override
    public PluginDescriptor plugin() {
        return sleeper.plugin.descriptor();
    }

    @Override
    public String handler() {
        return handler.name();
    }

    @Override
    public Map<String, Object> properties() {
        return handler.properties();
    }

    /** The hook, which is asked for of all that sleep, is at hand. */
    @Override
    public @Nullable Object property(String name) {
        return name.equals(HandlesHook.PREFIX_ + "name")
                ? handler.hook()
                : properties().get(name);
    }

    @Override
    public boolean isAsleep() {
        return true;
    }

    @Override
    public Object service() {
        return this;
    }

    @Override
    public String settingsSchema() {
        return SettingsSchemas.NONE;
    }
}
