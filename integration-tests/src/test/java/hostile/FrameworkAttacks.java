package hostile;

import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows OS. The argument {@code neighbour} is the symbolic name of another plugin. */
public final class FrameworkAttacks {
    private FrameworkAttacks() {}

    /** Has the framework's context. */
    public abstract static class InFramework extends Attack {
        /** The framework's. */
        protected final BundleContext context;

        InFramework(BundleContext context) {
            this.context = context;
        }

        Bundle find(String name) {
            for (Bundle bundle : context.getBundles()) {
                if (name.equals(bundle.getSymbolicName())) {
                    return bundle;
                }
            }
            throw new IllegalStateException("no bundle " + name);
        }
    }

    /** Brings another bundle in. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os01 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os01(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("installBundle", () -> {
                try (InputStream in = Os01.class.getResourceAsStream("/smuggled.jar")) {
                    Bundle bundle = context.installBundle("attack:smuggled", in);
                    bundle.uninstall();
                    return bundle;
                }
            });
        }
    }

    /** Stops another plugin, and starts it again. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os02 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os02(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("stop", () -> {
                Bundle bundle = find(steps.text("neighbour"));
                bundle.stop(Bundle.STOP_TRANSIENT);
                return bundle.getState() == Bundle.ACTIVE ? null : bundle;
            });
            steps.step("start", () -> {
                Bundle bundle = find(steps.text("neighbour"));
                bundle.start(Bundle.START_TRANSIENT);
                return bundle;
            });
        }
    }

    /** Through the wiring. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os03 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os03(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "adapt",
                    () -> find("org.sallyport.admission")
                            .adapt(BundleWiring.class)
                            .getClassLoader()
                            .loadClass("org.sallyport.admission.internal.Wall"));
        }
    }

    /** What is in others. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os04 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os04(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "loadClass",
                    () -> find("org.sallyport.admission").loadClass("org.sallyport.admission.internal.Wall"));
            steps.step("getEntry", () -> find("org.sallyport.admission").getEntry("META-INF/MANIFEST.MF"));
            steps.step("findEntries", () -> find("org.sallyport.admission").findEntries("/", "*.xml", true));
            steps.step("getResource", () -> find("org.sallyport.admission").getResource("META-INF/MANIFEST.MF"));
            steps.step(
                    "getHeaders",
                    () -> find("org.sallyport.admission").getHeaders().size());
        }
    }

    /** Services that nobody gave it. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os05 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os05(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("getServiceReferences", () -> others(context.getServiceReferences((String) null, null)));
            steps.step("getAllServiceReferences", () -> others(context.getAllServiceReferences(null, null)));
            steps.step("getService", () -> {
                ServiceReference<?> reference = context.getServiceReference("org.sallyport.spi.admission.PluginAdmin");
                return reference == null ? null : context.getService(reference);
            });
        }

        /** Those that are neither its own nor of the API; none if there are none. */
        private String others(ServiceReference<?>[] references) {
            List<String> names = new ArrayList<>();
            for (ServiceReference<?> reference : references == null ? new ServiceReference<?>[0] : references) {
                if (!context.getBundle().equals(reference.getBundle())) {
                    for (String name : (String[]) reference.getProperty("objectClass")) {
                        if (!name.startsWith("org.sallyport.api.") && !name.startsWith("org.osgi.service.condition.")) {
                            names.add(name);
                        }
                    }
                }
            }
            return names.isEmpty() ? null : names.toString();
        }
    }

    /** Puts itself before the platform's own. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os07 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os07(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("register", () -> {
                Hashtable<String, Object> first = new Hashtable<>();
                first.put("service.ranking", Integer.MAX_VALUE);
                ServiceRegistration<?> mine =
                        context.registerService(PluginContext.class, new Shadow().context(), first);
                // Whom others would get is looked at from outside.
                return steps.text("keep").isEmpty() ? null : mine;
            });
        }
    }

    /** What is registered in the platform's place. */
    private static final class Shadow {
        PluginContext context() {
            return (PluginContext) Proxy.newProxyInstance(
                    Shadow.class.getClassLoader(), new Class<?>[] {PluginContext.class}, (self, method, arguments) -> {
                        throw new IllegalStateException("shadowed");
                    });
        }
    }

    /** Hooks of the framework, as a bundle that imports them. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os08 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os08(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("FindHook", () -> {
                FindHook hook = (asking, name, filter, all, references) -> {};
                context.registerService(FindHook.class, hook, null).unregister();
                return "registered";
            });
        }
    }

    /** Hooks of the framework, without an import: their classes by way of the framework's own loader. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os08Loader extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os08Loader(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            for (String name : List.of(
                    "org.osgi.framework.hooks.service.FindHook",
                    "org.osgi.framework.hooks.service.EventListenerHook",
                    "org.osgi.framework.hooks.resolver.ResolverHookFactory",
                    "org.osgi.framework.hooks.weaving.WeavingHook",
                    "org.osgi.framework.hooks.bundle.FindHook")) {
                steps.step(name, () -> {
                    Class<?> type = context.getClass().getClassLoader().loadClass(name);
                    Object hook = Proxy.newProxyInstance(
                            type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> null);
                    context.registerService(name, hook, null).unregister();
                    return "registered";
                });
            }
        }
    }

    /** Another one's configuration. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os11 extends InFramework {
        /** Gets the framework's context. */
        @Activate
        public Os11(BundleContext context) {
            super(context);
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("ConfigurationAdmin", () -> {
                ServiceReference<?> reference = context.getServiceReference("org.osgi.service.cm.ConfigurationAdmin");
                return reference == null ? null : context.getService(reference);
            });
        }
    }

    /** Never starts. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os19 extends InFramework {
        /** Hangs. */
        @Activate
        public Os19(BundleContext context) {
            super(context);
            while (true) {
                try {
                    Thread.sleep(600_000);
                } catch (InterruptedException e) {
                    // It does not take a hint.
                }
            }
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("started", () -> "started");
        }
    }

    /** Events in the name of the platform, too many of them, and a listener that blocks. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Os22 extends Attack {
        @Reference
        private PluginContext plugin;

        @Override
        protected void attack(Steps steps) {
            List<String> heard = new ArrayList<>();
            steps.step("reserved topic", () -> {
                try (AutoCloseable all = plugin.events().subscribe("sallyport/*", event -> {
                    synchronized (heard) {
                        heard.add(event.topic());
                    }
                })) {
                    plugin.events().publish("sallyport/plugin/forged", Document.EMPTY_OBJECT);
                    Thread.sleep(300);
                }
                synchronized (heard) {
                    return heard.contains("sallyport/plugin/forged") ? "heard as the platform's" : null;
                }
            });
            steps.step("blocked listener and flood", () -> {
                plugin.events().subscribe("plugin/*", event -> {
                    while (true) {
                        try {
                            Thread.sleep(600_000);
                        } catch (InterruptedException e) {
                            // It does not take a hint.
                        }
                    }
                });
                for (int i = 0; i < 100_000; i++) {
                    plugin.events().publish("flood", Document.EMPTY_OBJECT);
                }
                return null;
            });
        }
    }
}
