package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.sandbox.ThreadDomain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard of this JVM. Nothing is changed in it before the first plugin is to be confined; from then on all that is guarded is,
 * until the JVM ends.
 */
public final class RuntimeGuard implements Guard {
    private static final Logger log = LoggerFactory.getLogger(RuntimeGuard.class);

    private final int release;
    private final Supplier<@Nullable PermissionUse> use;
    private final Domains domains = new Domains();
    private final Supplier<@Nullable Instrumentation> agent;
    private volatile Status status;
    private final boolean entries;
    private boolean tried;

    /** @param use who is told of acts and denials; may give null as long as there is nobody */
    public RuntimeGuard(Supplier<@Nullable PermissionUse> use) {
        this(use, true);
    }

    /**
     * For a process in which plugins are confined as they are.
     *
     * @param entries whether all code of plugins enters their domains by itself, as woven code does
     */
    public RuntimeGuard(Supplier<@Nullable PermissionUse> use, boolean entries) {
        this(use, Runtime.version().feature(), SelfAttach::instrumentation, entries);
    }

    RuntimeGuard(
            Supplier<@Nullable PermissionUse> use,
            int release,
            Supplier<@Nullable Instrumentation> agent,
            boolean entries) {
        this.use = use;
        this.entries = entries;
        this.release = release;
        this.agent = agent;
        this.status = new Status(
                false,
                "no plugin was confined so far; the guard is armed before the first one",
                release,
                "",
                List.of(),
                List.of());
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public synchronized Status arm() {
        if (!tried) {
            tried = true;
            try {
                status = armed();
                log.info("The guard is armed: {}", status.table());
            } catch (IOException
                    | ReflectiveOperationException
                    | UnmodifiableClassException
                    | RuntimeException
                    | LinkageError e) {
                status = new Status(
                        false,
                        "the guard was not armed: " + (e.getMessage() == null ? e : e.getMessage()),
                        release,
                        "",
                        List.of(),
                        List.of());
                log.warn("No plugin can be confined in this process, as {}", status.cause());
            }
        }
        return status;
    }

    private Status armed() throws IOException, ReflectiveOperationException, UnmodifiableClassException {
        RuleTable table = RuleTable.of(release);
        Instrumentation instrumentation = agent.get();
        if (instrumentation == null) {
            throw new IOException(
                    "there is no agent; start with java -jar sallyport.jar, or with -javaagent:sallyport.jar");
        }
        if (!instrumentation.isRetransformClassesSupported()) {
            throw new IOException("this JVM does not let classes be changed");
        }
        ClassLoader framework = Bundle.class.getClassLoader();
        List<Class<?>> guarded = load(table, framework);
        Class<?> gate = GateDefiner.define(instrumentation, modules(guarded));
        Checker checker = new Checker(table, domains, new CallerFinder(domains, release), use, entries);
        warm(table);
        RuleWeaver weaver = new RuleWeaver(table, framework);
        // It stays, so that another agent's change of the same classes does not take the checks out.
        instrumentation.addTransformer(weaver, true);
        instrumentation.retransformClasses(guarded.toArray(Class<?>[]::new));
        List<String> problems = weaver.problems();
        if (!problems.isEmpty()) {
            throw new IOException(
                    problems.size() == 1
                            ? problems.get(0)
                            : problems.get(0) + ", and [" + (problems.size() - 1) + "] more");
        }
        domains.host().armed(GateDefiner.arm(gate, checker, domains.host()));
        SelfTest test = new SelfTest(domains);
        List<String> results = test.run();
        if (!test.passed()) {
            throw new IOException("its self-test failed: " + results);
        }
        return new Status(true, "", release, table.toString(), List.of("jdk", "framework"), results);
    }

    private static List<Class<?>> load(RuleTable table, ClassLoader framework) throws ClassNotFoundException {
        for (String name : table.ready()) {
            Class.forName(name, true, ClassLoader.getPlatformClassLoader());
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : table.byClass().keySet()) {
            boolean own = name.startsWith("org/apache/felix/");
            classes.add(Class.forName(
                    name.replace('/', '.'),
                    !own && !name.startsWith("java/beans/"),
                    own ? framework : ClassLoader.getPlatformClassLoader()));
        }
        return classes;
    }

    private static Set<Module> modules(List<Class<?>> classes) {
        Set<Module> modules = new HashSet<>();
        classes.forEach(type -> modules.add(type.getModule()));
        modules.remove(Object.class.getModule());
        return modules;
    }

    /** What a check needs is there before the first check. */
    private static void warm(RuleTable table) {
        FilePlaces.load();
        Acts.named(table.rules().get(0).act()).needs(Acts.NOBODY, new Object[] {null, null, null});
        RealPaths.of("/", true);
    }

    @Override
    public ThreadDomain confine(Bundle bundle, PluginId plugin, Version version, Permissions permissions) {
        if (!status.armed()) {
            throw new IllegalStateException("Plugin [" + plugin + "] cannot be confined: " + status.cause());
        }
        return domains.confine(bundle, plugin, version, permissions);
    }

    /** For classes of a loader that is no bundle's. */
    ThreadDomain confine(ClassLoader loader, PluginId plugin, Permissions permissions) {
        return domains.confine(loader, plugin, permissions);
    }

    @Override
    public ThreadDomain host() {
        return domains.host();
    }
}
