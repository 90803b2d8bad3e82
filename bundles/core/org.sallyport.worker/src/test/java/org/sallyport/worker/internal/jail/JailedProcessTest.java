package org.sallyport.worker.internal.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For real, where Java and the kernel have it. */
@DisplayName("A process in the jail that Java makes")
class JailedProcessTest {
    @TempDir
    private Path folder;

    private final List<JailedProcess> started = new ArrayList<>();
    private Path secret = Path.of("");
    private Path granted = Path.of("");
    private Path own = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        try {
            JailedProcess.probe();
        } catch (IOException e) {
            assumeTrue(false, "There is no such jail here: " + e.getMessage());
        }
        folder = folder.toRealPath();
        secret = Files.writeString(folder.resolve("secret"), "the secret");
        granted = Files.createDirectory(folder.resolve("granted"));
        Files.writeString(granted.resolve("file"), "for you");
        own = Files.createDirectory(folder.resolve("own"));
    }

    @AfterEach
    void end() {
        started.forEach(JailedProcess::destroyForcibly);
    }

    private static Path java() throws IOException {
        return Path.of(System.getProperty("java.home")).toRealPath();
    }

    /** Who is to run Java may read it, and the libraries of the system. */
    private Landlock rules() throws IOException {
        Landlock rules = new Landlock();
        List<Path> readable = new ArrayList<>();
        for (String path : List.of("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache")) {
            readable.add(Path.of(path));
        }
        // Debian's Javas keep their settings there.
        try (DirectoryStream<Path> settings = Files.newDirectoryStream(Path.of("/etc"), "java-*")) {
            settings.forEach(readable::add);
        }
        for (Path path : readable) {
            if (Files.exists(path)) {
                rules.allow(path.toRealPath(), Landlock.Access.READ);
            }
        }
        for (String at : List.of("/lib", "/lib64")) {
            if (Files.isDirectory(Path.of(at))) {
                try (DirectoryStream<Path> loaders = Files.newDirectoryStream(Path.of(at), "ld-*.so*")) {
                    for (Path loader : loaders) {
                        rules.allow(loader.toRealPath(), Landlock.Access.RUN);
                    }
                }
            }
        }
        rules.allow(java(), Landlock.Access.READ);
        rules.allow(java().resolve("bin/java"), Landlock.Access.RUN);
        for (String path : System.getProperty("java.class.path").split(":")) {
            rules.allow(Path.of(path), Landlock.Access.READ);
        }
        rules.allow(granted, Landlock.Access.READ);
        rules.allow(own, Landlock.Access.WRITE);
        return rules;
    }

    private JailedProcess inmate(String port) throws IOException {
        try (Landlock rules = rules()) {
            JailedProcess process = JailedProcess.start(
                    rules,
                    own,
                    List.of(
                            java().resolve("bin/java").toString(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Inmate.class.getName(),
                            port));
            started.add(process);
            return process;
        }
    }

    /** Says what is to be tried, and reads what came of it. */
    private static final class Talk {
        private final Writer to;
        private final BufferedReader from;

        Talk(Process process) {
            to = new java.io.OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
            from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        String ask(String what) throws IOException {
            to.write(what + "\n");
            to.flush();
            return String.valueOf(from.readLine());
        }
    }

    @Test
    @DisplayName("reads, lists, writes and removes what it was granted, and nothing else")
    void files() throws Exception {
        Talk talk = new Talk(inmate("0"));
        String denied = "failed java.nio.file.AccessDeniedException";

        assertThat(talk.ask("read " + granted.resolve("file"))).isEqualTo("read for you");
        assertThat(talk.ask("list " + granted)).isEqualTo("[file]");
        assertThat(talk.ask("write " + own.resolve("new"))).isEqualTo("written");
        assertThat(talk.ask("rename " + own.resolve("new") + " " + own.resolve("newer")))
                .isEqualTo("renamed");
        assertThat(talk.ask("delete " + own.resolve("newer"))).isEqualTo("deleted");

        assertThat(talk.ask("read " + secret)).startsWith(denied);
        assertThat(talk.ask("list " + folder)).isEqualTo("null");
        assertThat(talk.ask("list /")).isEqualTo("null");
        assertThat(talk.ask("read /proc/" + ProcessHandle.current().pid() + "/cmdline"))
                .startsWith(denied);
        assertThat(talk.ask("write " + granted.resolve("file"))).startsWith(denied);
        assertThat(talk.ask("write " + granted.resolve("new"))).startsWith(denied);
        assertThat(talk.ask("delete " + granted.resolve("file"))).startsWith(denied);
        assertThat(talk.ask("delete " + secret)).startsWith(denied);
        assertThat(talk.ask("rename " + secret + " " + own.resolve("mine"))).startsWith("failed");
        assertThat(talk.ask("link " + own.resolve("link") + " " + secret)).startsWith("failed");
        assertThat(secret).hasContent("the secret");
        assertThat(talk.ask("environment")).isEqualTo("{}");
        // What Landlock does not hide.
        assertThat(talk.ask("exists " + secret)).isEqualTo("exists true");
    }

    @Test
    @DisplayName("starts no program, and after it locked itself reaches nobody: on each of its threads")
    void locked() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path socket = own.resolve("socket");
            local.bind(UnixDomainSocketAddress.of(socket));
            String port = Integer.toString(server.getLocalPort());
            JailedProcess process = inmate(port);
            Talk talk = new Talk(process);

            assertThat(talk.ask("exec /usr/bin/true")).as("not granted").startsWith("failed java.io.IOException");
            assertThat(talk.ask("unix " + socket))
                    .as("Landlock does not know these")
                    .startsWith("connected");

            assertThat(talk.ask("lock")).isEqualTo("locked");
            assertThat(talk.ask("exec " + java().resolve("bin/java")))
                    .as("granted")
                    .startsWith("failed java.io.IOException");
            assertThat(talk.ask("connect " + port))
                    .startsWith("failed java.net.")
                    .endsWith("Permission denied");
            assertThat(talk.ask("early"))
                    .as("a thread that was there before")
                    .startsWith("failed java.net.")
                    .endsWith("Permission denied");
            assertThat(talk.ask("unix " + socket))
                    .startsWith("failed java.net.")
                    .endsWith("Permission denied");
            assertThat(talk.ask("udp")).startsWith("failed java.net.").endsWith("Permission denied");
            assertThat(talk.ask("chmod " + own)).startsWith("failed java.nio.file.FileSystemException");
            assertThat(talk.ask("touch " + secret)).startsWith("failed java.nio.file.");
            assertThat(talk.ask("watch")).startsWith("failed java.io.IOException");
            assertThat(talk.ask("read " + granted.resolve("file"))).isEqualTo("read for you");
            assertThat(talk.ask("write " + own.resolve("new"))).isEqualTo("written");
            assertThat(talk.ask("thread")).isEqualTo("ran");

            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
                assertThat(tasks)
                        .allSatisfy(task -> assertThat(Files.readString(task.resolve("status")))
                                .contains("NoNewPrivs:\t1", "Seccomp:\t2"));
            }
        }
    }

    @Test
    @DisplayName("reaches no port of this machine by Landlock alone, either, where that knows of TCP")
    void tcp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Native system = Native.open();
            int version = system.function("syscall").call(444, 0, 0, 1);
            assumeTrue(
                    version >= 4,
                    "Landlock of this kernel has the version " + version + ", and 4 is the first with TCP");
            assertThat(new Talk(inmate("0")).ask("connect " + server.getLocalPort()))
                    .startsWith("failed java.net.");
        }
    }

    @Test
    @DisplayName("leaves its host as it was: no thread of it has rules, it reads, starts and connects as before")
    void host() throws Exception {
        JailedProcess process = inmate("0");
        assertThat(new Talk(process).ask("thread")).isEqualTo("ran");

        assertThat(Files.readString(secret)).isEqualTo("the secret");
        // Java lends the threads that wait for processes; one of them would be jailed if Java had started this one.
        Process free = new ProcessBuilder("/bin/cat", secret.toString()).start();
        List<String> seen = new ArrayList<>();
        free.onExit()
                .thenRun(() -> {
                    try {
                        seen.add(Files.readString(secret));
                    } catch (IOException e) {
                        seen.add(e.toString());
                    }
                })
                .get(30, TimeUnit.SECONDS);
        assertThat(seen).containsExactly("the secret");
        assertThat(new String(free.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("the secret");

        assertThat(held()).as("the one that waits for it, and no other").hasSize(1);
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        process.onExit().thenRun(() -> seen.add(held().toString())).get(30, TimeUnit.SECONDS);
        while (!held().isEmpty()) {
            Thread.sleep(1);
        }
        assertThat(seen).hasSize(2);
    }

    /** Threads of this process that have given rights up. */
    private static List<Path> held() {
        List<Path> held = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                try {
                    if (Files.readString(task.resolve("status")).contains("NoNewPrivs:\t1")) {
                        held.add(task);
                    }
                } catch (IOException e) {
                    // It ended meanwhile.
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return held;
    }

    @Test
    @DisplayName("is a process like others: it ends with its status or a signal, and one that does not start is told")
    void ends() throws Exception {
        JailedProcess process = inmate("0");
        assertThat(process.isAlive()).isTrue();
        assertThatThrownBy(process::exitValue).isInstanceOf(IllegalThreadStateException.class);
        assertThat(process.toHandle().parent()).contains(ProcessHandle.current());
        process.getOutputStream().close();
        assertThat(process.waitFor()).isZero();
        assertThat(process.isAlive()).isFalse();

        JailedProcess killed = inmate("0");
        killed.destroyForcibly();
        assertThat(killed.waitFor()).isEqualTo(128 + 9);
        assertThat(killed.onExit().get()).isSameAs(killed);

        try (Landlock rules = rules()) {
            assertThatThrownBy(() -> JailedProcess.start(rules, own, List.of("/usr/bin/true")))
                    .hasMessage("[/usr/bin/true] failed with the error [13], permission denied");
            assertThatThrownBy(() -> JailedProcess.start(rules, own, List.of("/usr/bin/no-such-program")))
                    .hasMessage("[/usr/bin/no-such-program] failed with the error [2], no such file");
        }
    }

    @Test
    @DisplayName("has no open file of the host but its input and output")
    void openFiles() throws Exception {
        try (var in = Files.newInputStream(secret)) {
            JailedProcess process = inmate("0");
            assertThat(new Talk(process).ask("thread")).isEqualTo("ran");
            List<String> open = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/fd"))) {
                for (Path file : files) {
                    open.add(Files.readSymbolicLink(file).toString());
                }
            }
            assertThat(open).isNotEmpty().noneMatch(name -> name.contains("secret") || name.contains("landlock"));
            assertThat(in.read()).isEqualTo('t');
        }
    }
}
