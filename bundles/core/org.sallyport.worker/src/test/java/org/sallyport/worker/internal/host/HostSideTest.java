package org.sallyport.worker.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionSet;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;

@DisplayName("The host's side of a worker")
class HostSideTest {
    @Test
    @DisplayName("opens connections that were granted, by the address that a name has, and so many")
    void connections() throws Exception {
        List<String> asked = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            int port = server.getLocalPort();
            Connections net = new Connections(target -> {
                asked.add(target);
                return !target.startsWith("evil") && !target.startsWith("localhost/");
            });
            try (net) {
                int connection = net.open("127.0.0.1", port);
                try (Socket peer = server.accept()) {
                    net.write(connection, new byte[] {1, 2});
                    assertThat(peer.getInputStream().readNBytes(2)).containsExactly(1, 2);
                    assertThat(net.read(connection)).as("nothing yet").isNull();
                    peer.getOutputStream().write("hi".getBytes(StandardCharsets.US_ASCII));
                    assertThat(net.read(connection))
                            .asString(StandardCharsets.US_ASCII)
                            .isEqualTo("hi");
                    peer.shutdownOutput();
                    assertThat(net.read(connection)).isEmpty();
                }
                assertThat(code(() -> net.open("evil.example", 80))).isEqualTo("not_granted");
                assertThat(code(() -> net.open("", 80))).isEqualTo("not_granted");
                assertThat(code(() -> net.open("::1", 1))).isEqualTo("unreachable");
                assertThat(asked).contains("[::1]:1");
                assertThat(code(() -> net.open("127.0.0.1", 0))).isEqualTo("not_granted");
                assertThat(code(() -> net.open("localhost", port)))
                        .as("a name for this machine")
                        .isEqualTo("not_granted");
                assertThat(asked).contains("localhost:" + port, "localhost/127.0.0.1:" + port);
                for (int i = 1; i < Connections.MAX; i++) {
                    net.open("127.0.0.1", port);
                }
                assertThat(code(() -> net.open("127.0.0.1", port))).isEqualTo("too_many");
                net.close(connection);
                assertThat(code(() -> net.write(connection, new byte[1]))).isEqualTo("closed");
                net.open("127.0.0.1", port);
            }
        }
    }

    @Test
    @DisplayName("holds a name to where it leads, however that is written")
    void names() throws Exception {
        Permissions granted = PermissionSet.of(Permission.parse("net.connect:*.example.org:80"), Places.NONE);
        List<String> found = List.of(
                "10.1.2.3",
                "100.64.0.1",
                "169.254.169.254",
                "198.18.0.1",
                "0.1.2.3",
                "224.0.0.1",
                "::1",
                "fd00::1",
                "fe80::1",
                "::ffff:127.0.0.1",
                "::7f00:1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::");
        for (String address : found) {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            try (Connections net = new Connections(
                    target -> granted.permits("net", "connect", target),
                    host -> InetAddress.getByAddress(host, bytes))) {
                assertThatThrownBy(() -> net.open("rebound.example.org", 80))
                        .as(address)
                        .isInstanceOf(PluginException.class)
                        .hasMessageContaining("net.private:rebound.example.org:80");
            }
        }
    }

    @Test
    @DisplayName("looks no name up that was not granted, and has a place again for a connection that failed")
    void failures() {
        List<String> looked = new ArrayList<>();
        try (Connections net = new Connections(target -> target.startsWith("known"), host -> {
            looked.add(host);
            throw new java.net.UnknownHostException(host);
        })) {
            assertThat(code(() -> net.open("secret.in.the.name", 80))).isEqualTo("not_granted");
            assertThat(looked).isEmpty();
            for (int i = 0; i <= Connections.MAX; i++) {
                assertThat(code(() -> net.open("known", 80))).isEqualTo("unreachable");
            }
        }
    }

    private static String code(Runnable work) {
        try {
            work.run();
        } catch (PluginException e) {
            return e.code();
        }
        return "none";
    }

    @Test
    @DisplayName("makes one line of a log line")
    void logs() {
        assertThat(WorkerLogs.clean("a\nERROR forged\u2028\u0007b")).isEqualTo("a\\u000aERROR forged\\u2028\\u0007b");
        assertThat(WorkerLogs.clean("x".repeat(WorkerLogs.MAX_LENGTH))).hasSize(WorkerLogs.MAX_LENGTH);
        assertThat(WorkerLogs.clean("x".repeat(WorkerLogs.MAX_LENGTH + 1)))
                .hasSize(WorkerLogs.MAX_LENGTH + 1)
                .endsWith("…");
    }

    @Test
    @DisplayName("reads its settings within bounds")
    void settings() {
        assertThat(WorkerSettings.of(key -> null).heap()).isEqualTo(64);
        Map<String, String> given = Map.of(
                "sallyport.worker.heap.mb",
                "16",
                "sallyport.worker.lanes",
                "65",
                "sallyport.worker.files",
                "many",
                "sallyport.worker.jail",
                "maybe");
        WorkerSettings settings = WorkerSettings.of(given::get);
        assertThat(settings.heap()).isEqualTo(16);
        assertThat(settings.lanes()).isEqualTo(8);
        assertThat(settings.files()).isEqualTo(256);
        assertThat(settings.jail()).isEqualTo("required");
    }

    @Test
    @DisplayName("takes the jail that its setting names: any, this one alone, or none")
    void jails() {
        for (String word : List.of("auto", "required", "bubblewrap", "landlock", "off")) {
            WorkerSettings settings = WorkerSettings.of(Map.of("sallyport.worker.jail", word)::get);
            assertThat(settings.jail()).isEqualTo(word);
            assertThat(settings.needsJail(TrustLevel.UNTRUSTED)).as(word).isEqualTo(!word.equals("off"));
            assertThat(settings.needsJail(TrustLevel.PARTNER))
                    .as(word)
                    .isEqualTo(!word.equals("off") && !word.equals("auto"));
            assertThat(settings.mayTake("bubblewrap"))
                    .as(word)
                    .isEqualTo(!List.of("landlock", "off").contains(word));
            assertThat(settings.mayTake("landlock"))
                    .as(word)
                    .isEqualTo(!List.of("bubblewrap", "off").contains(word));
        }
        assertThat(WorkerSettings.of(Map.of("sallyport.worker.guard", "landlock")::get)
                        .guard())
                .as("a jail is no guard")
                .isEqualTo("required");
    }

    @Test
    @DisplayName("tells why the jails are not there that were tried, and takes none where it is told so")
    void noJail() {
        Jails none = Jails.find(WorkerSettings.of(Map.of("sallyport.worker.jail", "off")::get));
        assertThat(none.jail().holds()).isFalse();
        assertThat(none.refused()).isEmpty();

        Jails java = Jails.find(WorkerSettings.of(Map.of("sallyport.worker.jail", "landlock")::get));
        if (java.jail().holds()) {
            assertThat(java.jail().layers()).containsExactly("process", "landlock", "seccomp", "limits");
            assertThat(java.refused()).isEmpty();
        } else {
            assertThat(java.refused()).containsOnlyKeys("landlock");
            assertThat(java.cause()).startsWith("landlock: ").hasSizeGreaterThan(30);
            if (Runtime.version().feature() < 22) {
                assertThat(java.cause())
                        .isEqualTo("landlock: Java [22] is the first that can call the system, and this is ["
                                + Runtime.version().feature() + "]");
            }
        }
    }

    @Test
    @DisplayName("gives a plugin's folder with all in it to the account that its jail has, and follows no link")
    void accounts(@TempDir Path folder) throws Exception {
        assumeTrue(Bubblewrap.isRoot(), "Only root gives folders away");
        Path outside = Files.writeString(folder.resolve("outside"), "x");
        Path data = Files.createDirectories(folder.resolve("data"));
        Path below = Files.writeString(Files.createDirectory(data.resolve("a")).resolve("b"), "x");
        Files.createSymbolicLink(data.resolve("link"), outside);

        Folders.give(data, 61_200);
        for (Path path : List.of(data, data.resolve("a"), below, data.resolve("link"))) {
            assertThat(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                    .as(path.toString())
                    .isEqualTo(61_200);
        }
        assertThat(Files.getAttribute(outside, "unix:uid")).isEqualTo(0);
        Folders.give(data, 0);
        assertThat(Files.getAttribute(below, "unix:gid")).isEqualTo(0);
    }

    @Test
    @DisplayName("counts the threads of a process")
    void threads() {
        assertThat(Limiter.threads(ProcessHandle.current().pid())).isGreaterThan(5);
        assertThat(Limiter.threads(Long.MAX_VALUE)).isZero();
    }

    @Test
    @DisplayName("gives each plugin an account that no person has")
    void accounts() {
        for (String plugin : List.of("a", "b", "polygenelubricants")) {
            assertThat(new Spec(plugin, Path.of("/x"), List.of(), List.of(), false).account())
                    .isBetween(61_184, 65_183);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false, ''", "true, false, ALL-UNNAMED", "false, true, JAIL", "true, true, 'JAIL,ALL-UNNAMED'"})
    @DisplayName("has Java let the plugin call native code only if that was granted")
    void nativeCode(boolean granted, boolean locked, String callers) {
        Path here = Path.of("/x");
        List<String> command = new JavaCommand(
                        WorkerSettings.of(key -> null), here, here, locked ? Optional.of(here) : Optional.empty())
                .of(here, false, granted);

        // Before Java 22 it does not ask whether a plugin may.
        String expected = Runtime.version().feature() < 22 ? callers.replaceAll(",?ALL-UNNAMED", "") : callers;
        assertThat(command.stream()
                        .filter(word -> word.startsWith("--enable-native-access="))
                        .toList())
                .isEqualTo(
                        expected.isEmpty()
                                ? List.of()
                                : List.of("--enable-native-access=" + expected.replace("JAIL", WorkerJar.MODULE)));
    }

    @Test
    @DisplayName("parts the clauses of a header outside of quotes")
    void clauses() {
        assertThat(WorkerJar.clauses("a;x=\"1,2\",b , c;uses:=\"d,e\""))
                .containsExactly("a;x=\"1,2\"", "b", "c;uses:=\"d,e\"");
        assertThat(WorkerJar.clauses("")).isEmpty();
        assertThatThrownBy(() -> StandIn.of(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
