package org.sallyport.worker.internal.jail;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process under rules of Landlock. They are put on one thread, which starts the process and then waits for its end; the rest of the
 * virtual machine is free. Java's own way to start processes cannot be used: it makes the thread that waits from the one that starts,
 * with its rules on it, and lends that to others for their processes. So that thread calls the system, and nothing else: it opens no
 * file, loads no class and makes no thread. Its output and its errors are one stream. Thread-safe.
 */
public final class JailedProcess extends Process {
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int SET_SIGNAL_DEFAULTS = 0x04;
    private static final int SET_SIGNAL_MASK = 0x08;
    private static final int SET_SESSION = 0x80;
    private static final int INTERRUPTED = 4;
    private static final int SIGNALLED = 0x80;

    /** Larger than what any C library keeps in them. */
    private static final int OPAQUE = 1024;

    private static final int FIRST_TO_CLOSE = 3;

    private final ProcessHandle handle;
    private final OutputStream input;
    private final InputStream output;
    private final CompletableFuture<Integer> status;

    private JailedProcess(
            ProcessHandle handle, OutputStream input, InputStream output, CompletableFuture<Integer> status) {
        this.handle = handle;
        this.input = input;
        this.output = output;
        this.status = status;
    }

    /** @throws IOException if processes cannot be started so here; says why */
    public static void probe() throws IOException {
        Native system = Native.open();
        Seccomp.probe(system);
        new Landlock().close();
        for (String name : Starter.FUNCTIONS) {
            system.function(name);
        }
    }

    /**
     * Starts one, without an environment.
     *
     * @param folder where it is at first
     * @param command a program by its whole path, and its arguments
     * @throws IOException if it does not start
     */
    public static JailedProcess start(Landlock rules, Path folder, List<String> command) throws IOException {
        Native system = Native.open();
        try (Pipe in = new Pipe(system);
                Pipe out = new Pipe(system)) {
            OutputStream input = new FileOutputStream(Pipe.path(in.write));
            @Nullable InputStream output = null;
            try {
                output = new FileInputStream(Pipe.path(out.read));
                Starter starter = new Starter(system, rules, folder, command, in.read, out.write);
                return new JailedProcess(starter.start(), input, output, starter.status);
            } catch (IOException | RuntimeException e) {
                input.close();
                if (output != null) {
                    output.close();
                }
                throw e;
            }
        }
    }

    /** Two ends, closed with this; a program that is started by anybody does not have them. */
    private static final class Pipe implements AutoCloseable {
        private final Native.Function close;
        private final int read;
        private final int write;

        Pipe(Native system) throws IOException {
            close = system.function("close");
            Native.Memory ends = system.memory(2 * Integer.BYTES);
            system.function("pipe2").call(ends.address(), CLOSE_ON_EXEC);
            read = ends.bytes().getInt();
            write = ends.bytes().getInt();
        }

        static String path(int end) {
            return "/proc/self/fd/" + end;
        }

        @Override
        public void close() throws IOException {
            close.call(read);
            close.call(write);
        }
    }

    /** The thread, and all that it uses, made before it has rules. */
    private static final class Starter {
        /** The one that closes what is the host's came to the C library in 2021. */
        static final List<String> FUNCTIONS = List.of(
                "prctl",
                "syscall",
                "waitpid",
                "sigfillset",
                "posix_spawn",
                "posix_spawn_file_actions_init",
                "posix_spawn_file_actions_adddup2",
                "posix_spawn_file_actions_addclosefrom_np",
                "posix_spawn_file_actions_addchdir_np",
                "posix_spawn_file_actions_destroy",
                "posix_spawnattr_init",
                "posix_spawnattr_setflags",
                "posix_spawnattr_setsigmask",
                "posix_spawnattr_setsigdefault",
                "posix_spawnattr_destroy");

        private final Native system;
        private final Native.Function prctl;
        private final Native.Function syscall;
        private final Native.Function spawn;
        private final Native.Function waitpid;
        private final Native.Memory program;
        private final Native.Memory arguments;
        private final Native.Memory environment;
        private final Native.Memory actions;
        private final Native.Memory attributes;
        private final Native.Memory process;
        private final Native.Memory ended;
        private final long rules;
        private final String name;
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch known = new CountDownLatch(1);
        private final CountDownLatch gone = new CountDownLatch(1);
        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private volatile @Nullable String failed;
        private volatile int error;
        private volatile int exit;

        Starter(Native system, Landlock landlock, Path folder, List<String> command, int in, int out)
                throws IOException {
            this.system = system;
            prctl = system.function("prctl");
            syscall = system.function("syscall");
            spawn = system.function("posix_spawn");
            waitpid = system.function("waitpid");
            rules = landlock.rules();
            name = command.get(0);
            program = system.text(name);
            arguments = system.texts(command);
            environment = system.texts(List.of());
            process = system.memory(Integer.BYTES);
            ended = system.memory(Integer.BYTES);
            actions = system.memory(OPAQUE);
            attributes = system.memory(OPAQUE);
            actions(system.text(folder.toString()), in, out);
            attributes();
        }

        private void actions(Native.Memory folder, int in, int out) throws IOException {
            long list = actions.address();
            system.function("posix_spawn_file_actions_init").done(list);
            Native.Function duplicate = system.function("posix_spawn_file_actions_adddup2");
            duplicate.done(list, in, 0);
            duplicate.done(list, out, 1);
            duplicate.done(list, out, 2);
            system.function("posix_spawn_file_actions_addclosefrom_np").done(list, FIRST_TO_CLOSE);
            system.function("posix_spawn_file_actions_addchdir_np").done(list, folder.address());
        }

        private void attributes() throws IOException {
            system.function("posix_spawnattr_init").done(attributes.address());
            system.function("posix_spawnattr_setflags")
                    .done(attributes.address(), SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK | SET_SESSION);
            // No signal is held back, as here all is zero; and none is passed over.
            Native.Memory signals = system.memory(OPAQUE);
            system.function("posix_spawnattr_setsigmask").done(attributes.address(), signals.address());
            system.function("sigfillset").done(signals.address());
            system.function("posix_spawnattr_setsigdefault").done(attributes.address(), signals.address());
        }

        ProcessHandle start() throws IOException {
            daemon(this::run, "sallyport-jailed");
            await(started);
            system.function("posix_spawn_file_actions_destroy").raw(actions.address());
            system.function("posix_spawnattr_destroy").raw(attributes.address());
            String what = failed;
            try {
                if (what != null) {
                    throw Native.failed(what, error);
                }
                daemon(this::tell, "sallyport-jailed-end");
                // It has its number as long as nobody waited for it.
                return ProcessHandle.of(process.bytes().getInt(0))
                        .orElseThrow(() -> new IOException("[" + name + "] ended at once"));
            } finally {
                known.countDown();
            }
        }

        private static void daemon(Runnable work, String name) {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            thread.start();
        }

        /** A process may be there already, so nobody goes away before it is known. */
        private static void await(CountDownLatch latch) {
            boolean interrupted = false;
            while (true) {
                try {
                    latch.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Who waits for its end may run anything, and so not on the thread that has rules. */
        private void tell() {
            await(gone);
            status.complete(exit);
        }

        /** Only this has rules on it. */
        private void run() {
            try {
                boolean is = begin();
                started.countDown();
                if (is) {
                    await(known);
                    exit = awaitEnd();
                }
            } finally {
                gone.countDown();
                Reference.reachabilityFence(this);
            }
        }

        private boolean begin() {
            if ((int) prctl.raw(Seccomp.NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0) {
                return failed("prctl", prctl.errno());
            } else if ((int) syscall.raw(Landlock.RESTRICT_SELF, rules, 0) != 0) {
                return failed("landlock_restrict_self", syscall.errno());
            }
            int result = (int) spawn.raw(
                    process.address(),
                    program.address(),
                    actions.address(),
                    attributes.address(),
                    arguments.address(),
                    environment.address());
            return result == 0 || failed(name, result);
        }

        private boolean failed(String what, int number) {
            error = number;
            failed = what;
            return false;
        }

        private int awaitEnd() {
            while ((int) waitpid.raw(process.bytes().getInt(0), ended.address(), 0) < 0) {
                if (waitpid.errno() != INTERRUPTED) {
                    return SIGNALLED;
                }
            }
            int told = ended.bytes().getInt(0);
            int signal = told & 0x7f;
            return signal == 0 ? told >> 8 & 0xff : SIGNALLED + signal;
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return status.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            status.get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int exitValue() {
        if (!status.isDone()) {
            throw new IllegalThreadStateException("process [" + pid() + "] has not ended");
        }
        return status.join();
    }

    @Override
    public boolean isAlive() {
        return !status.isDone();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return status.thenApply(exit -> this);
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public long pid() {
        return handle.pid();
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public void destroy() {
        if (isAlive()) {
            handle.destroy();
        }
    }

    @Override
    public Process destroyForcibly() {
        if (isAlive()) {
            // By its number and when it began, so another one with its number is left alone.
            handle.destroyForcibly();
        }
        return this;
    }
}
