package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.trust.Evidence;

@DisplayName("In a framework, the bundle of a plugin type")
class TypesInFrameworkTest {
    private static final String NAME = "test.greeting";

    @TempDir
    Path home;

    private TestRuntime runtime;

    @BeforeEach
    void begin() throws Exception {
        start("1.0.0");
        runtime.install(PluginJar.using("a", "1.0.0", "greeting", "[1,4)").build());
        runtime.install(PluginJar.counting("b", "1.0.0", "greeting").build());
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    /** With the platform's own in that version, and one that nobody uses. */
    private void start(String version) throws Exception {
        runtime = TestRuntime.startWith(
                List.of(
                        PluginJar.type("greeting", version, "platform " + version)
                                .build(),
                        PluginJar.type("other", "1.0.0", "other").build()),
                home);
    }

    private void restart(String version) throws Exception {
        runtime.close();
        start(version);
    }

    private String update(byte[] jar, String... options) throws Exception {
        Files.write(home.resolve("next.jar"), jar);
        return runtime.run(home, "type:update", List.of("file", "next.jar"), options);
    }

    private String reset(String... options) throws Exception {
        return runtime.run(home, "type:reset", List.of("name", NAME), options);
    }

    private String list() throws Exception {
        return runtime.run(home, "type:list", List.of());
    }

    private List<Bundle> types() {
        return Arrays.stream(runtime.context.getBundles())
                .filter(bundle -> NAME.equals(bundle.getSymbolicName()))
                .toList();
    }

    private void onlyServes(String version) throws Exception {
        await(
                "only one is left, beside the platform's",
                () -> types().size() <= 2
                        && types().stream()
                                .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                                .map(Bundle::getVersion)
                                .toList()
                                .equals(List.of(new Version(version))));
    }

    private static byte[] two() {
        return PluginJar.type("greeting", "2.0.0", "two").build();
    }

    @Test
    @DisplayName("is replaced under calls: no call is lost, none goes back, and states go along")
    void update() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger called = new AtomicInteger();
        List<String> order = List.of("platform 1.0.0", "two", "three");
        Callers callers = Callers.start(8, () -> {
            int[] at = {0};
            return () -> {
                String a = runtime.host.call("a");
                String b = runtime.host.call("b").replaceFirst(" [0-9]+$", "");
                called.incrementAndGet();
                seen.add(a);
                assertThat(order.indexOf(a)).as(a).isGreaterThanOrEqualTo(at[0]);
                assertThat(order).contains(b);
                at[0] = order.indexOf(a);
            };
        });
        await("calls run", () -> seen.contains("platform 1.0.0"));

        assertThat(update(two(), "dry-run", "true"))
                .isEqualTo("{\"name\":\"test.greeting\",\"type\":\"greeting\",\"stops\":\"1.0.0\",\"starts\":\"2.0.0\","
                        + "\"rewired\":[\"a\",\"b\"]}");
        assertThat(runtime.begun).as("nothing was done").noneMatch(line -> line.startsWith("type_update"));
        assertThat(update(two())).contains("\"stops\":\"1.0.0\",\"starts\":\"2.0.0\",\"rewired\":[\"a\",\"b\"]");
        assertThat(runtime.host.call("a")).isEqualTo("two");
        assertThat(runtime.begun).contains("type_update test.greeting 2.0.0");
        update(PluginJar.type("greeting", "3.0.0", "three").build());
        await("the third is in use", () -> seen.contains("three"));
        callers.end();

        assertThat(seen).containsExactlyInAnyOrder("platform 1.0.0", "two", "three");
        await(
                "with the calls that ended late",
                () -> runtime.host.call("b").equals("three " + called.incrementAndGet()));
        onlyServes("3.0.0");
        await("nothing old is left", () -> runtime.plugins().size() == 2);
        assertThat(list())
                .contains(
                        "{\"name\":\"test.greeting\",\"type\":\"greeting\",\"version\":\"3.0.0\",\"origin\":\"shell/next.jar\","
                                + "\"plugins\":[\"a\",\"b\"]}")
                .contains("{\"name\":\"test.other\",\"type\":\"other\",\"version\":\"1.0.0\",\"origin\":\"platform\","
                        + "\"plugins\":[]}");
        assertThat(runtime.audit)
                .anyMatch(line -> line.startsWith("type.active test.greeting {version=3.0.0")
                        && line.contains("replaces=2.0.0, rewired=a,b"));
        assertThat(runtime.status("a").version()).isEqualTo("1.0.0");
    }

    @Test
    @DisplayName("stays replaced after a restart, until it is taken back or the platform brings a newer one")
    void restart() throws Exception {
        update(two());
        restart("1.0.0");
        assertThat(runtime.host.call("a")).isEqualTo("two");
        onlyServes("2.0.0");
        runtime.install(PluginJar.using("c", "1.0.0", "greeting", "2").build());
        assertThat(runtime.host.call("c")).isEqualTo("two");
        runtime.admin.uninstall("c");

        assertThat(reset("dry-run", "true")).contains("\"stops\":\"2.0.0\",\"starts\":\"1.0.0\"");
        assertThat(reset()).contains("\"rewired\":[\"a\",\"b\"]");
        assertThat(runtime.host.call("a")).isEqualTo("platform 1.0.0");
        onlyServes("1.0.0");
        assertThat(failure("not_found", this::reset)).contains("there is nothing to go back from");
        restart("1.0.0");
        assertThat(runtime.host.call("a")).isEqualTo("platform 1.0.0");

        update(two());
        restart("2.0.0");
        assertThat(runtime.host.call("a")).isEqualTo("platform 2.0.0");
        assertThat(list()).contains("\"version\":\"2.0.0\",\"origin\":\"platform\"");
        restart("1.0.0");
        assertThat(runtime.host.call("a")).as("forgotten").isEqualTo("platform 1.0.0");
    }

    @Test
    @DisplayName("is the platform's if the archive of the one that took over was damaged, which is told")
    void damaged() throws Exception {
        update(two());
        try (Stream<Path> files = Files.walk(home.resolve("types").resolve("sha256"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(file, new byte[1]);
            }
        }
        restart("1.0.0");
        assertThat(runtime.host.call("a")).isEqualTo("platform 1.0.0");
        assertThat(runtime.audit)
                .anyMatch(line ->
                        line.startsWith("type.failed test.greeting {version=2.0.0") && line.contains("changed"));
    }

    @Test
    @DisplayName("is the platform's if what tells of the one that took over was damaged")
    void damagedBook() throws Exception {
        update(two());
        Files.writeString(home.resolve("types").resolve("in-force.json"), "{\"test.greeting\":");
        restart("1.0.0");
        assertThat(runtime.host.call("a")).isEqualTo("platform 1.0.0");
    }

    @Test
    @DisplayName("is not replaced by one that a plugin cannot use, which is named; nothing has changed")
    void outOfRange() throws Exception {
        byte[] five = PluginJar.type("greeting", "5.0.0", "five").build();
        assertThat(failure("failed_start", () -> update(five)))
                .contains(
                        "Plugin type [test.greeting] version [5.0.0] did not come into service: plugin [a] needs",
                        "Version [1.0.0] serves on. Update that plugin first");
        asBefore();
        runtime.admin.disable("a");
        update(five);
        assertThat(runtime.host.call("b")).isEqualTo("five 2");
    }

    @Test
    @DisplayName("is not replaced by one with which a plugin does not start; those that were wired to it go back")
    void doesNotStart() throws Exception {
        runtime.install(PluginJar.action("strict", "1.0.0", """
                        @Activate void start() throws Exception {
                            Class.forName("test.greeting.Shared").getMethod("text");
                        }
                        """, "return Document.of(\"strict\");")
                .header("Import-Package", "test.greeting,*")
                .build());
        byte[] without = PluginJar.type("greeting", "2.0.0", "two")
                .source("Shared", "public class Shared { }")
                .build();
        assertThat(failure("failed_start", () -> update(without)))
                .contains("plugin [strict] does not come up with it", "NoSuchMethodException", "plugin:disable strict");
        assertThat(runtime.host.call("strict")).isEqualTo("strict");
        runtime.admin.uninstall("strict");
        asBefore();
    }

    private void asBefore() throws Exception {
        assertThat(runtime.host.call("a")).isEqualTo("platform 1.0.0");
        assertThat(runtime.host.call("b")).isEqualTo("platform 1.0.0 1");
        await(
                "nothing new is left",
                () -> types().size() == 1 && runtime.plugins().size() == 2);
        onlyServes("1.0.0");
        assertThat(list()).contains("\"version\":\"1.0.0\",\"origin\":\"platform\",\"plugins\":[\"a\",\"b\"]");
    }

    @Test
    @DisplayName("takes those along that use a plugin of its, and those that sleep or are off come up with the new one")
    void users() throws Exception {
        runtime.install(PluginJar.of("library", "1.0.0")
                .source("Shared", """
                        public class Shared {
                            public static String text() throws ReflectiveOperationException {
                                return "by library " + Class.forName("test.greeting.Shared").getMethod("text").invoke(null);
                            }
                        }
                        """)
                .header("Import-Package", "test.greeting,*")
                .header("Export-Package", "test.library;version=1.0.0")
                .build());
        runtime.install(PluginJar.using("user", "1.0.0", "library", "1").build());
        runtime.install(PluginJar.using("off", "1.0.0", "greeting", "[1,4)").build());
        runtime.admin.disable("off");

        update(two());

        assertThat(runtime.host.call("user")).isEqualTo("by library two");
        runtime.admin.enable("off");
        assertThat(runtime.host.call("off")).isEqualTo("two");
        onlyServes("2.0.0");
        assertThat(runtime.state("library")).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    @DisplayName("is refused if it is not newer, unknown, a plugin, or no plugin type at all, and by the deploy way")
    void refused() throws Exception {
        assertThat(failure(
                        "refused",
                        () -> update(PluginJar.type("greeting", "1.0.0", "x").build())))
                .contains("version [1.0.0] is not newer than [1.0.0], which serves");
        assertThat(failure(
                        "not_found",
                        () -> update(PluginJar.type("strange", "1.0.0", "x").build())))
                .contains("There is no plugin type [test.strange]; there are [test.greeting, test.other]");
        assertThat(failure(
                        "invalid_archive",
                        () -> update(PluginJar.library("greeting", "2.0.0", "x").build())))
                .contains("it brings [0] plugin types");
        assertThat(failure("invalid_archive", () -> update(new byte[] {1, 2, 3})))
                .contains("next.jar");
        assertThat(failure("invalid_archive", () -> runtime.install(two())))
                .contains("its manifest does not provide the capability [org.sallyport.plugin]");
        runtime.auditFails = true;
        assertThat(failure("audit_failed", () -> update(two()))).contains("audit");
        runtime.auditFails = false;
        asBefore();
    }

    @Test
    @DisplayName("keeps its signature, as plugins do, when those of archives that are gone are forgotten")
    void signature() throws Exception {
        List<Set<String>> kept = new CopyOnWriteArrayList<>();
        runtime.context.registerService(
                Evidence.class,
                new Evidence() {
                    @Override
                    public void offer(String sha256, byte[] signature) {}

                    @Override
                    public void retain(Set<String> archives) {
                        kept.add(archives);
                    }
                },
                null);
        byte[] two = two();
        update(two);
        Set<String> both = Set.of(sha256(two), runtime.status("b").sha256());

        runtime.admin.uninstall("a");

        await("both are kept", () -> kept.stream().anyMatch(all -> all.containsAll(both)));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
