package org.sallyport.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The real jar in a process of its own, on the Java that {@code it.java.home} names. */
public final class SallyportProcess implements AutoCloseable {
    private static final long START_SECONDS = 60;

    private final Process process;
    private final int port;
    private final StringBuffer log = new StringBuffer();
    private final CountDownLatch up = new CountDownLatch(1);

    private SallyportProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        Thread reader = new Thread(this::read, "sallyport-log");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts {@code run} with these arguments on a free port, and waits until it is up. */
    public static SallyportProcess run(Path home, String... arguments) throws IOException, InterruptedException {
        return run(home, List.of(), arguments);
    }

    /** The same with options for its Java. */
    public static SallyportProcess run(Path home, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> words = command("run", "--home", home.toString(), "--port", Integer.toString(port));
        words.addAll(List.of(arguments));
        words.addAll(1, options);
        SallyportProcess started = new SallyportProcess(
                new ProcessBuilder(words).redirectErrorStream(true).start(), port);
        if (!started.up.await(START_SECONDS, TimeUnit.SECONDS) || !started.process.isAlive()) {
            String log = started.log();
            started.close();
            throw new IOException("Sallyport did not start:\n" + log);
        }
        return started;
    }

    /** The words that start the jar. */
    public static List<String> command(String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("it.java.home"), "bin", "java").toString());
        words.add("-jar");
        words.add(Path.of(System.getProperty("sallyport.jar"))
                .toAbsolutePath()
                .normalize()
                .toString());
        words.addAll(List.of(arguments));
        return words;
    }

    /** Runs a command of the jar to its end. */
    public static Finished execute(String... arguments) throws IOException, InterruptedException {
        return Finished.of(command(arguments), Path.of(".").toAbsolutePath());
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public URI mcp() {
        return URI.create("http://127.0.0.1:" + port + "/mcp");
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Types a line; for one that has a shell. */
    public void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The processes that it started and that live. */
    public List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    /** Ends it without a chance to clean up. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has said so far. */
    public String log() {
        return log.toString();
    }

    /** How many characters it has said so far. */
    public int said() {
        return log.length();
    }

    /** What it said from there on; empty if a mark is not in it yet. */
    public String saidBefore(String mark, int from) {
        int end = log.indexOf(mark, from);
        return end < 0 ? "" : log.substring(from, end + mark.length());
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.append(line).append('\n');
                if (line.contains("is up after")) {
                    up.countDown();
                }
            }
        } catch (IOException ended) {
            // The process is gone, and so is its output.
        }
        up.countDown();
    }

    /** Ends it as an operator would. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException("Sallyport did not end within 20 s:\n" + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A process that ended.
     *
     * @param exitCode how
     * @param output what it printed, errors included
     */
    public record Finished(int exitCode, String output) {
        /** What newer Java says of the framework on its own; no answer of the program. */
        private static final String JVM_WARNINGS =
                "(?m)^WARNING: .*(sun\\.misc\\.Unsafe|reporting this to the maintainers).*\\R";

        static Finished of(List<String> words, Path folder) throws IOException, InterruptedException {
            Process process = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Finished(process.waitFor(), output.replaceAll(JVM_WARNINGS, ""));
        }
    }
}
