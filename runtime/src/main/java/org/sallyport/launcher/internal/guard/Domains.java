package org.sallyport.launcher.internal.guard;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleReference;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permissions;

/**
 * Whose classes are whose. Thread-safe. What a class is, is found out once; that of a plugin has its domain from the moment its
 * bundle was confined.
 */
final class Domains {
    /** What classes are that have no domain. */
    enum Kind {
        /** The JDK's. */
        JDK,
        /** The JDK's for reflection and method handles: not who calls, but how. */
        PLUMBING,
        /** The JDK's that make threads for what they were asked to do, … */
        MAKER,
        /** … or for all that ask them from then on. */
        SHARER,
        /** Class loaders: what they read, they read for themselves. Who makes one may be whoever calls. */
        LOADER,
        /** The framework, and what else in the JDK does what it does for itself. */
        BOUNDARY,
        /** The guard's own. */
        GUARD,
        /** The host's, and those of plugins that are not confined. */
        HOST
    }

    private static final Set<String> SPINNERS = Set.of(
            "java.lang.invoke.InnerClassLambdaMetafactory",
            "java.lang.invoke.StringConcatFactory",
            "java.lang.invoke.InvokerBytecodeGenerator",
            "java.lang.invoke.MethodHandleProxies",
            "java.lang.invoke.ClassSpecializer");

    private static final Set<String> SHARERS = Set.of(
            "java.lang.ProcessHandleImpl",
            "java.util.concurrent.ForkJoinPool",
            "java.util.concurrent.DelayScheduler",
            "java.util.concurrent.CompletableFuture$Delayer");

    private static final String OWN = Domains.class.getPackageName() + '.';

    private final Confined.Host host = new Confined.Host();
    private final Threads threads = new Threads();
    private final Map<Long, Confined> bundles = new ConcurrentHashMap<>();
    private final Map<ClassLoader, Confined> canaries = new ConcurrentHashMap<>();
    private final ClassValue<Object> classes = new ClassValue<>() {
        @Override
        protected Object computeValue(Class<?> type) {
            return find(type);
        }
    };

    Confined.Host host() {
        return host;
    }

    Threads threads() {
        return threads;
    }

    @Nullable Object change(@Nullable Object domain) {
        return host.change(domain);
    }

    Confined confine(Bundle bundle, PluginId plugin, Version version, Permissions permissions) {
        Confined domain = new Confined(this, plugin, version, permissions);
        bundles.put(bundle.getBundleId(), domain);
        return domain;
    }

    /** A loader without a bundle: of the self-test. */
    Confined confine(ClassLoader loader, PluginId plugin, Permissions permissions) {
        Confined domain = new Confined(this, plugin, Version.emptyVersion, permissions);
        canaries.put(loader, domain);
        return domain;
    }

    void forget(ClassLoader loader) {
        canaries.remove(loader);
    }

    /** The domain of a class, or a {@link Kind}. */
    Object of(Class<?> type) {
        return classes.get(type);
    }

    /** The domain of a bundle; null for the host's. */
    @Nullable Confined of(Bundle bundle) {
        return bundles.get(bundle.getBundleId());
    }

    /** The domain of a loader's classes; null for all others. */
    @Nullable Confined of(@Nullable ClassLoader loader) {
        for (ClassLoader l = loader; l != null; l = l.getParent()) {
            Confined known = canaries.get(l);
            if (known != null) {
                return known;
            }
            if (l instanceof BundleReference reference && isFramework(l.getClass())) {
                Bundle bundle = reference.getBundle();
                return bundle == null ? null : of(bundle);
            }
        }
        return null;
    }

    static boolean isJdk(@Nullable ClassLoader loader) {
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean isFramework(Class<?> type) {
        return type.getClassLoader() == Bundle.class.getClassLoader()
                && type.getName().startsWith("org.apache.felix.framework.");
    }

    private Object find(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        String name = type.getName();
        if (isJdk(loader)) {
            return ofJdk(name);
        }
        Confined domain = of(loader);
        if (domain != null) {
            // An accessor that 17 generates for reflection has a loader of the JDK's, whose parent is the plugin's.
            return loader.getClass().getClassLoader() == null && name.startsWith("jdk.internal.reflect.")
                    ? Kind.PLUMBING
                    : domain;
        }
        if (loader == Domains.class.getClassLoader() && name.startsWith(OWN)) {
            return Kind.GUARD;
        }
        if (isFramework(type)) {
            return Kind.BOUNDARY;
        }
        if (loader.getClass().getClassLoader() == null && name.startsWith("jdk.internal.reflect.")) {
            return Kind.PLUMBING;
        }
        Module module = type.getModule();
        return module.isNamed()
                        && (module.getName().startsWith("jdk.")
                                || module.getName().startsWith("java."))
                        && module.getLayer() == ModuleLayer.boot()
                ? Kind.JDK
                : Kind.HOST;
    }

    /** Makes classes for the language itself: lambdas, concatenations. Who calls it does not define a class. */
    private static boolean isSpinner(String name) {
        return SPINNERS.stream().anyMatch(spinner -> name.equals(spinner) || name.startsWith(spinner + '$'));
    }

    private static Kind ofJdk(String name) {
        if (name.equals(GateDefiner.INTERNAL_NAME.replace('/', '.'))) {
            return Kind.GUARD;
        }
        if (name.equals("jdk.internal.reflect.ClassDefiner")) {
            return Kind.BOUNDARY;
        }
        if (name.startsWith("java.lang.invoke.") && !isSpinner(name)
                || name.startsWith("java.lang.reflect.")
                || name.startsWith("jdk.internal.reflect.")) {
            return Kind.PLUMBING;
        }
        if (name.startsWith("jdk.internal.net.http.")
                || name.startsWith("sun.nio.ch.")
                || name.startsWith("sun.net.httpserver.")) {
            return Kind.MAKER;
        }
        if (SHARERS.contains(name)) {
            return Kind.SHARER;
        }
        // The second looks for the limits of a container, once.
        if (name.startsWith("jdk.internal.loader.") || name.startsWith("jdk.internal.platform.")) {
            return Kind.BOUNDARY;
        }
        return name.equals("java.lang.ClassLoader")
                        || name.startsWith("java.lang.ClassLoader$")
                        || name.startsWith("java.net.URLClassLoader")
                        || name.equals("java.net.FactoryURLClassLoader")
                        || name.equals("java.security.SecureClassLoader")
                ? Kind.LOADER
                : Kind.JDK;
    }
}
