package org.sallyport.it;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;
import static org.ops4j.pax.exam.CoreOptions.url;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyType;

/** The platform's components in a bare framework, wired by Declarative Services alone, without launcher and gates. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ComponentsIT {
    @Inject
    private BundleContext context;

    @Inject
    private HookAdmin hooks;

    @Inject
    private PolicyEngine policy;

    @Inject
    private PluginAdmin plugins;

    @Configuration
    public Option[] platform() throws IOException {
        Path home = Files.createTempDirectory("components-it");
        return options(
                systemPackages(Distribution.systemPackages()),
                frameworkProperty("sallyport.home").value(home.toString()),
                frameworkProperty("sallyport.version").value("0.1.0"),
                frameworkProperty("sallyport.gates").value("archive,manifest,host,code"),
                frameworkProperty("sallyport.config.defaults").value("{}"),
                frameworkProperty("sallyport.config.overrides").value("{}"),
                frameworkProperty("org.osgi.framework.bsnversion").value("multiple"),
                composite(Distribution.bundles(home)),
                composite(Stream.of(
                                "jakarta.inject-api",
                                "org.ops4j.base",
                                "org.ops4j.pax.exam.inject",
                                "org.ops4j.pax.extender.service",
                                "org.ops4j.pax.swissbox.core",
                                "org.ops4j.pax.swissbox.extender",
                                "org.ops4j.pax.swissbox.framework",
                                "org.ops4j.pax.swissbox.lifecycle",
                                "org.ops4j.pax.swissbox.tracker")
                        .map(name -> url("link:classpath:META-INF/links/" + name + ".link"))
                        .toArray(Option[]::new)),
                junitBundles());
    }

    @Test
    public void aConsumerIsGivenTheSetThatIsInServiceAsSoonAsItComes() throws Exception {
        CompletableFuture<PluginSet> first = new CompletableFuture<>();
        ServiceRegistration<PluginConsumer> registration =
                context.registerService(PluginConsumer.class, new Recording(first), null);
        try {
            assertTrue(first.get(10, TimeUnit.SECONDS).plugins().isEmpty());
        } finally {
            registration.unregister();
        }
    }

    @Test
    public void aMessagePassesAnEmptyChainAndIsCalledNoSecurity() throws Exception {
        var exchange = policy.begin(new PolicyEngine.Party("srv", "", "", "", false));
        var message = new PolicyEngine.Inbound("mcp", "request", "ping", Document.object("id", Document.of(1)), 8);

        var result = policy.pass(exchange, message, Optional.empty())
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        assertEquals(Outcome.NO_SECURITY, result.report().outcome());
        assertTrue(result.unchanged());
    }

    @Test
    public void aPluginTypeIsThereAsLongAsItsBundleRuns() throws Exception {
        Bundle type = bundle("org.sallyport.type.security");
        assertTrue(types().contains("security"));

        type.stop();
        assertFalse(types().contains("security"));
        type.start();
        assertTrue(types().contains("security"));
    }

    @Test
    public void aHookWithoutHandlersGivesBackWhatItGot() {
        assertEquals(
                "as it was",
                hooks.hooksOf("test").filter("test.filter", String.class).apply("as it was"));
    }

    @Test
    public void withoutPluginsTheListIsEmpty() {
        assertTrue(plugins.list().isEmpty());
    }

    private List<String> types() throws Exception {
        List<String> names = new ArrayList<>();
        for (var reference : context.getServiceReferences(PolicyType.class, null)) {
            names.add(context.getService(reference).name());
        }
        return names;
    }

    private Bundle bundle(String symbolicName) {
        for (Bundle bundle : context.getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError("No bundle " + symbolicName);
    }

    private record Recording(CompletableFuture<PluginSet> first) implements PluginConsumer {
        @Override
        public CompletionStage<Void> switchTo(PluginSet next) {
            first.complete(next);
            return CompletableFuture.completedFuture(null);
        }
    }
}
