package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;

/** The official npm clients, through the real jar with its default plugins, at the official npm servers. */
@DisplayName("A real client")
class RealClientsIT {
    private static final List<String> CLIENTS = List.of("sdk1", "sdk2");
    private static final int EVERYTHING = 18;
    private static final int FILESYSTEM = 2;
    private static final int MEMORY = 1;
    private static final int NOTES = 2;
    private static final int FIXTURE = 6;

    @TempDir
    private Path folder;

    @BeforeAll
    static void install() throws Exception {
        Npm.install();
    }

    @Nested
    @DisplayName("over HTTP")
    class OverHttp {
        @Test
        @DisplayName("uses all of server-everything by stdio")
        void everythingByStdio() throws Exception {
            try (SallyportProcess gateway = run("--upstream-cmd", everything())) {
                assertProbes(gateway, EVERYTHING, "everything", "");
            }
        }

        @Test
        @DisplayName("uses all of server-everything by Streamable HTTP")
        void everythingByHttp() throws Exception {
            try (NodeServer server = NodeServer.everything();
                    SallyportProcess gateway = run("--upstream", server.mcp().toString())) {
                assertProbes(gateway, EVERYTHING, "everything", "");
            }
        }

        @Test
        @DisplayName("uses server-filesystem by stdio")
        void filesystemByStdio() throws Exception {
            Path files = files();
            try (SallyportProcess gateway = run("--upstream-cmd", filesystem(files))) {
                assertProbes(gateway, FILESYSTEM, "filesystem", "", "--folder", files.toString());
            }
        }

        @Test
        @Tag("long")
        @DisplayName("uses server-memory by stdio")
        void memoryByStdio() throws Exception {
            try (SallyportProcess gateway = run("--upstream-cmd", memory())) {
                assertProbes(gateway, MEMORY, "memory", "");
            }
        }

        @Test
        @Tag("long")
        @DisplayName("sees three servers as one, also through a second gateway that reaches the first by HTTP")
        void threeServers() throws Exception {
            Path files = files();
            try (SallyportProcess inner = run(
                            "--upstream-cmd", "everything=" + everything(),
                            "--upstream-cmd", "files=" + filesystem(files),
                            "--upstream-cmd", "memory=" + memory());
                    SallyportProcess outer = SallyportProcess.run(
                            folder.resolve("outer"), "--upstream", inner.mcp().toString())) {
                for (SallyportProcess gateway : List.of(inner, outer)) {
                    assertProbes(gateway, FILESYSTEM, "filesystem", "files__", "--folder", files.toString());
                    assertProbes(gateway, MEMORY, "memory", "memory__");
                    assertProbes(gateway, EVERYTHING, "everything", "everything__");
                }
            }
        }

        @Test
        @DisplayName("sees a redaction and a block on embedded defaults")
        void notesInside() throws Exception {
            try (SallyportProcess gateway = run()) {
                assertProbes(gateway, NOTES, "notes", "");
            }
        }

        @Test
        @DisplayName("gets large results scanned, all progress, and a new server for one that died, by stdio")
        void fixtureByStdio() throws Exception {
            try (SallyportProcess gateway = run("--upstream-cmd", fixture())) {
                assertProbes(gateway, FIXTURE, "fixture", "");
                assertProbes(gateway, 1, "restarts", "");
                assertProbes(gateway, 1, "wire", "");
                assertProbes(gateway, 1, "resumption", "");
            }
        }

        @Test
        @Tag("long")
        @DisplayName("gets large results scanned, and all progress, by Streamable HTTP")
        void fixtureByHttp() throws Exception {
            try (NodeServer server = NodeServer.fixture();
                    SallyportProcess gateway = run("--upstream", server.mcp().toString())) {
                assertProbes(gateway, FIXTURE, "fixture", "");
                assertProbes(gateway, 1, "wire", "");
                assertProbes(gateway, 1, "resumption", "");
            }
        }

        @Test
        @DisplayName("is told that an HTTP server is gone, and does not notice when a new one forgot the session")
        void restartedHttp() throws Exception {
            NodeServer first = NodeServer.fixture();
            try (first;
                    SallyportProcess gateway = run("--upstream", first.mcp().toString())) {
                McpSession client = McpSession.open(gateway.mcp());
                String before = client.text("pid", Document.EMPTY_OBJECT);

                first.close();
                Document gone = client.call("pid", Document.EMPTY_OBJECT);
                try (NodeServer second = NodeServer.fixture(first.port())) {
                    String after = client.text("pid", Document.EMPTY_OBJECT);

                    assertThat(gone.at("error", "code").asLong(0)).isEqualTo(-32004);
                    assertThat(after).matches("\\d+").isNotEqualTo(before);
                    assertThat(second.mcp()).isEqualTo(first.mcp());
                }
            }
        }

        @Test
        @DisplayName("that does not say goodbye leaves no server behind when the gateway ends")
        void reaped() throws Exception {
            SallyportProcess gateway = run("--upstream-cmd", fixture());
            List<ProcessHandle> children;
            try (gateway) {
                McpSession.open(gateway.mcp()).text("pid", Document.EMPTY_OBJECT);
                children = gateway.children();
            }

            assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        }

        @Test
        @DisplayName("leaves no server behind when the gateway is killed")
        void reapedAfterKill() throws Exception {
            SallyportProcess gateway = run("--upstream-cmd", fixture());
            List<ProcessHandle> children;
            try (gateway) {
                McpSession.open(gateway.mcp()).text("pid", Document.EMPTY_OBJECT);
                children = gateway.children();
                gateway.kill();
            }

            assertThat(children).isNotEmpty();
            Await.until("the end of " + children, () -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Nested
    @Tag("long")
    @DisplayName("over stdio")
    class OverStdio {
        @Test
        @DisplayName("uses all of server-everything by stdio")
        void everythingByStdio() throws Exception {
            assertProbesOverStdio(EVERYTHING, "everything", "--upstream-cmd", everything());
        }

        @Test
        @DisplayName("uses all of server-everything by Streamable HTTP")
        void everythingByHttp() throws Exception {
            try (NodeServer server = NodeServer.everything()) {
                assertProbesOverStdio(
                        EVERYTHING, "everything", "--upstream", server.mcp().toString());
            }
        }

        @Test
        @DisplayName("gets large results scanned, all progress, and a new server for one that died")
        void fixtureByStdio() throws Exception {
            assertProbesOverStdio(FIXTURE, "fixture", "--upstream-cmd", fixture());
            assertProbesOverStdio(1, "restarts", "--upstream-cmd", fixture());
            assertProbesOverStdio(1, "wire", "--upstream-cmd", fixture());
        }
    }

    @Nested
    @DisplayName("of the modern era")
    class Modern {
        private static final String CLIENT = "modern";
        private static final int EVERYTHING = RealClientsIT.EVERYTHING - 2;

        @Test
        @DisplayName("uses all of a legacy server by stdio")
        void everythingByStdio() throws Exception {
            try (SallyportProcess gateway = run("--upstream-cmd", everything())) {
                assertModern(gateway, EVERYTHING, "everything", "");
                assertModern(gateway, EVERYTHING, "everything", "");
            }
        }

        @Test
        @DisplayName("uses all of a legacy server by Streamable HTTP, also through a second gateway")
        void fixtureByHttp() throws Exception {
            try (NodeServer server = NodeServer.fixture();
                    SallyportProcess inner = run("--upstream", server.mcp().toString());
                    SallyportProcess outer = SallyportProcess.run(
                            folder.resolve("outer"), "--upstream", inner.mcp().toString())) {
                for (SallyportProcess gateway : List.of(inner, outer)) {
                    assertModern(gateway, FIXTURE, "fixture", "");
                }
            }
        }

        @Test
        @Tag("long")
        @DisplayName("sees three servers as one")
        void threeServers() throws Exception {
            Path files = files();
            try (SallyportProcess gateway = run(
                    "--upstream-cmd", "everything=" + everything(),
                    "--upstream-cmd", "files=" + filesystem(files),
                    "--upstream-cmd", "memory=" + memory())) {
                assertModern(gateway, FILESYSTEM, "filesystem", "files__", "--folder", files.toString());
                assertModern(gateway, MEMORY, "memory", "memory__");
                assertModern(gateway, EVERYTHING, "everything", "everything__");
            }
        }

        @Test
        @DisplayName("sees a redaction and a block on embedded defaults")
        void notesInside() throws Exception {
            try (SallyportProcess gateway = run()) {
                assertModern(gateway, NOTES, "notes", "");
            }
        }

        @Test
        @Tag("long")
        @DisplayName("uses all of a legacy server over stdio")
        void overStdio() throws Exception {
            List<String> words = new ArrayList<>(List.of("--cmd"));
            words.addAll(SallyportProcess.command(
                    "stdio", "--home", folder.resolve("home").toString(), "--upstream-cmd", everything()));
            assertProbes(EVERYTHING, "everything", CLIENT, words);
        }

        private void assertModern(SallyportProcess gateway, int count, String server, String prefix, String... options)
                throws IOException, InterruptedException {
            List<String> words = new ArrayList<>(List.of(options));
            words.addAll(List.of("--prefix", prefix, "--url", gateway.mcp().toString()));
            assertProbes(count, server, CLIENT, words);
        }
    }

    private static String everything() {
        return "node " + Npm.server("everything") + " stdio";
    }

    private static String filesystem(Path files) {
        return "node " + Npm.server("filesystem") + " " + files;
    }

    /** Remembers in a file of this test, rather than in one beside its code. */
    private String memory() {
        return "env MEMORY_FILE_PATH=" + folder.resolve("memory.jsonl") + " node " + Npm.server("memory");
    }

    private static String fixture() {
        return "node " + Npm.script("fixture.mjs") + " stdio";
    }

    private Path files() throws IOException {
        return Files.createDirectories(folder.resolve("files")).toRealPath();
    }

    private SallyportProcess run(String... arguments) throws IOException, InterruptedException {
        return SallyportProcess.run(folder.resolve("home"), arguments);
    }

    private static void assertProbes(
            SallyportProcess gateway, int count, String server, String prefix, String... options)
            throws IOException, InterruptedException {
        for (String client : CLIENTS) {
            List<String> words = new ArrayList<>(List.of(options));
            words.addAll(List.of("--prefix", prefix, "--url", gateway.mcp().toString()));
            assertProbes(count, server, client, words);
        }
    }

    private void assertProbesOverStdio(int count, String server, String... upstream)
            throws IOException, InterruptedException {
        for (String client : CLIENTS) {
            List<String> words = new ArrayList<>(List.of("--cmd"));
            words.addAll(SallyportProcess.command(
                    "stdio", "--home", folder.resolve("home").toString()));
            words.addAll(List.of(upstream));
            assertProbes(count, server, client, words);
        }
    }

    private static void assertProbes(int count, String server, String client, List<String> target)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("node", "probe.mjs", "--server", server, "--client", client));
        words.addAll(target);
        var finished = SallyportProcess.Finished.of(words, Npm.FOLDER);
        assertThat(finished.output().lines().filter(line -> line.startsWith("ok ")))
                .as("%s", finished.output())
                .hasSize(count);
        assertThat(finished.exitCode()).as("%s", finished.output()).isZero();
    }
}
