package org.sallyport.it.attack;

import static org.sallyport.it.attack.Row.Expected.CONTAIN;
import static org.sallyport.it.attack.Row.Expected.DENY;
import static org.sallyport.it.attack.Row.Expected.HIDE;
import static org.sallyport.it.attack.Row.Expected.KILL;
import static org.sallyport.it.attack.Row.Expected.OK;
import static org.sallyport.it.attack.Row.Expected.REFUSE_INSTALL;
import static org.sallyport.it.attack.Row.Expected.STOP;
import static org.sallyport.it.attack.Row.Kind.AT_THE_DOOR;
import static org.sallyport.it.attack.Row.Kind.CONTROL;
import static org.sallyport.it.attack.Row.Kind.ELSEWHERE;
import static org.sallyport.it.attack.Row.Kind.HARMFUL;
import static org.sallyport.it.attack.Row.Kind.HARMLESS;
import static org.sallyport.it.attack.Row.Kind.HELD;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sallyport.it.PluginJar;

/** The public rows of the attack corpus, all of them and in its order. */
final class Corpus {
    /** All. */
    static final List<Row> ROWS = List.copyOf(new Corpus().rows);

    private static final String IN_FRAMEWORK = "FrameworkAttacks$InFramework";

    private final List<Row> rows = new ArrayList<>();

    private Corpus() {
        files();
        network();
        processes();
        jvm();
        reflection();
        loaders();
        threads();
        environment();
        framework();
        resources();
        protocol();
        supplyChain();
        controls();
    }

    private void files() {
        add("FS-01", STOP, "file.read:${secret}", "FileAttacks");
        add("FS-02", STOP, "file.read:${secret} file.write:${out}-*", "FileAttacks");
        add("FS-03", STOP, "file.read:${secret}", "FileAttacks");
        add("FS-04", STOP, "file.read:${secret}", "FileAttacks");
        add("FS-05", STOP, "file.read:${victim} file.write:${victim}", "FileAttacks");
        add("FS-06", STOP, "file.read:${secret} file.read:${archive}", "FileAttacks");
        add("FS-08", STOP, "", "FileAttacks");
        add("FS-13", STOP, "", "FileAttacks");
        add("FS-15", STOP, "file.list:${folder}/**", "FileAttacks");
        add("FS-17", STOP, "", "FileAttacks");
        add("FS-23", STOP, "", "FileAttacks");
        add(
                "FS-24",
                DENY,
                "file.read:${data} file.write:${data}",
                "FileAttacks",
                row -> row.as(HARMFUL)
                        .with(Map.of("megabytes", 2_000, "files", 1_000_000), Map.of("megabytes", 8, "files", 100)));
    }

    private void network() {
        add("NET-01", STOP, "net.connect:127.0.0.1:${port}", "NetworkAttacks");
        add("NET-02", STOP, "net.connect:127.0.0.1:${port}", "NetworkAttacks");
        add("NET-03", STOP, "net.connect:127.0.0.1:${port}", "NetworkAttacks");
        add("NET-05", STOP, "net.resolve:*.attacker.example", "NetworkAttacks");
        add("NET-06", STOP, "net.udp:127.0.0.1:${port}", "NetworkAttacks");
        add("NET-07", STOP, "net.listen:0", "NetworkAttacks");
        add("NET-11", STOP, "", "NetworkAttacks");
        add("NET-12", STOP, "net.inspect", "NetworkAttacks");
    }

    private void processes() {
        add("PR-01", STOP, "process.exec:touch", "ProcessAttacks");
        add("PR-02", STOP, "process.exec:touch", "ProcessAttacks");
        add("PR-03", STOP, "process.exec:jar", "ProcessAttacks");
        add("PR-04", STOP, "process.inspect", "ProcessAttacks");
    }

    private void jvm() {
        add("JV-01", Set.of(STOP, CONTAIN), "", "JvmAttacks", row -> row.as(HARMFUL));
        rows.add(row("JV-02", Set.of(STOP, CONTAIN), "")
                .as(HARMFUL)
                .by(variant("JV-02", 'a', "JvmAttacks"), Variant.of("attack-jv-02b", "JvmAttacks$Jv02Reference")));
        add("JV-03", STOP, "", "JvmAttacks");
        add("JV-04", STOP, "", "JvmAttacks");
        add("JV-05", STOP, "", "JvmAttacks");
        add("JV-07", STOP, "", "JvmAttacks");
        rows.add(row("JV-11", Set.of(HIDE, STOP), "")
                .as(HELD)
                .by(variant("JV-11", 'a', "JvmAttacks")
                        .with("AttackCharsets")
                        .resource(
                                "META-INF/services/java.nio.charset.spi.CharsetProvider",
                                text("hostile.AttackCharsets\n"))));
        add("JV-13", Set.of(OK, STOP), "", "JvmAttacks", row -> row.as(HELD).note("StopsNobody"));
    }

    private void reflection() {
        add("RF-01", STOP, "reflect.deep:org.apache.felix.framework", "ReflectionAttacks");
        add("RF-02", STOP, "file.read:${secret}", "ReflectionAttacks");
        add("RF-03", STOP, "", "ReflectionAttacks");
        add("RF-04", STOP, "", "ReflectionAttacks");
        add("RF-05", STOP, "file.delete:${victim} thread.create", "ReflectionAttacks");
        add("RF-11", STOP, "file.read:${secret} file.delete:${victim} reflect.trampoline", "ReflectionAttacks");
        add("RF-15", STOP, "", "ReflectionAttacks");
        rows.add(door("RF-16", "Bundle-NativeCode"));
        rows.add(row("RF-17", Set.of(STOP), "")
                .since(22)
                .by(variant("RF-17", 'a', "ForeignCall").source(22, """
                    package hostile;

                    import java.lang.foreign.*;
                    import java.lang.invoke.MethodHandle;
                    import org.osgi.service.component.annotations.Component;
                    import org.sallyport.type.middleware.MiddlewarePlugin;

                    @Component(service = MiddlewarePlugin.class)
                    public final class Rf17 extends Attack {
                        @Override
                        protected void attack(Steps steps) {
                            steps.step("system", () -> {
                                Linker linker = Linker.nativeLinker();
                                MethodHandle system = linker.downcallHandle(
                                        linker.defaultLookup().find("system").orElseThrow(),
                                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
                                try (Arena arena = Arena.ofConfined()) {
                                    return (int) system.invokeExact(arena.allocateFrom("touch " + steps.text("out") + "-ffm"));
                                }
                            });
                        }
                    }
                    """)));
        add("RF-23", STOP, "reflect.package", "ReflectionAttacks");
    }

    private void loaders() {
        add("CL-01", STOP, "classloader.create", "LoaderAttacks");
        add("CL-02", STOP, "classloader.create", "LoaderAttacks", row -> row);
        rows.set(
                rows.size() - 1,
                row("CL-02", Set.of(STOP), "classloader.create")
                        .by(variant("CL-02", 'a', "LoaderAttacks")
                                .with("LoaderAttacks$Forger", "LoaderAttacks$Payload")));
        add("CL-05", STOP, "reflect.package", "LoaderAttacks");
        rows.add(door("CL-07", "whose package belongs to the platform"));
        rows.add(row("CL-09", Set.of(STOP), "file.read:${secret}")
                .by(variant("CL-09", 'a', "LoaderAttacks")
                        .with("LoaderAttacks$Deep")
                        .shape(jar -> AttackJars.nested(jar, "LoaderAttacks$Deep"))));
        rows.add(door("CL-11", "it is not signed"));
    }

    private void threads() {
        add("TH-01", STOP, "thread.create:4", "ThreadAttacks");
        rows.add(row("TH-02", Set.of(DENY, STOP), "thread.create:8")
                .since(21)
                .by(variant("TH-02", 'a', "Th02").source(21, """
                    package hostile;

                    import java.util.*;
                    import java.util.concurrent.*;
                    import java.util.concurrent.atomic.*;
                    import org.osgi.service.component.annotations.Component;
                    import org.sallyport.type.middleware.MiddlewarePlugin;

                    @Component(service = MiddlewarePlugin.class)
                    public final class Th02 extends Attack {
                        @Override
                        protected void attack(Steps steps) {
                            steps.step("virtual", () -> {
                                CountDownLatch end = new CountDownLatch(1);
                                AtomicInteger ran = new AtomicInteger();
                                List<Thread> threads = new ArrayList<>();
                                try {
                                    for (int i = 0; i < 10_000; i++) {
                                        threads.add(Thread.startVirtualThread(() -> {
                                            ran.incrementAndGet();
                                            try {
                                                end.await();
                                            } catch (InterruptedException e) {
                                                // It is over.
                                            }
                                        }));
                                    }
                                } finally {
                                    end.countDown();
                                }
                                for (Thread thread : threads) {
                                    thread.join();
                                }
                                return ran + " at a time";
                            });
                        }
                    }
                    """)));
        add("TH-03", STOP, "thread.inspect", "ThreadAttacks");
        add("TH-06", STOP, "thread.create:8 file.write:${data}", "ThreadAttacks", row -> row.note("Outlives"));
    }

    private void environment() {
        add("EN-01", STOP, "env.read", "EnvironmentAttacks");
        add("EN-03", STOP, "prop.read", "EnvironmentAttacks");
        add("EN-04", STOP, "prop.read", "EnvironmentAttacks");
        add("EN-06", STOP, "prop.write", "EnvironmentAttacks");
        add("EN-07", STOP, "prop.read", "EnvironmentAttacks");
    }

    private void framework() {
        inFramework("OS-01", Set.of(STOP), "bundle.install", HARMLESS);
        inFramework("OS-02", Set.of(STOP), "bundle.lifecycle:${neighbour}", HARMLESS);
        inFramework("OS-03", Set.of(STOP), "bundle.inspect reflect.package", HARMLESS);
        inFramework("OS-04", Set.of(STOP), "bundle.inspect", HARMLESS);
        inFramework("OS-05", Set.of(HIDE, STOP), "service.get", HELD);
        inFramework("OS-07", Set.of(HIDE, STOP), "service.publish", HELD);
        rows.add(row("OS-08", Set.of(STOP), "")
                .by(
                        variant("OS-08", 'a', "FrameworkAttacks").with(IN_FRAMEWORK),
                        Variant.of("attack-os-08b", "FrameworkAttacks$Os08Loader")
                                .with(IN_FRAMEWORK)));
        inFramework("OS-11", Set.of(HIDE, STOP), "config.write", HELD);
        rows.add(door("OS-13", "Fragment-Host"));
        rows.add(door("OS-15", "DynamicImport-Package"));
        rows.add(door("OS-16", "closed to plugins"));
        inFramework("OS-19", Set.of(KILL, STOP), "", AT_THE_DOOR);
        add("OS-22", Set.of(HIDE, STOP), "event.publish", "FrameworkAttacks", row -> row.as(HELD));
    }

    private void resources() {
        add("RS-01", KILL, "", "ResourceAttacks", row -> row.as(HARMFUL));
        add("RS-02", KILL, "", "ResourceAttacks", row -> row.as(HARMFUL));
        resource("RS-03", Set.of(CONTAIN, KILL), Map.of("megabytes", 1_000_000), Map.of("megabytes", 16));
        resource("RS-06", Set.of(DENY, STOP), Map.of("threads", 100_000), Map.of("threads", 200));
        resource("RS-07", Set.of(DENY, STOP), Map.of("descriptors", 200_000), Map.of("descriptors", 200));
        resource("RS-08", Set.of(KILL, STOP), Map.of("characters", 40), Map.of("characters", 12));
        resource("RS-10", Set.of(KILL, CONTAIN, DENY, STOP), Map.of("megabytes", 4_000), Map.of("megabytes", 16));
        add(
                "RS-11",
                Set.of(OK, KILL, STOP),
                "",
                "ResourceAttacks",
                row -> row.as(HELD).note("DeepNesting"));
        resource("RS-12", Set.of(DENY, STOP), Map.of("gigabytes", 1_024), Map.of("gigabytes", 1));
        add(
                "RS-13",
                Set.of(DENY, STOP, OK),
                "",
                "ResourceAttacks",
                row -> row.as(HELD).with(Map.of("lines", 100_000), Map.of("lines", 100)));
        add("RS-18", Set.of(CONTAIN), "", "ResourceAttacks", row -> row.as(HARMFUL));
    }

    private void protocol() {
        rows.add(elsewhere("IP-01", Set.of(CONTAIN), "the worker tier's own tests"));
        rows.add(elsewhere("IP-03", Set.of(CONTAIN), "the worker tier's own tests"));
        rows.add(elsewhere("IP-07", Set.of(CONTAIN), "the worker tier's own tests"));
    }

    private void supplyChain() {
        rows.add(door("SC-01", "it was made for other bytes"));
        rows.add(door("SC-02", "it is not signed"));
        rows.add(door("SC-03", "it was made for other bytes"));
        rows.add(door("SC-04", "belongs to [tests]"));
        rows.add(door("SC-05", "is older than"));
        rows.add(door("SC-09", "entr"));
        rows.add(elsewhere("SC-11", Set.of(REFUSE_INSTALL), "JarSignatureTest"));
        rows.add(elsewhere("SC-15", Set.of(REFUSE_INSTALL), "SigningIT"));
        rows.add(elsewhere("SC-16", Set.of(OK), "the tests of permissions"));
    }

    private void controls() {
        add("CT-01", OK, "file.read:${data} file.write:${data}", "Controls", row -> row.as(CONTROL));
        rows.add(row("CT-02", Set.of(OK), "")
                .as(CONTROL)
                .by(
                        variant("CT-02", 'a', "Controls").with("Controls$1"),
                        Variant.of("attack-ct-02b", "Controls$Ct02Handles")));
        add("CT-03", OK, "", "Controls", row -> row.as(CONTROL));
        rows.add(row("CT-04", Set.of(OK), "thread.create:4")
                .as(CONTROL)
                .by(variant("CT-04", 'a', "Controls")
                        .with("Controls$Later", "Controls$LaterStill")
                        .resource("hostile/own.txt", text("mine"))));
        add(
                "CT-05",
                OK,
                "net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}",
                "Controls",
                row -> row.as(CONTROL));
        rows.add(elsewhere("CT-09", Set.of(OK), "asked after each row"));
    }

    private void inFramework(String id, Set<Row.Expected> expected, String permission, Row.Kind kind) {
        Variant variant = variant(id, 'a', "FrameworkAttacks").with(IN_FRAMEWORK);
        if (id.equals("OS-01")) {
            variant = variant.resource(
                    "smuggled.jar",
                    PluginJar.of("smuggled", "1.0.0")
                            .source("smuggled.Nothing", "package smuggled; public class Nothing {}")
                            .build());
        } else if (id.equals("OS-07")) {
            variant = variant.with("FrameworkAttacks$Shadow");
        }
        rows.add(row(id, expected, permission).as(kind).by(variant));
    }

    private void resource(
            String id, Set<Row.Expected> expected, Map<String, Object> guarded, Map<String, Object> free) {
        add(id, expected, "", "ResourceAttacks", row -> row.as(HARMFUL).with(guarded, free));
    }

    private void add(String id, Row.Expected expected, String permission, String family) {
        add(id, Set.of(expected), permission, family, row -> row);
    }

    private void add(
            String id,
            Row.Expected expected,
            String permission,
            String family,
            java.util.function.UnaryOperator<Row> more) {
        add(id, Set.of(expected), permission, family, more);
    }

    private void add(
            String id,
            Set<Row.Expected> expected,
            String permission,
            String family,
            java.util.function.UnaryOperator<Row> more) {
        rows.add(more.apply(row(id, expected, permission).by(variant(id, 'a', family))));
    }

    private static Row row(String id, Set<Row.Expected> expected, String permission) {
        return new Row(id, expected, permission, HARMLESS, List.of(), Map.of(), Map.of(), 17, "");
    }

    private static Row door(String id, String words) {
        return row(id, Set.of(REFUSE_INSTALL), "").as(AT_THE_DOOR).note(words);
    }

    private static Row elsewhere(String id, Set<Row.Expected> expected, String where) {
        return row(id, expected, "").as(ELSEWHERE).note(where);
    }

    /** The class of a row has its name: {@code FS-01} is {@code FileAttacks$Fs01}, and one that stands alone its own. */
    private static Variant variant(String id, char letter, String family) {
        String[] parts = id.split("-");
        String name = parts[0].charAt(0) + parts[0].substring(1).toLowerCase(Locale.ROOT) + parts[1];
        String plugin = "attack-" + id.toLowerCase(Locale.ROOT) + (parts[0].length() == 2 ? letter : "");
        boolean alone = !family.endsWith("Attacks") && !family.equals("Controls");
        return Variant.of(plugin, alone ? name : family + "$" + name);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** By its id. */
    static Row of(String id) {
        return ROWS.stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
    }
}
