package org.sallyport.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.sandbox.ThreadDomain;

@DisplayName("A confined bundle in the framework")
class FrameworkTest {
    @TempDir
    Path storage;

    private Framework framework;
    private SandboxComponent tier;

    private static final Guard GUARD = new Guard() {
        @Override
        public Status status() {
            return new Status(true, "", 17, "", java.util.List.of(), java.util.List.of());
        }

        @Override
        public Status arm() {
            return status();
        }

        @Override
        public ThreadDomain confine(Bundle bundle, PluginId plugin, Version version, Permissions permissions) {
            return new Confined.Name(plugin.value());
        }

        @Override
        public ThreadDomain host() {
            return new Confined.Name("host");
        }
    };

    @BeforeEach
    void start() throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put("org.osgi.framework.storage", storage.toString());
        properties.put("org.osgi.framework.system.packages.extra", "org.sallyport.sandbox.internal");
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(properties);
        framework.start();
        tier = new SandboxComponent(
                framework.getBundleContext(), (SandboxComponent.Config) java.lang.reflect.Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {SandboxComponent.Config.class},
                        (proxy, method, none) -> method.getDefaultValue()));
        tier.guard = GUARD;
    }

    @AfterEach
    void stop() throws Exception {
        tier.deactivate();
        framework.stop();
        framework.waitForStop(10_000);
    }

    private Bundle install(Compiled source, boolean woven) throws Exception {
        Candidate candidate = ConfinedTierTest.candidate(source.header("Bundle-SymbolicName", "test")
                .header("Import-Package", "org.sallyport.sandbox.internal;resolution:=optional")
                .jar());
        byte[] body = tier.body(candidate);
        Bundle bundle = framework
                .getBundleContext()
                .installBundle("test", new ByteArrayInputStream(woven ? body : candidate.archive()));
        tier.installed(bundle, candidate);
        return bundle;
    }

    private static final String WHO =
            "public class P implements Callable<Object> { public Object call() throws Exception {"
                    + " return org.sallyport.sandbox.internal.Confined.WHO.call(); } }";

    @Test
    @DisplayName("has its meter connected when its first class needs it, and none of its code runs behind its end")
    @SuppressWarnings("unchecked")
    void runs() throws Exception {
        Bundle bundle = install(Compiled.empty().source("test.P", WHO), true);
        Callable<Object> call =
                (Callable<Object>) bundle.loadClass("test.P").getConstructor().newInstance();

        assertThat(call.call()).isEqualTo("polite");
        assertThat(Confined.Name.current()).isEqualTo("nobody");
        tier.stopping(bundle);
    }

    @Test
    @DisplayName("does not load a class that was not woven")
    void plain() throws Exception {
        Bundle bundle = install(Compiled.empty().source("test.P", WHO), false);

        assertThatThrownBy(() -> bundle.loadClass("test.P"))
                .satisfies(thrown -> assertThat(String.valueOf(thrown) + thrown.getCause())
                        .contains("not one that was verified and woven"));
    }

    @Test
    @DisplayName("runs nothing if nobody holds it any more")
    void gone() throws Exception {
        Bundle bundle = install(Compiled.empty().source("test.P", WHO), true);
        tier.stopping(bundle);
        Object call = bundle.loadClass("test.P").getConstructor().newInstance();

        assertThatThrownBy(((Callable<?>) call)::call)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not hold this plugin");
    }
}
