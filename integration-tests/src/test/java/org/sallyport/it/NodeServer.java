package org.sallyport.it;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A server of the npm folder that speaks Streamable HTTP on loopback, in a process of its own. */
final class NodeServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private NodeServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** server-everything, which would listen on all interfaces if it were let. */
    static NodeServer everything() throws IOException, InterruptedException {
        return start(
                SallyportProcess.freePort(),
                "--import",
                Npm.script("loopback.mjs"),
                Npm.server("everything"),
                "streamableHttp");
    }

    static NodeServer fixture() throws IOException, InterruptedException {
        return fixture(SallyportProcess.freePort());
    }

    static NodeServer fixture(int port) throws IOException, InterruptedException {
        return start(port, Npm.script("fixture.mjs"), "http");
    }

    private static NodeServer start(int port, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("node"));
        words.addAll(List.of(arguments));
        words.add(Integer.toString(port));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("PORT", Integer.toString(port));
        Process process = builder.directory(Npm.FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        NodeServer server = new NodeServer(process, port);
        try {
            Await.port(port);
        } catch (AssertionError | InterruptedException e) {
            server.close();
            throw e;
        }
        return server;
    }

    int port() {
        return port;
    }

    URI mcp() {
        return URI.create("http://127.0.0.1:" + port + "/mcp");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
