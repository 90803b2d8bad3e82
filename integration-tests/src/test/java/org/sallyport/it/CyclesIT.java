package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.hook.Hooks.ActionHook;
import org.sallyport.launcher.Sallyport;

/** A plugin comes and goes many times: {@code -Dcycles=1000}; by default 50. */
@DisplayName("A plugin that is installed, used, updated and uninstalled over and over")
class CyclesIT {
    private static final int CYCLES = Integer.getInteger("cycles", 50);

    /** When the platform has loaded what it needs. */
    private static final int EARLY = Math.max(20, CYCLES / 10);

    /** Growth that is allowed from then on. */
    private static final double FLAT = 1.05;

    @TempDir
    private Path folder;

    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    private final Set<Reference<ClassLoader>> loaders = new HashSet<>();

    /** What a process holds after collections. */
    private record Held(int threads, long metaspace, int classes) {
        static Held now() {
            long metaspace = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getName().equals("Metaspace"))
                    .mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
                    .sum();
            return new Held(
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    metaspace,
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        }
    }

    @Test
    @DisplayName("leaves no class loader, no thread and no metaspace behind")
    void leavesNothing() throws Exception {
        byte[] first = plugin("1.0.0");
        byte[] second = plugin("2.0.0");
        try (Sallyport sallyport = Sallyport.builder()
                .home(Signer.TESTS.trustedIn(folder.resolve("home")))
                .start()) {
            @SuppressWarnings("rawtypes")
            ActionHook<List> hook = sallyport.hooks("it").action("loaders", List.class);
            Held early = null;
            for (int i = 1; i <= CYCLES; i++) {
                Signer.TESTS.install(sallyport, first);
                use(hook);
                sallyport.plugins().update("cycling", Signer.TESTS.offer(sallyport, second), "test");
                use(hook);
                sallyport.plugins().uninstall("cycling");
                // What was in service is remembered for good; the first version is to come in again.
                sallyport.run("plugin", "pin", "cycling", "--lowest", "0.0.0");
                if (i == EARLY) {
                    allCollected(2 * i);
                    early = Held.now();
                }
            }
            allCollected(2 * CYCLES);
            Held late = Held.now();

            System.out.printf(Locale.ROOT, "cycles %d: after %d %s, after all %s%n", CYCLES, EARLY, early, late);
            assertThat(late.metaspace()).as("metaspace").isLessThanOrEqualTo((long) (early.metaspace() * FLAT));
            int threads = (int) (early.threads() * FLAT);
            Await.until("at most " + threads + " threads", () -> Held.now().threads() <= threads);
        }
    }

    private void use(ActionHook<List> hook) {
        List<ClassLoader> found = new ArrayList<>();
        hook.fire(found);
        assertThat(found).hasSize(1);
        loaders.add(new PhantomReference<>(found.get(0), collected));
    }

    /** Each loader that was seen is collected. */
    private void allCollected(int seen) throws InterruptedException {
        int before = loaders.size();
        Await.until("all of " + before + " class loaders of " + seen + " versions are collected", () -> {
            System.gc();
            for (Reference<?> one = collected.poll(); one != null; one = collected.poll()) {
                loaders.remove(one);
            }
            return loaders.isEmpty();
        });
    }

    /** Uses what a plugin can get: storage, threads, events, a command; and keeps a thread-local. */
    private static byte[] plugin(String version) {
        return PluginJar.of("test.cycling", version)
                .source("test.cycling.Cycling", """
                        package test.cycling;

                        import java.util.List;
                        import java.util.concurrent.TimeUnit;
                        import org.osgi.service.component.annotations.*;
                        import org.sallyport.api.document.Document;
                        import org.sallyport.api.hook.*;
                        import org.sallyport.api.plugin.*;

                        @SallyportPlugin(id = "cycling", name = "Cycling", description = "Comes and goes", eager = true)
                        @HandlesHook(name = "loaders")
                        @Component
                        public class Cycling implements ActionHandler<List<ClassLoader>>, StateHandover {
                            private static final ThreadLocal<Cycling> LOCAL = new ThreadLocal<>();

                            @Reference
                            private PluginContext context;

                            @Activate
                            void start() {
                                context.executor().scheduleAtFixedRate(() -> LOCAL.set(this), 0, 1, TimeUnit.MILLISECONDS);
                                context.logger().debug("started");
                            }

                            @Override
                            public void on(List<ClassLoader> found, HookCall call) {
                                found.add(getClass().getClassLoader());
                            }

                            @Override
                            public int schemaVersion() {
                                return 1;
                            }

                            @Override
                            public Document saveState() {
                                return Document.object("x", Document.of(1));
                            }

                            @Override
                            public void restoreState(int schemaVersion, Document state) {}
                        }
                        """)
                .build();
    }
}
