package org.sallyport.hooks.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;

/**
 * Handlers of the hook {@value #HOOK} as a set of plugins, one each, with their index as priority.
 *
 * @param services the handlers
 */
record Handlers(List<?> services) implements PluginSet {
    static final String HOOK = "h";

    /** Nobody to tell. */
    static final PluginFaults NOBODY = new PluginFaults() {
        @Override
        public void quarantine(String plugin, String cause) {
            throw new IllegalStateException(plugin + ": " + cause);
        }

        @Override
        public void report(String plugin, String cause) {}
    };

    Handlers {
        services = List.copyOf(services);
    }

    /** A dispatcher as in service: real clock, own thread. */
    static HookDispatcher dispatcher() {
        HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, NOBODY));
        dispatcher.start();
        return dispatcher;
    }

    /**
     * A handler of a class of its own, with the code of a template: plugins' handlers are all of different classes, and
     * calls of different classes are what a dispatcher costs.
     *
     * @param template a class of this package
     * @param arguments of its only constructor
     */
    static <T> T distinct(Class<T> template, Object... arguments) {
        try (InputStream code = template.getResourceAsStream(
                template.getName().substring(template.getPackageName().length() + 1) + ".class")) {
            Class<?> copy = MethodHandles.privateLookupIn(template, MethodHandles.lookup())
                    .defineHiddenClass(code.readAllBytes(), true)
                    .lookupClass();
            @SuppressWarnings("unchecked")
            T handler = (T) copy.getDeclaredConstructors()[0].newInstance(arguments);
            return handler;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long generation() {
        return 1;
    }

    @Override
    public List<PluginDescriptor> plugins() {
        return List.of();
    }

    @Override
    public Optional<PluginDescriptor> find(String idOrAlias) {
        return Optional.empty();
    }

    @Override
    public <T> List<Contribution<T>> contributions(Class<T> contract) {
        List<Contribution<T>> found = new ArrayList<>();
        for (int i = 0; i < services.size(); i++) {
            if (contract.isInstance(services.get(i))) {
                found.add(new One<>("p" + i, i, contract.cast(services.get(i))));
            }
        }
        return found;
    }

    private record One<T>(String handler, int priority, T service) implements Contribution<T> {
        @Override
        public PluginDescriptor plugin() {
            Map<String, Object> known = Map.of("id", new PluginId(handler), "version", new Version(1, 0, 0));
            return (PluginDescriptor) Proxy.newProxyInstance(
                    Handlers.class.getClassLoader(),
                    new Class<?>[] {PluginDescriptor.class},
                    (proxy, method, arguments) -> known.get(method.getName()));
        }

        @Override
        public Map<String, Object> properties() {
            return Map.of("sallyport.hook.name", HOOK, "sallyport.hook.priority", priority);
        }

        @Override
        public String settingsSchema() {
            return "{}";
        }
    }
}
