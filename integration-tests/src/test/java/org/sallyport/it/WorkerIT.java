package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Outcome;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** Plugins that run in a process of their own, through the launcher. */
@DisplayName("A plugin in a worker")
class WorkerIT {
    @TempDir
    private Path folder;

    private final Map<String, String> properties = new TreeMap<>();

    private Path home() {
        return folder.resolve("home");
    }

    /** Plugins of the tests have this level, and whatever they ask for is agreed to. */
    private void trust(String level) throws IOException {
        Document agreed = Document.array(Document.of("*"));
        Signer.trust(
                home(),
                Document.object("tests", Signer.TESTS.publisher(level, "*").with("consent", agreed)));
    }

    private Sallyport start(String level, String configuration) throws IOException {
        trust(level);
        Sallyport.Builder builder = Sallyport.builder().home(home()).configuration(configuration);
        // The machine may be busy; how long a start takes is not what is tested.
        properties.put("sallyport.limit.start.millis", "60000");
        properties.forEach(builder::property);
        return builder.start();
    }

    /** What the jail and the limits hold is seen where the guard does not say no before. */
    private void withoutGuard() {
        properties.put("sallyport.worker.guard", "off");
    }

    private Sallyport obedient(String level) throws IOException {
        return obedient(level, "");
    }

    /** @param asks annotations by which it asks for more permissions */
    private Sallyport obedient(String level, String asks) throws IOException {
        Sallyport sallyport = start(
                level,
                "{\"obedient\": {\"greeting\": \"good day\"}, \"org.sallyport.policy\": {\"deadline.millis\": 3000}}");
        Signer.TESTS.install(
                sallyport, WorkerPlugins.obedient("obedient", "1.0.0", "", asks).build());
        return sallyport;
    }

    private static Exchange exchange(Sallyport sallyport) {
        return sallyport.policy().begin(new Party("", "session", "", "", false));
    }

    private static PolicyResult pass(Sallyport sallyport, Exchange exchange, String method, Document params)
            throws Exception {
        Document message = Document.object("jsonrpc", Document.of("2.0"))
                .with("id", Document.of(1))
                .with("method", Document.of(method))
                .with("params", params);
        PolicyEngine policy = sallyport.policy();
        return policy.pass(
                        exchange,
                        new Inbound(
                                "mcp",
                                "request",
                                method,
                                message,
                                message.toJson().length()),
                        Optional.empty())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static PolicyResult tell(Sallyport sallyport, String what) throws Exception {
        return pass(sallyport, exchange(sallyport), "tools/call", Document.object("do", Document.of(what)));
    }

    /** What the plugin answers. */
    private static String ask(Sallyport sallyport, String what) throws Exception {
        return reason(tell(sallyport, what));
    }

    private static String reason(PolicyResult result) {
        return result.report().stages().stream().map(stage -> stage.reason()).reduce("", (all, one) -> all + one);
    }

    private static ProcessHandle worker(Sallyport sallyport) {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(child -> child.info().commandLine().orElse("").contains("org.sallyport.worker"))
                .findFirst()
                .orElseThrow();
    }

    private static Document info(Sallyport sallyport, String plugin) {
        return Rendering.document(sallyport.run("plugin", "info", plugin).orElseThrow());
    }

    @ParameterizedTest(name = "of the level [{0}] decides on messages, with its settings, its exchange and its storage")
    @ValueSource(strings = {"partner", "untrusted"})
    void decides(String level) throws Exception {
        try (Sallyport sallyport = obedient(level)) {
            assertThat(ask(sallyport, "greet")).isEqualTo("good day from 1.0.0");
            assertThat(tell(sallyport, "block").report().outcome()).isEqualTo(Outcome.BLOCKED);
            assertThat(ask(sallyport, "fail")).contains("boom");

            Exchange exchange = exchange(sallyport);
            pass(sallyport, exchange, "tools/call", Document.object("do", Document.of("remember x")));
            assertThat(reason(pass(sallyport, exchange, "tools/call", Document.object("do", Document.of("recall")))))
                    .isEqualTo("x");
            assertThat(ask(sallyport, "store")).isEqualTo("1");
            assertThat(ask(sallyport, "store")).isEqualTo("2");
            assertThat(ask(sallyport, "save it")).isEqualTo("saved");
            assertThat(ask(sallyport, "load")).isEqualTo("it");
            assertThat(ask(sallyport, "log hello")).isEqualTo("done");
            assertThat(ask(sallyport, "recurse")).contains("StackOverflowError");
            assertThat(ask(sallyport, "greet")).isEqualTo("good day from 1.0.0");

            Document info = info(sallyport, "obedient");
            assertThat(info.get("level").text("")).isEqualTo(level);
            assertThat(info.get("tier").text("")).isEqualTo("worker");
            assertThat(info.get("layers").toJson()).contains("process", "bubblewrap", "limits", "agent");
        }
    }

    @Test
    @DisplayName("brings auditors, middleware and hooks as one in the host does")
    void everyType() throws Exception {
        try (Sallyport sallyport = start("partner", "{\"chorus.audit\": {}, \"chorus.answer\": {}}")) {
            Signer.TESTS.install(sallyport, WorkerPlugins.chorus("chorus"));
            assertThat(sallyport.plugins().find("chorus").orElseThrow().state()).isEqualTo(PluginState.ACTIVE);

            PolicyResult first = pass(sallyport, exchange(sallyport), "tools/list", Document.EMPTY_OBJECT);
            assertThat(first.report().outcome()).isEqualTo(Outcome.NO_SECURITY);
            Await.until("audited", () -> {
                PolicyResult last = pass(sallyport, exchange(sallyport), "last", Document.EMPTY_OBJECT);
                return last.report().outcome() == Outcome.COMPLETED_BY_MIDDLEWARE
                        && last.message().orElseThrow().get("result").text("").startsWith("no_security 1 tools/list");
            });
            assertThat(sallyport.hooks("test").filter("greeting", String.class).apply("hi"))
                    .isEqualTo("hi from greeting");
        }
    }

    @ParameterizedTest(name = "that does [{0}] costs one call, and answers the next")
    @CsvSource({"exit 7, status [7]", "oom, ran out of memory", "loop, did not"})
    void isStartedAnew(String what, String cause) throws Exception {
        withoutGuard();
        try (Sallyport sallyport = obedient("untrusted")) {
            assertThat(ask(sallyport, "greet")).isEqualTo("good day from 1.0.0");
            PolicyResult result = tell(sallyport, what);
            assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);

            Await.until("it is up again", () -> ask(sallyport, "greet").equals("good day from 1.0.0"));
            assertThat(sallyport.plugins().find("obedient").orElseThrow().state())
                    .isEqualTo(PluginState.ACTIVE);
            // Who waited for the answer tells of it, too; and what a process said last may be lost, but not its status.
            Await.until("told", () -> {
                String why = String.join("\n", sallyport.plugins().why("obedient"));
                return why.contains(cause) || why.contains("WorkerLost") || why.contains("status [3]");
            });
        }
    }

    @Test
    @DisplayName("that starts threads without end is held, and the host is not")
    void threads() throws Exception {
        withoutGuard();
        try (Sallyport sallyport = obedient("untrusted")) {
            PolicyResult result = tell(sallyport, "threads");
            assertThat(reason(result)).doesNotContain("5000");
            Await.until("it is up again", () -> ask(sallyport, "greet").equals("good day from 1.0.0"));
        }
    }

    @Test
    @DisplayName("that ends again and again is taken out of service")
    void quarantine() throws Exception {
        withoutGuard();
        properties.put("sallyport.worker.failures", "1");
        try (Sallyport sallyport = obedient("untrusted")) {
            tell(sallyport, "exit 7");
            Await.until("it is up again", () -> ask(sallyport, "greet").equals("good day from 1.0.0"));
            tell(sallyport, "exit 7");
            Await.until(
                    "quarantined",
                    () -> sallyport.plugins().find("obedient").orElseThrow().state() == PluginState.QUARANTINED);
            assertThat(sallyport.plugins().find("obedient").orElseThrow().cause())
                    .contains("ended by itself with status [7]", "[2]th time");
        }
    }

    @Test
    @DisplayName("that does not come up is refused with what it says")
    void failsToStart() throws Exception {
        try (Sallyport sallyport = start("untrusted", "{}")) {
            byte[] jar = WorkerPlugins.obedient(
                            "obedient", "1.0.0", "if (true) { throw new IllegalStateException(\"not today\"); }")
                    .build();
            assertThatThrownBy(() -> Signer.TESTS.install(sallyport, jar))
                    .hasMessageContaining("it failed to start: ")
                    .hasMessageContaining("IllegalStateException: not today");
        }
    }

    @Test
    @DisplayName("is swapped under calls with its state, and no call is lost")
    void swap() throws Exception {
        try (Sallyport sallyport = obedient("partner")) {
            assertThat(ask(sallyport, "count")).isEqualTo("1");
            assertThat(ask(sallyport, "count")).isEqualTo("2");
            List<String> wrong = new java.util.concurrent.CopyOnWriteArrayList<>();
            java.util.concurrent.atomic.AtomicBoolean on = new java.util.concurrent.atomic.AtomicBoolean(true);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread caller = new Thread(() -> {
                    while (on.get()) {
                        try {
                            String answer = ask(sallyport, "greet");
                            if (!answer.startsWith("good day from ")) {
                                wrong.add(answer);
                            }
                        } catch (Exception e) {
                            wrong.add(e.toString());
                        }
                    }
                });
                caller.start();
                callers.add(caller);
            }
            Signer.TESTS.install(
                    sallyport, WorkerPlugins.obedient("obedient", "2.0.0").build());
            assertThat(ask(sallyport, "greet")).isEqualTo("good day from 2.0.0");
            on.set(false);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(wrong).isEmpty();
            assertThat(ask(sallyport, "count")).isEqualTo("3");
        }
    }

    @Test
    @DisplayName("sees nothing of the host's files, processes and network, and starts nothing that outlives it")
    void jail() throws Exception {
        withoutGuard();
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Sallyport sallyport = obedient("untrusted")) {
            assertThat(ask(sallyport, "read " + secret)).startsWith("failed java.nio.file.NoSuchFileException");
            assertThat(ask(sallyport, "list " + home()))
                    .as("on the way to its class path")
                    .isEqualTo("[worker]");
            assertThat(ask(sallyport, "list /root")).isEqualTo("null");
            assertThat(ask(sallyport, "where")).as("its environment").endsWith("{PWD=/tmp}");
            assertThat(ask(sallyport, "write /usr/lib/x")).startsWith("failed");
            assertThat(ask(sallyport, "write /data/../etc/x")).startsWith("failed");
            assertThat(Integer.parseInt(ask(sallyport, "processes"))).isLessThan(6);
            assertThat(ask(sallyport, "run /bin/sh -c id")).startsWith("failed java.io.IOException");
            assertThat(ask(sallyport, "connect 127.0.0.1:" + server.getLocalPort()))
                    .startsWith("failed java.net");
            assertThat(ask(sallyport, "fill /tmp/big")).startsWith("failed java.io.IOException");
            assertThat(ask(sallyport, "greet")).isEqualTo("good day from 1.0.0");
            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    @DisplayName(
            "is held by the guard alone, too: by what it was granted, up to its share of the disk, and what is taken back counts at once")
    void guarded() throws Exception {
        properties.put("sallyport.worker.jail", "off");
        properties.put("sallyport.worker.disk.mb", "2");
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        Path granted = Files.writeString(folder.resolve("granted"), "for you");
        String asks = "@RequiresPermission(type = \"file\", actions = \"read\", scope = \"%s\")".formatted(granted);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Sallyport sallyport = obedient("untrusted", asks)) {
            String denied = "failed java.lang.SecurityException: Plugin [obedient] version [1.0.0] has no permission ";
            assertThat(ask(sallyport, "read " + secret)).startsWith(denied + "[file.read] for [" + secret + "]");
            assertThat(ask(sallyport, "run /usr/bin/true")).startsWith(denied + "[process.exec]");
            assertThat(ask(sallyport, "connect 127.0.0.1:" + server.getLocalPort()))
                    .startsWith(denied + "[net.connect]");
            assertThat(ask(sallyport, "threads")).startsWith(denied + "[thread.create]");
            assertThat(ask(sallyport, "exit 7")).contains("InvocationTargetException");
            assertThat(ask(sallyport, "fill " + home().toRealPath().resolve("data/obedient/worker/big")))
                    .contains("has reached its limit [disk.mb] of [2]");
            assertThat(ask(sallyport, "read " + granted)).isEqualTo("for you");

            sallyport.run("permission", "revoke", "obedient", "file.read:" + granted);
            Await.until("taken back", () -> ask(sallyport, "read " + granted).startsWith(denied));
            assertThat(info(sallyport, "obedient").get("layers").toJson()).contains("agent");
        }
        assertThat(Files.readAllLines(home().resolve("audit/lifecycle.jsonl")).stream()
                        .filter(line -> line.contains("permission.denied") && line.contains("\"target\":\"" + secret)))
                .hasSize(1);
    }

    @Test
    @DisplayName("reads and writes the files and reaches the hosts that were granted, and no others")
    void grants() throws Exception {
        withoutGuard();
        Path granted = Files.writeString(
                Files.createDirectory(folder.resolve("granted")).resolve("file"), "for you");
        Path other = Files.writeString(folder.resolve("other"), "not for you");
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path inside = Files.writeString(
                Files.createDirectory(folder.resolve("only-itself")).resolve("inside"), "not for you");
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread echo = new Thread(() -> echo(server));
            echo.setDaemon(true);
            echo.start();
            String target = "127.0.0.1:" + server.getLocalPort();
            String asks = """
                    @RequiresPermission(type = "file", actions = "read", scope = "%s")
                    @RequiresPermission(type = "file", actions = "read", scope = "%s")
                    @RequiresPermission(type = "file", actions = "write", scope = "%s/**")
                    @RequiresPermission(type = "net", actions = {"connect", "private"}, scope = "%s")
                    """.formatted(granted, inside.getParent(), tree, target);
            try (Sallyport sallyport = obedient("untrusted", asks)) {
                assertThat(ask(sallyport, "read " + granted)).isEqualTo("for you");
                assertThat(ask(sallyport, "write " + granted)).startsWith("failed");
                assertThat(ask(sallyport, "read " + other)).startsWith("failed java.nio.file.NoSuchFileException");
                assertThat(ask(sallyport, "read " + inside)).startsWith("failed java.nio.file.NoSuchFileException");
                assertThat(ask(sallyport, "write " + tree.resolve("new"))).doesNotStartWith("failed");
                assertThat(tree.resolve("new")).exists();
                assertThat(ask(sallyport, "connect " + target)).isEqualTo("hi");
                assertThat(ask(sallyport, "connect 127.0.0.1:1")).startsWith("failed java.net");
            }
        }
    }

    /** The jail that Java makes, for those tests that ask for it. */
    private void inLandlock() {
        properties.put("sallyport.worker.jail", "landlock");
    }

    /** @param sallyport was started with that jail */
    private static void assumeLandlock(Sallyport sallyport) {
        Document state = Rendering.document(sallyport.run("sallyport", "jail").orElseThrow());
        assumeTrue(
                state.get("jailed").equals(Document.of(true)),
                "This Java and this kernel cannot make such a jail: "
                        + state.get("refused").toJson());
    }

    @Test
    @DisplayName(
            "sees no file of the host, starts nothing, connects to nobody and has so many threads in the jail that Java makes")
    void landlock() throws Exception {
        withoutGuard();
        inLandlock();
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        Path granted = Files.writeString(folder.resolve("granted"), "for you");
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String target = "127.0.0.1:" + server.getLocalPort();
            String asks = """
                    @RequiresPermission(type = "file", actions = "read", scope = "%s")
                    @RequiresPermission(type = "file", actions = "write", scope = "%s/**")
                    @RequiresPermission(type = "net", actions = {"connect", "private"}, scope = "%s")
                    """.formatted(granted, tree, target);
            try (Sallyport sallyport = start("untrusted", "{\"obedient\": {}}")) {
                assumeLandlock(sallyport);
                Signer.TESTS.install(
                        sallyport,
                        WorkerPlugins.obedient("obedient", "1.0.0", "", asks).build());

                assertThat(ask(sallyport, "greet")).isEqualTo("hello from 1.0.0");
                assertThat(ask(sallyport, "store")).isEqualTo("1");
                assertThat(ask(sallyport, "save it")).isEqualTo("saved");
                assertThat(ask(sallyport, "load")).isEqualTo("it");
                assertThat(ask(sallyport, "read " + granted)).isEqualTo("for you");
                assertThat(ask(sallyport, "write " + tree.resolve("new"))).isEqualTo("written");
                assertThat(tree.resolve("new")).exists();

                String denied = "failed java.nio.file.AccessDeniedException";
                assertThat(ask(sallyport, "read " + secret)).startsWith(denied);
                assertThat(ask(sallyport, "read /etc/passwd")).startsWith(denied);
                assertThat(ask(sallyport, "read /proc/self/environ")).startsWith(denied);
                assertThat(ask(sallyport, "write " + granted)).startsWith(denied);
                assertThat(ask(sallyport, "write /usr/lib/x")).startsWith(denied);
                assertThat(ask(sallyport, "list " + home())).isEqualTo("null");
                assertThat(ask(sallyport, "list /root")).isEqualTo("null");
                assertThat(ask(sallyport, "processes")).startsWith("failed").contains("/proc");
                assertThat(ask(sallyport, "run /bin/sh -c id")).startsWith("failed java.io.IOException");
                assertThat(ask(sallyport, "connect " + target))
                        .as("granted, and there is no network in this jail")
                        .startsWith("failed java.net.");
                server.setSoTimeout(1);
                assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);

                assertThat(Files.readString(Path.of("/proc/" + ask(sallyport, "pid") + "/status")))
                        .as("rights of root, and the filter")
                        .contains("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2");
                assertThat(reason(tell(sallyport, "threads"))).doesNotContain("5000");
                Await.until("it is up again", () -> ask(sallyport, "greet").equals("hello from 1.0.0"));
                assertThat(info(sallyport, "obedient").get("layers").toJson())
                        .contains("process", "landlock", "seccomp", "limits");
                assertThat(Files.readString(secret)).as("the host is free").isEqualTo("the secret");
            }
        }
        Await.until(
                "its workers are gone", () -> ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    @DisplayName("has the guard in the jail that Java makes, too, and reads nothing by native code of its own")
    void landlockAndGuard() throws Exception {
        inLandlock();
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        try (Sallyport sallyport = start("untrusted", "{\"obedient\": {}}")) {
            assumeLandlock(sallyport);
            Signer.TESTS.install(
                    sallyport, WorkerPlugins.obedient("obedient", "1.0.0").build());
            assertThat(ask(sallyport, "read " + secret))
                    .startsWith(
                            "failed java.lang.SecurityException: Plugin [obedient] version [1.0.0] has no permission"
                                    + " [file.read] for [" + secret + "]");
            assertThat(info(sallyport, "obedient").get("layers").toJson()).contains("landlock", "seccomp", "agent");
        }
    }

    @Test
    @DisplayName("may not call native code in the jail that Java makes: what locks it may, and nothing else")
    void landlockAndNative() throws Exception {
        withoutGuard();
        inLandlock();
        try (Sallyport sallyport = start("untrusted", "{\"obedient\": {}}")) {
            assumeLandlock(sallyport);
            Signer.TESTS.install(
                    sallyport, WorkerPlugins.obedient("obedient", "1.0.0").build());
            assertThat(ask(sallyport, "native")).contains("IllegalCallerException");
        }
    }

    @Test
    @DisplayName("ends when the host is killed, out of the jail that Java makes, too")
    void landlockHostIsKilled() throws Exception {
        Path deploy = Files.createDirectories(home().resolve("deploy"));
        trust("untrusted");
        Signer.TESTS.write(
                deploy.resolve("obedient.jar"),
                WorkerPlugins.obedient("obedient", "1.0.0").build());
        inLandlock();
        try (Sallyport sallyport = start("untrusted", "{}")) {
            assumeLandlock(sallyport);
        }
        try (SallyportProcess host = SallyportProcess.run(home(), List.of("-Dsallyport.worker.jail=landlock"))) {
            Await.until(
                    "the one that works and the one that stands by",
                    () -> workers(host).size() >= 2);
            List<ProcessHandle> workers = workers(host);
            assertThat(host.log()).doesNotContain("WARNING: A restricted method");
            host.kill();
            Await.until("gone", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static void echo(ServerSocket server) {
        try {
            while (true) {
                try (java.net.Socket socket = server.accept()) {
                    socket.setSoTimeout(5_000);
                    String line = new java.io.BufferedReader(new java.io.InputStreamReader(socket.getInputStream()))
                            .readLine();
                    socket.getOutputStream().write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    @DisplayName("ends when the host is killed")
    void hostIsKilled() throws Exception {
        Path deploy = Files.createDirectories(home().resolve("deploy"));
        trust("untrusted");
        Signer.TESTS.write(
                deploy.resolve("obedient.jar"),
                WorkerPlugins.obedient("obedient", "1.0.0").build());
        try (SallyportProcess host = SallyportProcess.run(home())) {
            // The one that works and the one that stands by, each with what is around it.
            Await.until("workers", () -> workers(host).size() >= 4);
            List<ProcessHandle> workers = workers(host);
            host.kill();
            Await.until("gone", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static List<ProcessHandle> workers(SallyportProcess host) {
        return host.children().stream()
                .filter(child -> child.info().commandLine().orElse("").contains("org.sallyport.worker"))
                .toList();
    }

    @Test
    @DisplayName("goes with the host and with its removal")
    void ends() throws Exception {
        ProcessHandle first;
        try (Sallyport sallyport = obedient("untrusted")) {
            first = worker(sallyport);
            sallyport.plugins().uninstall("obedient");
            Await.until("gone", () -> !first.isAlive());
        }
        try (Sallyport sallyport = obedient("untrusted")) {
            assertThat(ask(sallyport, "greet")).isEqualTo("good day from 1.0.0");
        }
        Await.until(
                "no process is left", () -> ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive));
    }
}
