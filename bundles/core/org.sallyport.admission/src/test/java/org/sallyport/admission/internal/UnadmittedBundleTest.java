package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

@DisplayName("A bundle of the platform, with a plugin that was not admitted beside it,")
class UnadmittedBundleTest {
    @TempDir
    private Path cache;

    private Framework framework;
    private Wall wall;

    @BeforeEach
    void start() throws BundleException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, cache.toString(), "felix.log.level", "0"));
        framework.start();
        wall = new Wall(1);
        framework.getBundleContext().registerService(ResolverHookFactory.class, wall, null);
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    @DisplayName("resolves against bundles that are resolved already")
    void resolvesBeside() throws Exception {
        install("sallyport:waiting", Map.of());

        Bundle platform = install("platform:a", Map.of(Constants.IMPORT_PACKAGE, "org.osgi.framework"));

        assertThat(resolves(platform)).isTrue();
    }

    @Test
    @DisplayName("gets no wire to it")
    void noWire() throws Exception {
        Bundle plugin = install("sallyport:waiting", Map.of(Constants.EXPORT_PACKAGE, "secret"));

        Bundle platform = install(
                "platform:a", Map.of(Constants.IMPORT_PACKAGE, "secret;resolution:=optional,org.osgi.framework"));

        assertThat(resolves(platform)).isTrue();
        assertThat(plugin.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    @DisplayName("does not bring it along as a fragment")
    void noFragment() throws Exception {
        Bundle platform = install("platform:host", Map.of(Constants.IMPORT_PACKAGE, "org.osgi.framework"));
        Bundle fragment = install("sallyport:waiting", Map.of(Constants.FRAGMENT_HOST, "platform.host"));

        assertThat(resolves(platform)).isTrue();
        assertThat(fragment.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    @DisplayName("does not help it to resolve, whether it needs anything or not, alone or together")
    void refused() throws Exception {
        Bundle platform = install("platform:a", Map.of());
        Bundle plain = install("sallyport:plain", Map.of());
        Bundle needing = install("sallyport:needing", Map.of(Constants.IMPORT_PACKAGE, "org.osgi.framework"));

        assertThat(resolves(plain)).isFalse();
        assertThat(resolves(needing)).isFalse();
        assertThat(resolves(platform, plain, needing)).isFalse();
        assertThat(plain.getState()).isEqualTo(Bundle.INSTALLED);
        assertThat(needing.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    @DisplayName("lets an admitted plugin resolve")
    void admitted() throws Exception {
        install("sallyport:waiting", Map.of());
        Bundle plugin = install("sallyport:admitted", Map.of(Constants.IMPORT_PACKAGE, "org.osgi.framework"));
        wall.admit(plugin, this);

        assertThat(resolves(plugin)).isTrue();
    }

    private boolean resolves(Bundle... bundles) {
        return framework.adapt(FrameworkWiring.class).resolveBundles(List.of(bundles));
    }

    private Bundle install(String location, Map<String, String> headers) throws IOException, BundleException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.putValue("Manifest-Version", "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, location.replace(':', '.'));
        headers.forEach(attributes::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return framework.getBundleContext().installBundle(location, new ByteArrayInputStream(bytes.toByteArray()));
    }
}
