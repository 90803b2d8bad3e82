package org.sallyport.launcher.internal.guard;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.ThreadDomain;

/**
 * A JVM with the guard armed, in which {@link Attempts} are made: {@code FOLDER} makes all of them and prints a line for each, {@code
 * FOLDER ATTEMPT PERMISSION} makes one of them with that permission, {@code FOLDER without sockets} tries to connect where nobody gets a socket.
 */
public final class GuardedJvm {
    /** What a row is made of: its name, the permissions it needs, and others that do not help it. */
    record Row(String name, List<String> needs, List<String> others, boolean never) {}

    private static final Queue<String> DENIALS = new ConcurrentLinkedQueue<>();

    private final Path folder;
    private final Path secret;
    private final Path data;
    private final RuntimeGuard guard;
    private ThreadDomain domain;
    private Map<String, Callable<Object>> attempts;
    private final int port;
    private String last = "";

    @SuppressWarnings("unchecked")
    private GuardedJvm(Path folder) throws Exception {
        this.folder = folder;
        secret = folder.resolve("secret");
        data = Files.createDirectories(folder.resolve("data"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        port = server.getAddress().getPort();
        guard = new RuntimeGuard(() -> USE);
        if (!guard.arm().armed()) {
            throw new IllegalStateException(guard.status().toString());
        }
        Cage cage = new Cage();
        domain = guard.confine(cage, new PluginId("hostile"), Acts.NOTHING);
        attempts = (Map<String, Callable<Object>>) Class.forName(Attempts.class.getName(), true, cage)
                .getMethod("all")
                .invoke(Class.forName(Attempts.class.getName(), true, cage)
                        .getConstructor(Path.class, Path.class, int.class, Object.class)
                        .newInstance(secret, data, port, new Holder()));
    }

    public static void main(String[] arguments) throws Exception {
        GuardedJvm jvm = new GuardedJvm(Path.of(arguments[0]).toRealPath());
        if (arguments.length > 1) {
            if (arguments[1].equals("without sockets")) {
                jvm.withoutSockets();
            } else {
                System.out.println(jvm.outcome(arguments[1], List.of(arguments[2]), true));
            }
            System.exit(0);
        }
        System.setProperty("attempt.number", "5");
        for (Row row : jvm.rows()) {
            jvm.row(row, false);
            jvm.row(row, true);
        }
        jvm.bundle();
        for (Row row : jvm.bundleRows()) {
            jvm.row(row, false);
            jvm.row(row, true);
        }
        System.out.println("END");
        System.exit(0);
    }

    private void withoutSockets() throws Exception {
        Socket.setSocketImplFactory(() -> {
            throw new IllegalStateException("no sockets here");
        });
        System.out.println("without the permission: " + outcome("socket", List.of(), false));
        System.out.println(
                "with the permission: " + outcome("socket", List.of("net.connect:127.0.0.1:" + port), false));
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        String read = "file.read:" + secret;
        for (String name : List.of("stream", "scanner", "readString", "lines", "map", "asynchronous file", "dot-dot")) {
            rows.add(needs(name, read));
        }
        rows.add(needs("link", read));
        rows.add(needs("writer", "file.write:" + data + "/new"));
        rows.add(new Row("upgrade", List.of(read, "file.write:" + secret), List.of(read), false));
        rows.add(new Row("upgrade by option", List.of(read, "file.write:" + secret), List.of(read), false));
        rows.add(needs("url", read, "file.list:" + secret));
        rows.add(new Row("dot-dot behind nothing", List.of(), List.of("file.read:" + data + "*"), true));
        rows.add(needs("dangling link", "file.write:" + folder + "/dangled"));
        rows.add(new Row(
                "make link",
                List.of("file.link:" + data + "/made", "file.link:" + secret),
                List.of("file.write", "file.read", "file.link:" + data + "*"),
                false));
        rows.add(new Row(
                "hard link",
                List.of("file.link:" + data + "/hard", "file.link:" + secret),
                List.of("file.write", "file.read", "file.link:" + data + "*"),
                false));
        rows.add(new Row("proc", List.of(), List.of("file.read", "file.list"), true));
        for (String name : List.of("exists", "length", "time")) {
            rows.add(needs(name, "file.list:" + secret));
        }
        rows.add(needs("uri", "file.list:" + secret));
        rows.add(needs("walk", "file.list:" + folder + "*"));
        rows.add(needs("list", "file.list:" + folder));
        rows.add(needs("temporary", "file.write:" + System.getProperty("java.io.tmpdir") + "/*", "file.delete"));
        rows.add(needs("copy", read, "file.write:" + data + "/copied"));
        List<String> moves = List.of("file.delete:" + data + "/moved", "file.write:" + data + "/moved-on");
        List<String> readsToo = new ArrayList<>(moves);
        readsToo.add("file.read:" + data + "/moved");
        rows.add(new Row("move", readsToo, moves, false));
        rows.add(needs("delete", "file.delete:" + data + "/victim"));
        rows.add(needs("delete by path", "file.delete:" + data + "/victim"));
        rows.add(new Row("open folder", List.of(), List.of("file.read", "file.list", "file.write"), true));
        rows.add(new Row("file that lies", List.of(), List.of("file.read:" + data + "*"), true));
        String here = "127.0.0.1:" + port;
        for (String name : List.of(
                "socket",
                "channel",
                "asynchronous channel",
                "http",
                "http on a thread of its own",
                "http again and again")) {
            rows.add(needs(name, "net.connect:" + here));
        }
        rows.add(new Row("false name", List.of(), List.of("net.connect:granted.example.org*"), true));
        rows.add(needs("datagram", "net.udp:" + here));
        rows.add(needs("datagram channel", "net.udp:" + here));
        rows.add(needs("listen", "net.listen:0.0.0.0:0"));
        rows.add(needs("http server", "net.listen:127.0.0.1:0"));
        rows.add(needs("resolve", "net.resolve:localhost"));
        rows.add(needs("interfaces", "net.inspect"));
        rows.add(needs("proxies", "jvm.global"));
        rows.add(needs("process", "process.exec:" + real("/usr/bin/true")));
        rows.add(needs("exec", "process.exec:" + real("/usr/bin/true")));
        // The program is looked for where the process begins, not where this one did.
        rows.add(new Row(
                "process elsewhere",
                List.of("process.exec:" + real("/usr/bin/true")),
                List.of("process.exec:" + Path.of("true").toAbsolutePath()),
                false));
        rows.add(needs("processes", "process.inspect"));
        for (String name : List.of("exit", "halt by reflection", "halt by handle")) {
            rows.add(new Row(name, List.of(), List.of("jvm.hook", "jvm.global"), true));
        }
        rows.add(needs("hook", "jvm.hook"));
        for (String name : List.of("streams", "uncaught", "locale", "zone")) {
            rows.add(needs(name, "jvm.global"));
        }
        rows.add(needs("beans", "jvm.manage"));
        String own = "org.sallyport.launcher.internal.guard";
        for (String name : List.of("private field", "private field by reflection", "lookup")) {
            rows.add(needs(name, "reflect.deep:" + own));
        }
        rows.add(needs("unsafe", "reflect.deep:sun.misc"));
        for (String name : List.of("handle proxy", "event handler")) {
            rows.add(needs(name, "reflect.trampoline"));
        }
        rows.add(needs("statement", "reflect.trampoline", "file.delete:" + data + "/victim"));
        rows.add(needs("stack", "reflect.package"));
        rows.add(needs("host class", "reflect.package:" + own));
        rows.add(needs("context loader", "reflect.package:" + own));
        rows.add(needs("loader", "classloader.create"));
        rows.add(needs("load", "native.load:/nowhere/lib.so"));
        String delete = "file.delete:" + data + "/victim";
        rows.add(new Row(
                "delete on a fresh thread", List.of("thread.create:4", delete), List.of("thread.create:4"), false));
        rows.add(new Row(
                "delete in an executor", List.of("thread.create:4", delete), List.of("thread.create:4"), false));
        for (String name : List.of("delete on the common pool", "delete later", "delete by a cleaner")) {
            rows.add(new Row(name, List.of("thread.create:1", delete), List.of("thread.create:1"), false));
            rows.add(new Row(name, List.of("thread.create:1", delete), List.of(delete), false));
        }
        for (String name : List.of(
                "common pool",
                "task of the common pool",
                "fork",
                "parallel stream",
                "parallel sort",
                "after a timeout",
                "after something else",
                "with a delay",
                "cleaner")) {
            rows.add(needs(name, "thread.create:1"));
        }
        rows.add(needs("thread", "thread.create:1"));
        rows.add(new Row("third thread", List.of("thread.create:3"), List.of("thread.create:2"), false));
        if (Runtime.version().feature() >= 21) {
            rows.add(needs("virtual thread", "thread.create:1"));
        }
        rows.add(needs("all stacks", "thread.inspect"));
        rows.add(needs("survey", "thread.inspect"));
        rows.add(needs("context", "thread.modify"));
        rows.add(needs("environment", "env.read:PATH"));
        rows.add(needs("environments", "env.read"));
        rows.add(needs("environment of a child", "env.read"));
        for (String name :
                List.of("property", "property by handle", "property by reflection", "property by reference")) {
            rows.add(needs(name, "prop.read:user.home"));
        }
        rows.add(needs("typed property", "prop.read:attempt.number"));
        rows.add(needs("properties", "prop.read"));
        rows.add(needs("set property", "prop.write:attempt.set"));
        attempts.keySet().stream()
                .filter(name -> name.startsWith("control: "))
                .forEach(name -> rows.add(new Row(name, List.of(), List.of(), false)));
        // At last, as its thread stays.
        rows.add(needs("cleaner on a thread of its own", "thread.create:4"));
        return rows;
    }

    /** From now on a bundle makes the attempts. */
    @SuppressWarnings("unchecked")
    private void bundle() throws Exception {
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        "org.osgi.framework.storage", folder.resolve("cache").toString()));
        framework.start();
        Bundle neighbour = framework.getBundleContext().installBundle("neighbour", jar("neighbour"));
        neighbour.start();
        Bundle bundle = framework.getBundleContext().installBundle("hostile", jar("hostile"));
        domain = guard.confine(bundle, new PluginId("hostile"), Version.emptyVersion, Acts.NOTHING);
        bundle.start();
        Class<?> type = bundle.loadClass(BundleAttempts.class.getName());
        attempts = (Map<String, Callable<Object>>) type.getMethod("all")
                .invoke(type.getConstructor(BundleContext.class, long.class)
                        .newInstance(bundle.getBundleContext(), neighbour.getBundleId()));
    }

    private static InputStream jar(String name) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
        manifest.getMainAttributes()
                .putValue(
                        "Import-Package",
                        "org.osgi.framework,org.osgi.framework.hooks.service,org.osgi.framework.startlevel,"
                                + "org.osgi.framework.wiring");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new ZipEntry(BundleAttempts.class.getName().replace('.', '/') + ".class"));
            jar.write(GateDefiner.bytes(BundleAttempts.class));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private List<Row> bundleRows() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("install", List.of(), List.of("bundle.lifecycle", "bundle.inspect"), true));
        rows.add(needs("stop", "bundle.lifecycle:neighbour"));
        rows.add(new Row("stop framework", List.of(), List.of("bundle.lifecycle:neighbour"), true));
        rows.add(new Row("update itself", List.of(), List.of("bundle.lifecycle"), true));
        for (String name : List.of("wiring", "entry", "headers", "context")) {
            rows.add(needs(name, "bundle.inspect:neighbour"));
        }
        rows.add(needs("bundles", "bundle.lifecycle:neighbour"));
        rows.add(needs("start level", "bundle.inspect:org.apache.felix.framework"));
        rows.add(new Row("hook", List.of(), List.of("service.publish", "service.get"), true));
        rows.add(needs("storage", "prop.read:org.osgi.framework.storage"));
        rows.add(needs("ranking", "service.rank"));
        attempts.keySet().stream()
                .filter(name -> name.startsWith("control: "))
                .forEach(name -> rows.add(new Row(name, List.of(), List.of(), false)));
        return rows;
    }

    private static Row needs(String name, String... permissions) {
        return new Row(name, List.of(permissions), List.of(), false);
    }

    private static String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Prints NAME, what came of it without the permissions, what with them, and why if they did not help. */
    private void row(Row row, boolean entered) throws Exception {
        boolean control = row.name().startsWith("control: ");
        String without = control ? "-" : outcome(row.name(), row.others(), entered);
        String with = row.never() ? "-" : outcome(row.name(), row.needs(), entered);
        String why = with.startsWith("denied") ? DENIALS + " at " + last : "-";
        System.out.println(String.join("\t", "ROW", row.name() + (entered ? " (entered)" : ""), without, with, why));
    }

    private String outcome(String name, List<String> granted, boolean entered) throws Exception {
        prepare();
        DENIALS.clear();
        domain.permissions(granted(granted));
        String outcome = null;
        Object before = entered ? domain.enter() : null;
        try {
            attempts.get(name).call();
        } catch (Throwable e) {
            outcome = e.toString();
            last = Arrays.asList(e.getStackTrace()) + " by " + e.getCause();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SecurityException) {
                    outcome = "denied";
                }
            }
        } finally {
            if (entered) {
                domain.exit(before);
            }
        }
        // On another thread nobody sees the exception; the effect and the record say it.
        String victim = Files.exists(data.resolve("victim")) ? "" : " gone";
        return (outcome == null ? DENIALS.isEmpty() ? "done" : "denied" : outcome)
                + victim
                + (outcome != null && !outcome.equals("denied") ? " " + DENIALS : "");
    }

    private void prepare() throws IOException {
        Files.writeString(secret, "secret");
        Files.writeString(data.resolve("own"), "own");
        Files.writeString(data.resolve("victim"), "victim");
        Files.writeString(data.resolve("moved"), "moved");
        for (String name : List.of("new", "made", "hard", "copied", "moved-on", "link", "dangling", "../dangled")) {
            Files.deleteIfExists(data.resolve(name));
        }
        Files.createSymbolicLink(data.resolve("link"), secret);
        Files.createSymbolicLink(data.resolve("dangling"), Path.of("../dangled"));
    }

    /** Scopes are whole targets, or their beginning with a star. */
    static Permissions granted(List<String> texts) {
        List<Permission> all = texts.stream()
                .map(text -> {
                    int dot = text.indexOf('.');
                    int colon = text.indexOf(':');
                    return new Permission(
                            text.substring(0, dot),
                            colon < 0 ? text.substring(dot + 1) : text.substring(dot + 1, colon),
                            colon < 0 ? "" : text.substring(colon + 1));
                })
                .toList();
        return new Permissions() {
            @Override
            public boolean permits(String type, String action, String target) {
                return all.stream()
                        .anyMatch(one -> one.type().equals(type) && one.action().equals(action) && covers(one, target));
            }

            @Override
            public List<Permission> list() {
                return all;
            }
        };
    }

    private static boolean covers(Permission one, String target) {
        String scope = one.scope();
        if (one.type().equals("thread") && one.action().equals("create")) {
            return Integer.parseInt(target) <= Integer.parseInt(scope);
        }
        return scope.isEmpty()
                || scope.equals(target)
                || scope.endsWith("*") && target.startsWith(scope.substring(0, scope.length() - 1));
    }

    private static final PermissionUse USE = new PermissionUse() {
        @Override
        public String report(PluginId plugin, Version version, Permission act, boolean permitted, String layer) {
            if (!permitted) {
                DENIALS.add(act.toString());
            }
            return permitted ? "" : "denied [" + act + "]";
        }
    };

    /** Of the host. */
    public static final class Holder {
        private final String secret = "secret";

        @Override
        public String toString() {
            return secret;
        }
    }

    /** Has the attempts' classes for itself, and the host's for the rest. */
    private static final class Cage extends ClassLoader {
        Cage() {
            super(GuardedJvm.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Attempts.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
