package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/** A framework with Declarative Services, the registry and admission as bundles, an audit and a host as doubles. */
final class TestRuntime implements AutoCloseable {
    /** Until a test gives up; {@code -Dtest.patience.seconds} for a machine that is busy with other things. */
    private static final Duration LONG = Duration.ofSeconds(Integer.getInteger("test.patience.seconds", 60));

    final Framework framework;
    final BundleContext context;
    final Host host = new Host();
    /** What came of operations. */
    final List<String> audit = new CopyOnWriteArrayList<>();

    /** What was asked for, recorded before it was done. */
    final List<String> begun = new CopyOnWriteArrayList<>();

    /** If set, operations cannot be recorded. */
    volatile boolean auditFails;

    final PluginAdmin admin;
    final PluginFaults faults;

    private TestRuntime(Path home, Map<String, String> more, List<byte[]> platform) throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString());
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        properties.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, packages());
        properties.put("felix.cache.locking", "false");
        properties.put("ds.loglevel", "none");
        properties.put("sallyport.home", home.toString());
        properties.put("sallyport.version", "1.0.0");
        properties.put("sallyport.limit.drain.millis", "60000");
        properties.put("sallyport.limit.probation.millis", "0");
        properties.putAll(more);
        framework = java.util.ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(properties);
        framework.init();
        context = framework.getBundleContext();
        context.registerService(LifecycleAudit.class, this::record, null);
        context.registerService(PluginConsumer.class, host, null);
        for (Class<?> library : List.of(
                org.osgi.util.promise.Promise.class,
                org.osgi.util.function.Function.class,
                org.osgi.service.component.ComponentContext.class,
                org.apache.felix.scr.info.ScrInfo.class)) {
            context.installBundle(PluginJar.place(library).toUri().toString());
        }
        context.installBundle(
                "registry",
                jar(PluginJar.place(Class.forName("org.sallyport.registry.internal.RegistryStoreComponent"))));
        for (byte[] bundle : platform) {
            context.installBundle("platform:" + context.getBundles().length, new java.io.ByteArrayInputStream(bundle));
        }
        context.installBundle("admission", jar(PluginJar.place(AdmissionComponent.class)));
        framework.start();
        for (Bundle bundle : context.getBundles()) {
            bundle.start();
        }
        admin = service(PluginAdmin.class);
        faults = service(PluginFaults.class);
    }

    static TestRuntime start(Path home, String... properties) throws Exception {
        return startWith(List.of(), home, properties);
    }

    /** @param platform more bundles of the platform, started before admission */
    static TestRuntime startWith(List<byte[]> platform, Path home, String... properties) throws Exception {
        Map<String, String> more = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            more.put(properties[i], properties[i + 1]);
        }
        TestRuntime runtime = new TestRuntime(home, more, platform);
        assertThat(runtime.admin.settle(LONG)).as("settled").isTrue();
        return runtime;
    }

    private static String packages() {
        return Stream.concat(
                        Stream.of(
                                        "api.action",
                                        "api.document",
                                        "api.event",
                                        "api.hook",
                                        "api.plugin",
                                        "spi.admin",
                                        "spi.admission",
                                        "spi.audit",
                                        "spi.event",
                                        "spi.file",
                                        "spi.hook",
                                        "spi.json",
                                        "spi.permission",
                                        "spi.sandbox",
                                        "spi.plugin",
                                        "spi.registry",
                                        "spi.trust",
                                        "spi.xml")
                                .map(name -> "org.sallyport." + name + ";version=1.0.0"),
                        Stream.of("org.slf4j", "org.slf4j.event", "org.slf4j.spi")
                                .map(name -> name + ";version=2.0.20"))
                .collect(Collectors.joining(","));
    }

    <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        T service = tracker.waitForService(LONG.toMillis());
        assertThat(service).as(type.getName()).isNotNull();
        return service;
    }

    PluginStatus install(byte[] archive) {
        return admin.install(archive, "test");
    }

    PluginStatus status(String id) {
        return admin.find(id).orElseThrow();
    }

    PluginState state(String id) {
        return status(id).state();
    }

    String why(String id) {
        return String.join("\n", admin.why(id));
    }

    /** The message of an operation that fails by a code. */
    static String failure(String code, ThrowingCallable operation) {
        PluginException failed = catchThrowableOfType(PluginException.class, operation);
        assertThat(failed).as("failed").isNotNull();
        assertThat(failed.code()).as(failed.getMessage()).isEqualTo(code);
        return failed.getMessage();
    }

    /** The bundles of plugins. */
    List<Bundle> plugins() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getLocation().startsWith(Wall.LOCATION))
                .toList();
    }

    Bundle bundle(String symbolicName) {
        return plugins().stream()
                .filter(bundle -> bundle.getSymbolicName().equals(symbolicName))
                .findFirst()
                .orElseThrow();
    }

    /** The verbs there are, by {@code scope:name}. */
    Map<String, AdminVerb> verbs() throws Exception {
        return context.getServiceReferences(AdminVerb.class, null).stream()
                .map(context::getService)
                .collect(Collectors.toMap(verb -> verb.scope() + ":" + verb.name(), verb -> verb));
    }

    /** What a verb answers, as JSON in one line. Options and arguments are names and values in turn; empty ones are left out. */
    String run(Path folder, String verb, List<String> arguments, String... options) throws Exception {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(options));
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < all.size(); i += 2) {
            if (!all.get(i + 1).isEmpty()) {
                values.put(all.get(i), all.get(i + 1));
            }
        }
        return Rendering.document(verbs().get(verb).run(new Arguments(values, folder)))
                .toJson();
    }

    /** A condition that a test waits for. */
    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(String what, Condition condition) throws Exception {
        for (long end = System.nanoTime() + LONG.toNanos(); !condition.holds(); Thread.sleep(10)) {
            assertThat(System.nanoTime()).as("still not so: " + what).isLessThan(end);
        }
    }

    static InputStream jar(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return Files.newInputStream(place);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes);
                Stream<Path> files = Files.walk(place)) {
            put(jar, "META-INF/MANIFEST.MF", Files.readAllBytes(place.resolve("META-INF/MANIFEST.MF")));
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = place.relativize(file).toString().replace('\\', '/');
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    put(jar, name, Files.readAllBytes(file));
                }
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new ZipEntry(name));
        jar.write(content);
        jar.closeEntry();
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(LONG.toMillis());
    }

    private void record(String event, String subject, Map<String, String> details) {
        if (!event.equals("operation.begun")) {
            audit.add(event + " " + subject + " " + details);
        } else if (auditFails) {
            throw new PluginException("audit_failed", "The audit cannot be written");
        } else {
            begun.add(details.get("kind") + " " + subject + " " + details.get("version"));
        }
    }
}
