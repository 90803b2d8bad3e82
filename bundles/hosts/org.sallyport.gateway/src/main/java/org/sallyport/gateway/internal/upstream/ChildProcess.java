package org.sallyport.gateway.internal.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sallyport.gateway.internal.rpc.LineReader;
import org.sallyport.gateway.internal.rpc.LongLine;
import org.sallyport.gateway.internal.rpc.Room;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running child process. Two daemon threads read its streams; whoever writes is one thread at a time. No shell stands
 * between, and of our environment it gets no more than a program needs to run.
 */
final class ChildProcess {
    /** What the environment of a child keeps of ours. Others may hold secrets. */
    static final List<String> INHERITED = List.of(
            "PATH",
            "HOME",
            "LANG",
            "LANGUAGE",
            "LC_ALL",
            "LC_CTYPE",
            "LOGNAME",
            "SHELL",
            "TERM",
            "TMPDIR",
            "TZ",
            "USER",
            // Windows does not start programs without these.
            "APPDATA",
            "COMSPEC",
            "HOMEDRIVE",
            "HOMEPATH",
            "LOCALAPPDATA",
            "PATHEXT",
            "PROCESSOR_ARCHITECTURE",
            "PROGRAMFILES",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE");

    private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);

    /** What comes of it; called on its reading thread. */
    interface Listener {
        /** It wrote a line. */
        void line(ChildProcess child, byte[] line);

        /** It wrote a line that is longer than allowed. */
        void skipped(ChildProcess child, LongLine line);

        /** It ended, or closed its output; called once. */
        void ended(ChildProcess child, String how);
    }

    private final String server;
    private final Process process;
    private final Set<ProcessHandle> tree = new LinkedHashSet<>();
    private volatile long usedNanos = System.nanoTime();
    private volatile boolean ended;

    private ChildProcess(String server, Process process) {
        this.server = server;
        this.process = process;
        tree.add(process.toHandle());
    }

    /**
     * Starts it; takes some milliseconds. What it writes waits until {@link #listen} is called, but for its errors, which are logged.
     *
     * @throws UpstreamException if the program cannot be started
     */
    static ChildProcess start(UpstreamSettings settings) throws UpstreamException {
        ProcessBuilder builder = new ProcessBuilder(settings.command());
        settings.cwd().ifPresent(folder -> builder.directory(folder.toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(key -> INHERITED.stream().noneMatch(key::equalsIgnoreCase));
        environment.putAll(settings.env());
        try {
            ChildProcess child = new ChildProcess(settings.name(), builder.start());
            child.thread("errors", () -> new ServerLog(settings.name()).drain(child.process.getErrorStream()));
            return child;
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException | SecurityException e) {
            throw new UpstreamException(
                    "Server [" + settings.name() + "] could not be started: program ["
                            + Wire.shown(settings.command().get(0)) + "]: " + Wire.shown(String.valueOf(e.getMessage()))
                            + ". Check 'command' and 'cwd'",
                    e);
        }
    }

    /** Begins to use it; once. */
    void listen(int longest, Room room, Listener listener) {
        usedNanos = System.nanoTime();
        thread("reader", () -> read(longest, room, listener));
    }

    /** Whether it runs, as far as the system knows. */
    boolean isAlive() {
        // The process hears of its end a moment after the system knows.
        return process.isAlive() && process.toHandle().isAlive();
    }

    /** Writes a line; waits if the child does not read. */
    void write(byte[] line) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write(line);
        out.write('\n');
    }

    /** Hands on what was written. */
    void flush() throws IOException {
        process.getOutputStream().flush();
    }

    /** Whether it ended or will write no more. */
    boolean hasEnded() {
        return ended;
    }

    /** It is not to be used any more, whatever it does. */
    void abandon() {
        ended = true;
    }

    /** How long it has been used. */
    Duration ran() {
        return Duration.ofNanos(System.nanoTime() - usedNanos);
    }

    /** Remembers which processes it started: when it is gone, they can no longer be found. */
    void noteDescendants() {
        if (process.isAlive()) {
            List<ProcessHandle> found = process.descendants().toList();
            synchronized (tree) {
                tree.removeIf(handle -> !handle.isAlive() && handle.pid() != process.pid());
                tree.addAll(found);
            }
        }
    }

    /**
     * Ends it and all it started: closes its input, after {@code grace} asks it to end (SIGTERM), after another
     * {@code grace} ends it (SIGKILL). Returns when all are gone.
     */
    void stop(Duration grace) {
        noteDescendants();
        // Closing waits for a write under way, which waits for a child that does not read.
        thread("close", this::closeInput);
        if (allGone(grace)) {
            return;
        }
        noteDescendants();
        handles().forEach(ProcessHandle::destroy);
        if (allGone(grace)) {
            return;
        }
        noteDescendants();
        handles().forEach(ProcessHandle::destroyForcibly);
        if (!allGone(Duration.ofSeconds(2))) {
            log.warn("Processes {} of server [{}] could not be ended; end them by hand", handles(), server);
        }
    }

    private List<ProcessHandle> handles() {
        synchronized (tree) {
            return tree.stream().filter(ProcessHandle::isAlive).toList();
        }
    }

    private boolean allGone(Duration wait) {
        CompletableFuture<?>[] exits =
                handles().stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(exits).get(wait.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return handles().isEmpty();
        } catch (InterruptedException e) {
            // No time is left: the caller goes on to the next, harder step.
            Thread.currentThread().interrupt();
            return handles().isEmpty();
        }
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.debug("The input of server [{}] was closed already: {}", server, e.toString());
        }
    }

    private void read(int longest, Room room, Listener listener) {
        String how = "closed its output";
        try (LineReader lines = new LineReader(process.getInputStream(), longest, room, line -> {
            log.warn(
                    "Server [{}] sent a line of [{}] bytes, {}; it was skipped",
                    server,
                    line.length(),
                    line.noRoom()
                            ? "for which there is no room: " + room.full()
                            : "more than 'max.line.bytes' [" + longest + "]");
            listener.skipped(this, line);
        })) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (line.length > 0) {
                    listener.line(this, line);
                }
            }
        } catch (IOException e) {
            how = "could not be read any more: " + e.getMessage();
        } finally {
            ended = true;
            try {
                if (process.waitFor(500, TimeUnit.MILLISECONDS)) {
                    how = "ended with exit code " + process.exitValue();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            listener.ended(this, how);
        }
    }

    private void thread(String job, Runnable work) {
        Thread thread = new Thread(work, "sallyport-upstream-" + server + "-" + job);
        thread.setDaemon(true);
        thread.start();
    }
}
