package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("In a framework, an operation does not wait for ever")
class StepLimitsInFrameworkTest {
    @TempDir
    Path home;

    private final CountDownLatch release = new CountDownLatch(1);
    private TestRuntime runtime;

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        runtime.close();
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                // The interruption of one that hangs has no effect, as in a loop.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("for the resolver: the plugin is quarantined with the limit, and comes up when it is tried afterwards")
    void resolve() throws Exception {
        runtime = TestRuntime.start(home, "sallyport.limit.resolve.millis", "300");
        ServiceRegistration<?> hook = runtime.context.registerService(
                ResolverHookFactory.class,
                triggers -> new ResolverHook() {
                    @Override
                    public void filterResolvable(Collection<BundleRevision> candidates) {
                        if (candidates.stream().anyMatch(one -> "test.slow".equals(one.getSymbolicName()))) {
                            StepLimitsInFrameworkTest.await(release);
                        }
                    }

                    @Override
                    public void filterSingletonCollisions(
                            BundleCapability singleton, Collection<BundleCapability> others) {}

                    @Override
                    public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {}

                    @Override
                    public void end() {}
                },
                null);

        assertThat(failure("failed_start", () -> runtime.install(PluginJar.answering("slow", "1.0.0", "slow"))))
                .contains("it does not resolve: it did not end within 300 ms", "Have it need less of others");
        assertThat(runtime.state("slow")).isEqualTo(PluginState.QUARANTINED);

        release.countDown();
        hook.unregister();
        TestRuntime.await("it comes up", () -> {
            try {
                return runtime.admin.enable("slow").state() == PluginState.ACTIVE;
            } catch (org.sallyport.api.plugin.PluginException e) {
                return false;
            }
        });
        assertThat(runtime.host.call("slow")).isEqualTo("slow");
    }

    @Test
    @DisplayName("for another one that runs on a plugin which uses it: it is refused as busy, and nothing was changed")
    void patience() throws Exception {
        runtime = TestRuntime.start(home, "sallyport.limit.patience.millis", "100");
        runtime.install(PluginJar.library("base", "1.0.0", "one").build());
        runtime.install(PluginJar.using("user", "1.0.0", "base", "1").build());
        CountDownLatch inside = new CountDownLatch(1);
        System.getProperties().put("sallyport.test.latches", new CountDownLatch[] {inside, release});
        byte[] next = PluginJar.action("user", "2.0.0", """
                @Activate void start() throws Exception {
                    var latches = (java.util.concurrent.CountDownLatch[]) System.getProperties().get("sallyport.test.latches");
                    latches[0].countDown();
                    latches[1].await();
                }
                """, "return Document.of(\"next\");")
                .header("Import-Package", "test.base,*")
                .build();
        CompletableFuture<?> update = CompletableFuture.runAsync(() -> runtime.install(next));
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(failure(
                        "busy",
                        () -> runtime.install(
                                PluginJar.library("base", "2.0.0", "two").build())))
                .isEqualTo(
                        "Plugin [base] was not changed: another operation still runs on [user], which uses it. Try again"
                                + " when it has ended");
        failure("busy", () -> runtime.admin.disable("base"));
        assertThat(runtime.status("base").version()).isEqualTo("1.0.0");
        assertThat(runtime.host.call("user")).isEqualTo("one");

        release.countDown();
        update.get(60, TimeUnit.SECONDS);
        assertThat(runtime.host.call("user")).isEqualTo("next");
        assertThat(runtime.install(PluginJar.library("base", "2.0.0", "two").build())
                        .version())
                .isEqualTo("2.0.0");
        System.getProperties().remove("sallyport.test.latches");
    }
}
