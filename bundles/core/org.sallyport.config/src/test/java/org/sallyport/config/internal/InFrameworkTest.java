package org.sallyport.config.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.json.Json;

@DisplayName("In a framework, the configuration")
class InFrameworkTest {
    private static final String DEFAULTS = """
            {"org.sallyport.gateway": {"port": 8470},
             "org.sallyport.gateway.upstream~notes": {"command": ["java"]},
             "pii-filter": {"action": "redact"}}""";

    @TempDir
    Path home;

    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
    }

    @AfterEach
    void stop() throws Exception {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    @Test
    @DisplayName("resolves, gives the platform's entries in their types to Configuration Admin, and follows its files")
    void followsFiles() throws Exception {
        write("a.json", "{\"org.sallyport.gateway\": {\"port:Integer\": \"9000\", \"tags\": []}}");
        launch();

        Configuration configuration = service(Configuration.class);
        assertThat(configuration.problems()).isEmpty();
        Map<String, Object> gateway = configured("org.sallyport.gateway");
        assertThat(gateway.get("port")).isEqualTo(9000);
        assertThat((String[]) gateway.get("tags")).isEmpty();
        assertThat(configured("org.sallyport.gateway.upstream~notes")).containsKey("command");

        write("b.json", "{\"org.sallyport.gateway.upstream~files\": {\"command\": [\"node\", \"x.mjs\"]}}");
        await(() -> !configured("org.sallyport.gateway.upstream~files").isEmpty());
        assertThat((String[]) configured("org.sallyport.gateway.upstream~files").get("command"))
                .containsExactly("node", "x.mjs");
        await(() -> configured("org.sallyport.gateway.upstream~notes").isEmpty());

        Files.delete(home.resolve("conf/b.json"));
        await(() -> configured("org.sallyport.gateway.upstream~files").isEmpty());
        await(() -> !configured("org.sallyport.gateway.upstream~notes").isEmpty());
    }

    @Test
    @DisplayName("asks validators that come later, and tells listeners of each snapshot in order")
    void participants() throws Exception {
        launch();
        Configuration configuration = service(Configuration.class);
        List<Long> generations = new CopyOnWriteArrayList<>();
        AtomicReference<Configuration.Snapshot> last = new AtomicReference<>();
        context.registerService(
                Configuration.Listener.class,
                next -> {
                    generations.add(next.generation());
                    last.set(next);
                },
                null);
        await(() -> !generations.isEmpty());

        context.registerService(
                Configuration.Validator.class,
                candidate -> candidate.entries().containsKey("forbidden")
                        ? List.of(Configuration.Problem.of("forbidden", "/a", "not this one"))
                        : List.of(),
                null);
        write("a.json", "{\n  \"forbidden\": {\n    \"a\": 1}}");
        await(() -> !configuration.problems().isEmpty());
        assertThat(configuration.problems())
                .containsExactly(new Configuration.Problem("conf/a.json", 3, 5, "forbidden", "/a", "not this one"));
        assertThat(configuration.current().entries()).doesNotContainKey("forbidden");

        write("a.json", "{\"allowed\": {}}");
        await(() -> last.get().entries().containsKey("allowed"));
        assertThat(configuration.problems()).isEmpty();
        assertThat(generations).isSorted().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("checks settings by a schema, with the validator's own bundles")
    void schemas() throws Exception {
        launch();
        SettingsFactory settings = service(SettingsFactory.class);

        assertThat(settings.check(
                        "{\"properties\":{\"action\":{\"enum\":[\"block\",\"redact\"]}},\"additionalProperties\":false}",
                        Json.read("{\"acton\":\"block\",\"action\":\"redakt\"}")))
                .extracting(finding -> finding.path() + " " + finding.getMessage())
                .containsExactlyInAnyOrder(
                        "/acton [acton] is not known here; did you mean [action]?",
                        "/action [redakt] is none of [block], [redact]; did you mean [redact]?");
        assertThat(settings.settings("x", Scope.GLOBAL, Json.read("{}")).instance())
                .isEqualTo("x");
    }

    @Test
    @DisplayName("offers its verbs")
    void verbs() throws Exception {
        launch();
        service(Configuration.class);

        await(() -> context.getServiceReferences(AdminVerb.class, null).stream()
                .map(context::getService)
                .map(verb -> verb.scope() + ":" + verb.name())
                .sorted()
                .toList()
                .equals(List.of("config:check", "config:import", "config:show")));
    }

    @Test
    @DisplayName("knows what a platform bundle brings that is installed later, and nothing of a plugin's bundle")
    void laterBundles() throws Exception {
        write("a.json", "{\"org.sallyport.later\": {\"port\": 1}}");
        launch();
        Configuration configuration = service(Configuration.class);
        assertThat(configuration.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("No part of the platform has the PID"));

        install("org.sallyport.plugin.later", "org.sallyport.later", "org.sallyport.plugin;org.sallyport.plugin=later");
        assertThat(configuration.current().entries()).containsKey(Configuration.REFUSED);
        install("org.sallyport.later", "org.sallyport.later", "");
        // The problems are gone a moment before what was refused holds.
        await(() -> configuration.problems().isEmpty()
                && !configuration.current().entries().containsKey(Configuration.REFUSED));
    }

    private void launch() throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString());
        properties.put("felix.cache.locking", "false");
        properties.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                Stream.of(
                                        "api.action",
                                        "api.config",
                                        "api.document",
                                        "api.event",
                                        "api.hook",
                                        "api.plugin",
                                        "api.policy",
                                        "spi.admin",
                                        "spi.audit",
                                        "spi.config",
                                        "spi.file",
                                        "spi.json")
                                .map(name -> "org.sallyport." + name + ";version=1.0.0")
                                .reduce((a, b) -> a + "," + b)
                                .orElseThrow()
                        + ",org.slf4j;version=2.0.20");
        properties.put("sallyport.home", home.toString());
        properties.put("sallyport.config.defaults", DEFAULTS);
        framework = java.util.ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(properties);
        framework.init();
        context = framework.getBundleContext();
        for (Class<?> library : List.of(
                org.osgi.util.promise.Promise.class,
                org.osgi.util.function.Function.class,
                org.osgi.service.component.ComponentContext.class,
                org.apache.felix.scr.info.ScrInfo.class,
                org.apache.felix.cm.PersistenceManager.class,
                tools.jackson.core.JsonParser.class,
                tools.jackson.databind.JsonNode.class,
                com.fasterxml.jackson.annotation.JsonProperty.class,
                tools.jackson.dataformat.yaml.YAMLFactory.class,
                org.snakeyaml.engine.v2.api.LoadSettings.class,
                com.ethlo.time.ITU.class,
                com.networknt.schema.Schema.class)) {
            String location =
                    library.getProtectionDomain().getCodeSource().getLocation().toString();
            context.installBundle(location);
        }
        install("org.sallyport.sample", "org.sallyport.gateway", "");
        context.installBundle("config", jar(Path.of("target/classes")));
        framework.start();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
    }

    private void install(String name, String pid, String capability) throws Exception {
        Map<String, String> entries = Map.of(
                "META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: " + name + "\n"
                        + (capability.isEmpty() ? "" : "Provide-Capability: " + capability + "\n"),
                "OSGI-INF/metatype/sample.xml",
                SampleMetatype.xml(pid));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            put(jar, "META-INF/MANIFEST.MF", entries.get("META-INF/MANIFEST.MF").getBytes(StandardCharsets.UTF_8));
            put(
                    jar,
                    "OSGI-INF/metatype/sample.xml",
                    entries.get("OSGI-INF/metatype/sample.xml").getBytes(StandardCharsets.UTF_8));
        }
        context.installBundle(name, new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static InputStream jar(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes);
                Stream<Path> files = Files.walk(folder)) {
            put(jar, "META-INF/MANIFEST.MF", Files.readAllBytes(folder.resolve("META-INF/MANIFEST.MF")));
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString().replace('\\', '/');
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

    private void write(String name, String text) throws IOException {
        Path temporary = home.resolve(name + ".tmp");
        Files.writeString(temporary, text);
        Files.move(temporary, home.resolve("conf").resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        T service = tracker.waitForService(20_000);
        assertThat(service).as(type.getName()).isNotNull();
        return service;
    }

    /** By reflection: Configuration Admin brings its own copy of its API. */
    private Map<String, Object> configured(String pid) throws Exception {
        Object admin =
                context.getService(context.getAllServiceReferences("org.osgi.service.cm.ConfigurationAdmin", null)[0]);
        Class<?> api = admin.getClass().getClassLoader().loadClass("org.osgi.service.cm.ConfigurationAdmin");
        Object[] found =
                (Object[]) api.getMethod("listConfigurations", String.class).invoke(admin, "(service.pid=" + pid + ")");
        Map<String, Object> properties = new HashMap<>();
        if (found != null) {
            Class<?> one = api.getClassLoader().loadClass("org.osgi.service.cm.Configuration");
            try {
                Dictionary<?, ?> dictionary =
                        (Dictionary<?, ?>) one.getMethod("getProperties").invoke(found[0]);
                for (Object key : Collections.list(dictionary.keys())) {
                    properties.put((String) key, dictionary.get(key));
                }
            } catch (InvocationTargetException e) {
                // Deleted between the list and the look: that is what "none" means to who asks.
                if (!(e.getCause() instanceof IllegalStateException)) {
                    throw e;
                }
                return Map.of();
            }
        }
        return properties;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        for (long end = System.nanoTime() + 20_000_000_000L; !condition.holds(); Thread.sleep(20)) {
            assertThat(System.nanoTime()).as("still not so after 20 s").isLessThan(end);
        }
    }
}
