package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official npm clients, through the real jar with its default plugins, at the official npm servers. */
@DisplayName("A real client")
class RealClientsIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void install() throws Exception {
        Npm.install();
    }

    @ParameterizedTest(name = "of {0} uses all of server-everything by stdio, over HTTP")
    @ValueSource(strings = {"sdk1", "sdk2"})
    void everythingOverHttp(String client) throws Exception {
        String server = "node " + Npm.server("everything") + " stdio";
        try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"), "--upstream-cmd", server)) {
            assertProbes(18, "everything", client, "", "--url", gateway.mcp().toString());
        }
    }

    @ParameterizedTest(name = "of {0} uses all of server-everything by stdio, over stdio")
    @ValueSource(strings = {"sdk1", "sdk2"})
    void everythingOverStdio(String client) throws Exception {
        String server = "node " + Npm.server("everything") + " stdio";
        List<String> jar = SallyportProcess.command(
                "stdio", "--home", folder.resolve("home").toString(), "--upstream-cmd", server);
        List<String> arguments = new ArrayList<>(List.of("--cmd"));
        arguments.addAll(jar);
        assertProbes(18, "everything", client, "", arguments.toArray(String[]::new));
    }

    @Test
    @DisplayName("uses all of server-everything by Streamable HTTP")
    void everythingBehindHttp() throws Exception {
        int port = SallyportProcess.freePort();
        ProcessBuilder builder = new ProcessBuilder("node", Npm.server("everything"), "streamableHttp");
        builder.environment().put("PORT", Integer.toString(port));
        Process server = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (SallyportProcess gateway =
                SallyportProcess.run(folder.resolve("home"), "--upstream", "http://127.0.0.1:" + port + "/mcp")) {
            Await.port(port);
            assertProbes(18, "everything", "sdk1", "", "--url", gateway.mcp().toString());
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    @Test
    @DisplayName("sees three servers as one, with the server's name before each tool")
    void threeServers() throws Exception {
        Path files = Files.createDirectories(folder.resolve("files")).toRealPath();
        try (SallyportProcess gateway = SallyportProcess.run(
                folder.resolve("home"),
                "--upstream-cmd",
                "everything=node " + Npm.server("everything") + " stdio",
                "--upstream-cmd",
                "files=node " + Npm.server("filesystem") + " " + files,
                "--upstream-cmd",
                "memory=node " + Npm.server("memory"))) {
            String url = gateway.mcp().toString();
            assertProbes(2, "filesystem", "sdk1", "files__", "--folder", files.toString(), "--url", url);
            assertProbes(1, "memory", "sdk2", "memory__", "--url", url);
            assertProbes(18, "everything", "sdk1", "everything__", "--url", url);
        }
    }

    @Test
    @DisplayName("sees a redaction and a block on embedded defaults")
    void notes() throws Exception {
        try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"))) {
            assertProbes(2, "notes", "sdk1", "", "--url", gateway.mcp().toString());
        }
    }

    private static void assertProbes(int count, String server, String client, String prefix, String... target)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("node", "probe.mjs", "--server", server, "--client", client, "--prefix", prefix));
        words.addAll(List.of(target));
        var finished = SallyportProcess.Finished.of(words, Npm.FOLDER);
        assertThat(finished.output().lines().filter(line -> line.startsWith("ok ")))
                .as("%s", finished.output())
                .hasSize(count);
        assertThat(finished.exitCode()).as("%s", finished.output()).isZero();
    }
}
