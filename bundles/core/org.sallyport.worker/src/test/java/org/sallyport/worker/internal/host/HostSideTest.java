package org.sallyport.worker.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.PluginException;

@DisplayName("The host's side of a worker")
class HostSideTest {
    @Test
    @DisplayName("opens connections that were granted, by the address that a name has, and so many")
    void connections() throws Exception {
        List<String> asked = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            int port = server.getLocalPort();
            Connections net = new Connections((action, target) -> {
                asked.add(action + " " + target);
                return action.equals("connect") && !target.startsWith("evil");
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
                assertThat(code(() -> net.open("127.0.0.1", 0))).isEqualTo("not_granted");
                assertThat(code(() -> net.open("localhost", port)))
                        .as("a name for this machine")
                        .isEqualTo("not_granted");
                assertThat(asked).contains("private localhost:" + port);
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
    @DisplayName("gives each plugin an account that no person has")
    void accounts() {
        for (String plugin : List.of("a", "b", "polygenelubricants")) {
            assertThat(new Spec(plugin, Path.of("/x"), List.of(), List.of()).account())
                    .isBetween(61_184, 65_183);
        }
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
