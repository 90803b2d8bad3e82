package org.sallyport.launcher.internal.guard;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleWiring;

/** What a confined bundle tries with the framework; the only class of that bundle. */
public final class BundleAttempts {
    private final Map<String, Callable<Object>> all = new LinkedHashMap<>();

    public BundleAttempts(BundleContext context, long neighbour) {
        Bundle own = context.getBundle();
        Bundle other = context.getBundle(neighbour);
        Bundle system = context.getBundle(0);
        all.put("install", () -> context.installBundle("file:/nowhere.jar"));
        all.put("stop", () -> {
            other.stop();
            other.start();
            return "";
        });
        all.put("stop framework", () -> {
            system.stop();
            return "";
        });
        all.put("update itself", () -> {
            own.update();
            return "";
        });
        all.put("wiring", () -> other.adapt(BundleWiring.class));
        all.put("start level", () -> system.adapt(FrameworkStartLevel.class).getStartLevel());
        all.put("entry", () -> other.getEntry("META-INF/MANIFEST.MF"));
        all.put("headers", other::getHeaders);
        all.put("bundles", context::getBundles);
        all.put("context", other::getBundleContext);
        all.put(
                "hook",
                () -> context.registerService(
                        FindHook.class, (who, name, filter, all, references) -> references.clear(), null));
        all.put("storage", () -> context.getProperty("org.osgi.framework.storage"));
        all.put("ranking", () -> {
            Dictionary<String, Object> properties =
                    new Hashtable<>(Map.of("service.ranking", Integer.MAX_VALUE, "a", "b"));
            ServiceRegistration<Runnable> registration = context.registerService(Runnable.class, () -> {}, properties);
            try {
                Object first = registration.getReference().getProperty("service.ranking");
                registration.setProperties(properties);
                Object second = registration.getReference().getProperty("service.ranking");
                if (first != null || second != null) {
                    throw new IllegalStateException("ranked");
                }
                throw new SecurityException(
                        "taken off, and [" + registration.getReference().getProperty("a") + "] is left");
            } catch (IllegalStateException e) {
                return "ranked";
            } finally {
                registration.unregister();
            }
        });
        all.put(
                "control: own bundle",
                () -> own.adapt(BundleWiring.class).getClassLoader().loadClass(BundleAttempts.class.getName())
                                == BundleAttempts.class
                        && own.getEntry("META-INF/MANIFEST.MF").openStream().read() > 0
                        && own.getHeaders().get("Bundle-SymbolicName") != null
                        && context.getProperty("org.osgi.framework.version") != null);
        all.put("control: own service", () -> {
            ServiceRegistration<Runnable> registration = context.registerService(Runnable.class, () -> {}, null);
            Object service = context.getService(registration.getReference());
            registration.unregister();
            return service;
        });
    }

    public Map<String, Callable<Object>> all() {
        return all;
    }
}
