package org.sallyport.it;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import aQute.bnd.header.OSGiHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.jar.Manifest;
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
                systemPackages(shared()),
                frameworkProperty("sallyport.home").value(home.toString()),
                frameworkProperty("sallyport.version").value("0.1.0"),
                frameworkProperty("sallyport.gates").value("archive,manifest,host"),
                frameworkProperty("sallyport.config.defaults").value("{}"),
                frameworkProperty("sallyport.config.overrides").value("{}"),
                frameworkProperty("org.osgi.framework.bsnversion").value("multiple"),
                composite(distribution(home)),
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

    private static Option[] distribution(Path folder) throws IOException {
        List<Option> bundles = new ArrayList<>();
        for (String name : text("/META-INF/sallyport/bundles.index").lines().toList()) {
            // No ports, no shell, no folders: what is tested is the wiring.
            if (!name.isBlank() && !name.matches("(org\\.sallyport\\.(gateway|deploy)|.*jline|netty).*")) {
                Path file = folder.resolve(name);
                try (InputStream in = ComponentsIT.class.getResourceAsStream("/META-INF/sallyport/bundles/" + name)) {
                    Files.copy(in, file);
                }
                bundles.add(org.ops4j.pax.exam.CoreOptions.bundle(file.toUri().toString()));
            }
        }
        return bundles.toArray(Option[]::new);
    }

    private static String[] shared() throws IOException {
        List<String> packages = new ArrayList<>();
        for (String artifact : List.of("org.sallyport.api", "org.sallyport.spi", "slf4j-api")) {
            try (InputStream in = ComponentsIT.class.getResourceAsStream(
                    "/META-INF/sallyport/system/" + artifact + "/META-INF/MANIFEST.MF")) {
                String exports = new Manifest(in).getMainAttributes().getValue("Export-Package");
                OSGiHeader.parseHeader(exports)
                        .forEach((name, attributes) ->
                                packages.add(name.replace("~", "") + ";version=\"" + attributes.getVersion() + "\""));
            }
        }
        return packages.toArray(String[]::new);
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = ComponentsIT.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private record Recording(CompletableFuture<PluginSet> first) implements PluginConsumer {
        @Override
        public CompletionStage<Void> switchTo(PluginSet next) {
            first.complete(next);
            return CompletableFuture.completedFuture(null);
        }
    }
}
