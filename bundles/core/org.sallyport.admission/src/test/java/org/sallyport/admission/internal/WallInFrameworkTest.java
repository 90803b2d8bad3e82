package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.api.action.PluginAction;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("In a framework, the wall around plugins")
class WallInFrameworkTest {
    private static final String BOARD = "sallyport.test.board";
    private static final String SHARED =
            "static Map<String, Object> board() { return (Map<String, Object>) System.getProperties().get(\"" + BOARD
                    + "\"); }\n";

    @TempDir
    Path home;

    private final Map<String, Object> board = new ConcurrentHashMap<>();
    private TestRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        System.getProperties().put(BOARD, board);
        runtime = TestRuntime.start(home);
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
        System.getProperties().remove(BOARD);
    }

    @Test
    @DisplayName("hides the services of a plugin from other bundles, when they look and when they listen")
    void pluginsServices() throws Exception {
        Bundle other = platformBundle("other");
        List<Object> heard = new CopyOnWriteArrayList<>();
        ServiceListener listener =
                event -> heard.add(event.getServiceReference().getProperty(Constants.OBJECTCLASS));
        other.getBundleContext().addServiceListener(listener);

        runtime.install(PluginJar.answering("hidden", "1.0.0", "hello"));
        runtime.install(PluginJar.answering("second", "1.0.0", "hello"));

        assertThat(other.getBundleContext().getServiceReferences(PluginAction.class, null))
                .isEmpty();
        assertThat(other.getBundleContext().getAllServiceReferences(PluginAction.class.getName(), null))
                .isNull();
        assertThat(heard).isEmpty();
        Bundle second = runtime.bundle("test.second");
        assertThat(second.getBundleContext().getServiceReferences(PluginAction.class, null))
                .singleElement()
                .satisfies(own -> assertThat(own.getBundle()).isSameAs(second));
        assertThat(runtime.host.call("hidden")).isEqualTo("hello");

        other.getBundleContext().registerService(Runnable.class, () -> {}, null);
        assertThat(heard).as("the listener works").hasSize(1);
    }

    @Test
    @DisplayName(
            "hides the platform's services from a plugin, but for the API's and what the application gives (OS-05)")
    void platformsServices() throws Exception {
        runtime.install(PluginJar.action("looks", "1.0.0", SHARED + """
                @Activate void start(BundleContext context) throws Exception {
                    List<String> seen = new ArrayList<>();
                    for (ServiceReference<?> one : context.getServiceReferences((String) null, null)) {
                        seen.addAll(Arrays.asList((String[]) one.getProperty("objectClass")));
                    }
                    board().put("seen", seen);
                    List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
                    board().put("heard", heard);
                    context.addServiceListener(event -> heard.addAll(
                            Arrays.asList((String[]) event.getServiceReference().getProperty("objectClass"))));
                }
                """, "return Document.NULL;")
                .build());

        assertThat(seen("seen"))
                .contains("org.sallyport.api.plugin.PluginContext", PluginAction.class.getName())
                .allMatch(name -> name.startsWith("org.sallyport.api.") || name.endsWith(".Condition"));

        var context = platformBundle("other").getBundleContext();
        context.registerService(Runnable.class, () -> {}, null);
        context.registerService(
                new String[] {PluginAction.class.getName(), Runnable.class.getName()}, new Both(), null);
        context.registerService(Comparable.class, "x", new Hashtable<>(Map.of("sallyport.open", true)));
        assertThat(seen("heard")).containsExactly("java.lang.Comparable");
    }

    /** Half of it is the API's. */
    private static final class Both implements PluginAction, Runnable {
        @Override
        public void run() {}

        @Override
        public String name() {
            return "both";
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public org.sallyport.api.document.Document parameters() {
            return org.sallyport.api.document.Document.NULL;
        }

        @Override
        public org.sallyport.api.document.Document run(
                org.sallyport.api.document.Document arguments, org.sallyport.api.action.ActionCall call) {
            return arguments;
        }
    }

    @SuppressWarnings("unchecked")
    private List<String> seen(String key) {
        return (List<String>) board.get(key);
    }

    @Test
    @DisplayName("lets no plugin's bundle resolve that did not come through the gates")
    void noTicket() throws Exception {
        byte[] jar = PluginJar.answering("stranger", "1.0.0", "hello");
        Bundle bundle = runtime.context.installBundle("elsewhere", new ByteArrayInputStream(jar));

        assertThat(resolves(bundle)).isFalse();
        runtime.install(jar);
        assertThat(runtime.host.call("stranger")).isEqualTo("hello");
        assertThat(resolves(bundle)).isFalse();
    }

    @Test
    @DisplayName("does not let a plugin's own update of its bundle resolve")
    void selfUpdate() throws Exception {
        board.put("next", PluginJar.answering("mutant", "6.6.6", "taken over"));
        runtime.install(PluginJar.action(
                        "mutant",
                        "1.0.0",
                        SHARED + "private BundleContext context;"
                                + "@Activate void start(BundleContext context) { this.context = context; }",
                        """
                Bundle own = context.getBundle();
                Thread update = new Thread(() -> {
                    try { own.update(new java.io.ByteArrayInputStream((byte[]) board().get("next"))); }
                    catch (Exception e) { board().put("failure", String.valueOf(e)); }
                    board().put("updated", own);
                });
                update.start();
                return Document.NULL;
                """)
                .build());
        runtime.host.call("mutant");
        await("it updated itself", () -> board.containsKey("updated"));
        Bundle bundle = (Bundle) board.get("updated");

        assertThat(bundle.getVersion()).hasToString("6.6.6");
        assertThat(resolves(bundle)).isFalse();
        // The reconcile loop uninstalls it as soon as it sees what happened.
        assertThat(bundle.getState()).isIn(Bundle.INSTALLED, Bundle.UNINSTALLED);
        runtime.install(PluginJar.answering("mutant", "2.0.0", "mended"));
        assertThat(runtime.host.call("mutant")).isEqualTo("mended");
    }

    @Test
    @DisplayName("does not let a bundle resolve that a plugin installed, nor one that this installed (OS-01)")
    void smuggled() throws Exception {
        board.put("innocent", library("innocent"));
        runtime.install(PluginJar.action("smuggler", "1.0.0", SHARED + """
                @Activate void start(BundleContext context) throws Exception {
                    board().put("smuggled", context.installBundle("elsewhere",
                            new java.io.ByteArrayInputStream((byte[]) board().get("innocent"))));
                }
                """, "return Document.NULL;")
                .build());
        Bundle smuggled = (Bundle) board.get("smuggled");

        assertThat(resolves(smuggled)).isFalse();
        runtime.admin.uninstall("smuggler");
        assertThat(resolves(smuggled)).isFalse();
        Bundle honest = runtime.context.installBundle("honest", new ByteArrayInputStream(library("honest")));
        assertThat(resolves(honest)).isTrue();
    }

    @Test
    @DisplayName("gives no platform bundle a wire to a plugin")
    void noWire() throws Exception {
        runtime.install(PluginJar.action("exporter", "1.0.0", "", "return Document.NULL;")
                .header("Export-Package", "test.exporter")
                .build());
        byte[] jar = manifest("Bundle-SymbolicName: needy\nImport-Package: test.exporter\n");

        Bundle needy = runtime.context.installBundle("needy", new ByteArrayInputStream(jar));
        assertThat(resolves(needy)).isFalse();
        assertThat(runtime.install(PluginJar.action("user", "1.0.0", "", "return Document.NULL;")
                                .header("Import-Package", "test.exporter,*")
                                .build())
                        .state())
                .isEqualTo(PluginState.ACTIVE);
    }

    @Test
    @DisplayName("gives a plugin no wire to the spi or to what is internal, even by way of a whole bundle (OS-16)")
    void closedPackages() throws Exception {
        runtime.context.installBundle(
                "exporter",
                new ByteArrayInputStream(
                        manifest("Bundle-SymbolicName: exporter\nExport-Package: secret.internal.x\n")));
        byte[] jar = PluginJar.action("curious", "1.0.0", "", "return Document.NULL;")
                .header("Require-Bundle", "exporter")
                .build();

        assertThat(TestRuntime.failure("failed_start", () -> runtime.install(jar)))
                .contains("one of them is closed to plugins");
        assertThat(runtime.host.call("curious")).isEqualTo("none");
    }

    @Test
    @DisplayName("lets no refused bundle keep a plugin out, be it a singleton of its name in a higher version")
    void noObstacle() throws Exception {
        PluginJar higher = PluginJar.action("single", "9.0.0", "", "return Document.NULL;")
                .header("Bundle-SymbolicName", "test.single;singleton:=true");
        Bundle obstacle = runtime.context.installBundle("elsewhere", new ByteArrayInputStream(higher.build()));
        runtime.context.installBundle(
                "more",
                new ByteArrayInputStream(PluginJar.action("exporter", "1.0.0", "", "return Document.NULL;")
                        .header("Export-Package", "test.exporter")
                        .build()));

        runtime.install(PluginJar.action("single", "1.0.0", "", "return Document.of(\"works\");")
                .header("Bundle-SymbolicName", "test.single;singleton:=true")
                .build());

        assertThat(runtime.host.call("single")).isEqualTo("works");
        assertThat(resolves(obstacle)).isFalse();
        assertThat(TestRuntime.failure(
                        "failed_start",
                        () -> runtime.install(PluginJar.action("user", "1.0.0", "", "return Document.NULL;")
                                .header("Import-Package", "test.exporter,*")
                                .build())))
                .contains("it does not resolve");
    }

    private boolean resolves(Bundle bundle) {
        runtime.framework.adapt(FrameworkWiring.class).resolveBundles(List.of(bundle));
        return (bundle.getState() & (Bundle.INSTALLED | Bundle.UNINSTALLED)) == 0;
    }

    private Bundle platformBundle(String name) throws Exception {
        Bundle bundle = runtime.context.installBundle(name, new ByteArrayInputStream(library(name)));
        bundle.start();
        return bundle;
    }

    private static byte[] library(String name) throws Exception {
        return manifest("Bundle-SymbolicName: " + name + "\nImport-Package: org.sallyport.api.action\n");
    }

    private static byte[] manifest(String headers) throws Exception {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var jar = new java.util.jar.JarOutputStream(bytes)) {
            jar.putNextEntry(new java.util.zip.ZipEntry("META-INF/MANIFEST.MF"));
            jar.write(("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\n" + headers).getBytes());
            jar.closeEntry();
        }
        return bytes.toByteArray();
    }
}
