package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.sallyport.worker.internal.child.WorkerMain;
import org.sallyport.worker.internal.wire.Contracts;
import org.sallyport.worker.internal.wire.Lane;
import org.sallyport.worker.internal.wire.Peer;
import org.sallyport.worker.internal.wire.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker process and the lanes to it. It lives until {@link #kill} or until it ends by itself; then its lanes end, and
 * with them the calls that run on them. Thread-safe.
 */
final class Worker implements Peer.Lanes {
    /** Lanes on which the worker calls; the first is for what it tells of its plugin. */
    static final int UP = 4;

    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final int LAST_WORDS = 2_000;
    private static final int OUT_OF_MEMORY = 3;
    private static final int SIGNALLED = 128;
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long COUNT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    final Spec spec;
    final Peer peer;

    private final Launcher launcher;
    private final Path run;
    private final Process process;
    private final byte[] secret = new byte[WorkerMain.SECRET];
    private final ServerSocketChannel server;
    private final LinkedBlockingDeque<Lane> free = new LinkedBlockingDeque<>();
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> cause = new AtomicReference<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final long due;
    private volatile boolean connected;
    private volatile long grace;

    /** When its threads are counted next; of the thread alone that watches. */
    private long counted = System.nanoTime();

    private volatile String words = "";

    private Worker(Launcher launcher, Spec spec, Contracts contracts) throws IOException {
        this.launcher = launcher;
        this.spec = spec;
        this.peer = new Peer(contracts, this, true);
        new SecureRandom().nextBytes(secret);
        launcher.prepare();
        run = launcher.run();
        Path socket = run.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            due = System.nanoTime() + launcher.settings.start().toNanos();
            process = launcher.start(spec, run, UP);
        } catch (IOException | RuntimeException e) {
            server.close();
            Folders.delete(run);
            throw e;
        }
    }

    /** Starts one; it connects in a while, and a call waits for that. */
    static Worker launch(Launcher launcher, Spec spec, Contracts contracts) throws IOException {
        Worker worker = new Worker(launcher, spec, contracts);
        worker.process.onExit().thenRun(worker::exited);
        worker.daemon("output", worker::listen);
        worker.daemon("connect", worker::connect);
        return worker;
    }

    private void daemon(String what, Runnable work) {
        Thread thread = new Thread(work, "sallyport-worker-" + run.getFileName() + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when the process is gone, with what became of it. */
    CompletableFuture<String> ended() {
        return ended;
    }

    /** Its process, for tests and lists. */
    ProcessHandle process() {
        return process.toHandle();
    }

    /** Whether all its lanes are there. */
    boolean isConnected() {
        return connected;
    }

    boolean isAlive() {
        return cause.get() == null && process.isAlive();
    }

    /** Reads all it says, so that it never waits for a reader, and keeps the last of it. */
    private void listen() {
        byte[] kept = new byte[0];
        byte[] chunk = new byte[LAST_WORDS];
        try (InputStream in = process.getInputStream()) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                byte[] all = Arrays.copyOf(kept, kept.length + read);
                System.arraycopy(chunk, 0, all, kept.length, read);
                kept = Arrays.copyOfRange(all, Math.max(0, all.length - LAST_WORDS), all.length);
                words = new String(kept, StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            // It is gone.
        }
    }

    private void connect() {
        try (OutputStream in = process.getOutputStream()) {
            in.write(secret);
            in.flush();
            int all = launcher.settings.lanes() + UP;
            for (int i = 0; i < all; i++) {
                admit(server.accept());
            }
            connected = true;
        } catch (IOException e) {
            kill("did not connect: " + e.getMessage());
        } finally {
            try {
                // Nobody else may connect, this worker included.
                server.close();
                Files.deleteIfExists(run.resolve("s"));
            } catch (IOException e) {
                log.debug("The socket of a worker could not be closed", e);
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        ByteBuffer hello = ByteBuffer.allocate(WorkerMain.SECRET + 1);
        while (hello.hasRemaining()) {
            if (channel.read(hello) < 0) {
                throw new IOException("a connection ended before it began");
            }
        }
        Lane lane = new Lane(channel);
        lanes.add(lane);
        byte kind = hello.get(WorkerMain.SECRET);
        if (!MessageDigest.isEqual(Arrays.copyOf(hello.array(), WorkerMain.SECRET), secret)) {
            throw new ProtocolException("a connection without the secret");
        } else if (kind == WorkerMain.DOWN) {
            free.add(lane);
        } else {
            daemon("calls", () -> serve(lane));
        }
    }

    private void serve(Lane lane) {
        try {
            peer.serve(lane);
        } catch (IOException e) {
            broken(lane, e);
        }
    }

    @Override
    public Lane take(long deadline) {
        try {
            while (cause.get() == null) {
                // In steps, as nobody wakes those that wait when the worker ends.
                long wait = Math.min(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(50));
                Lane lane = free.poll();
                if (lane == null && wait > 0) {
                    lane = free.poll(wait, TimeUnit.NANOSECONDS);
                }
                if (lane != null) {
                    return lane;
                } else if (wait <= 0) {
                    throw new org.sallyport.api.plugin.PluginException(
                            "worker_busy",
                            "Plugin [" + spec.plugin() + "]: all [" + launcher.settings.lanes()
                                    + "] calls that its worker takes at a time are in use");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw lost();
    }

    @Override
    public void give(Lane lane) {
        // The one that was used last is warm.
        free.addFirst(lane);
    }

    @Override
    public RuntimeException broken(Lane lane, IOException e) {
        lane.close();
        if (e instanceof ProtocolException) {
            kill("was killed, because it sent " + e.getMessage());
        } else if (e instanceof ClosedByInterruptException) {
            kill("was killed, because a call in it did not end in time");
        } else {
            // It ended, or is about to: how, its exit status tells, so it has a moment for that.
            if (cause.compareAndSet(null, "")) {
                grace = System.nanoTime() + GRACE_NANOS;
                closeAll();
            }
        }
        return lost();
    }

    private WorkerLost lost() {
        String why = ended.getNow(cause.get());
        return new WorkerLost(spec.plugin(), why == null || why.isEmpty() ? "ended" : why);
    }

    /** Kills it if a call takes longer than it may, or it does not connect. */
    void check(long now) {
        if (cause.get() != null) {
            if (grace != 0 && now - grace > 0 && process.isAlive()) {
                destroy();
            }
            return;
        }
        for (Lane lane : lanes) {
            if (lane.isOverdue(now)) {
                kill("was killed, because a call in it did not end in time");
                return;
            }
        }
        if (now - counted > 0) {
            counted = now + COUNT_NANOS;
            String overrun = launcher.jail.overrun(process());
            if (!overrun.isEmpty()) {
                kill(overrun);
                return;
            }
        }
        if (!connected && now - due > 0) {
            kill("did not connect within " + launcher.settings.start().toMillis() + " ms");
        }
    }

    /**
     * Ends it and all that it started, at once. Returns when the system was told; {@link #ended} tells when it is done.
     *
     * @param why in one sentence part; empty to take it from its exit status
     */
    void kill(String why) {
        if (!cause.compareAndSet(null, why)) {
            return;
        }
        destroy();
        closeAll();
    }

    private void destroy() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private void closeAll() {
        lanes.forEach(Lane::close);
        try {
            server.close();
        } catch (IOException e) {
            log.debug("The socket of a worker could not be closed", e);
        }
    }

    private void exited() {
        kill("");
        String why = cause.get();
        if (why == null || why.isEmpty()) {
            why = epitaph(process.exitValue());
        }
        List<AutoCloseable> open = peer.end();
        Folders.delete(run);
        ended.complete(why);
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                log.debug("A registration of a worker could not be closed", e);
            }
        }
    }

    private String epitaph(int status) {
        String said = words.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, last) -> last)
                .orElse("");
        String quoted = said.isEmpty() ? "" : ": " + said.replaceAll("\\p{Cntrl}", " ");
        if (status == OUT_OF_MEMORY && said.contains("OutOfMemory")) {
            return "ran out of memory" + quoted;
        } else if (status > SIGNALLED) {
            return "ended by signal [" + (status - SIGNALLED) + "]" + quoted;
        }
        return "ended by itself with status [" + status + "]" + quoted;
    }

    /** Waits until it is gone; whether it is. */
    boolean awaitEnd(Duration limit) {
        try {
            ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            return false;
        }
    }
}
