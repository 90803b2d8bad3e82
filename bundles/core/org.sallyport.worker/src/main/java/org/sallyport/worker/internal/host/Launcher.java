package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes. All are started by one thread that lives as long as this does: Linux takes a child with it when the
 * <em>thread</em> ends that started it. Thread-safe.
 */
final class Launcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Launcher.class);
    private static final int ARCHIVE_SECONDS = 60;
    private static final int START_SECONDS = 20;

    final WorkerSettings settings;
    final Jail jail;

    private final BundleContext context;
    private final WorkerTypes types;
    private final Path library;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicBoolean archiving = new AtomicBoolean();
    private final ExecutorService starter = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "sallyport-worker-launcher");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Path runs;

    /**
     * @param home where the class path of workers is kept
     * @param types the plugin types that are on it
     */
    Launcher(BundleContext context, WorkerSettings settings, Jail jail, Path home, WorkerTypes types) {
        this.context = context;
        this.settings = settings;
        this.jail = jail;
        this.library = home.resolve("worker").resolve(WorkerJar.name(context, types));
        this.types = types;
    }

    private Path jar() {
        return library.resolve("worker.jar");
    }

    /** What calls native code in a worker that locks itself; a module of its own. */
    private Path module() {
        return library.resolve("jail.jar");
    }

    /** Java takes an archive of class data only where the modules are the same. */
    private Path archive() {
        return library.resolve(jail.isLockedInside() ? "worker-locked.jsa" : "worker.jsa");
    }

    private JavaCommand command() {
        return new JavaCommand(
                settings, jar(), archive(), jail.isLockedInside() ? Optional.of(module()) : Optional.empty());
    }

    /** Makes the class path if it is not there. */
    synchronized void prepare() throws IOException {
        if (!Files.isRegularFile(jar()) || !Files.isRegularFile(module())) {
            Files.createDirectories(library);
            WorkerJar.write(context, types, jar(), module());
        }
        if (runs == null) {
            // A path to a socket has at most some hundred bytes, so it is not below the home folder.
            runs = Files.createTempDirectory(
                    "sallyport-workers",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            open(library);
        }
    }

    /** Makes the archive of class data, once, if it is not there. Takes as long as a start. */
    void archiveClasses() {
        if (!Files.exists(archive()) && archiving.compareAndSet(false, true)) {
            writeArchive();
        }
    }

    /** The worker may have another account; what guards these is the folder above. */
    private static void open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A folder for one worker. */
    Path run() throws IOException {
        Path run = Files.createDirectory(runs.resolve(Integer.toString(number.incrementAndGet())));
        open(run);
        return run;
    }

    /** Starts a worker that connects to the socket in its folder. */
    Process start(Spec spec, Path run, int up) throws IOException {
        jail.prepare(spec, run);
        Path seen = jail.run(run);
        Path temporary = jail.temporary(run);
        boolean guarded = settings.isGuarded() && WorkerJar.hasGuard(context);
        List<String> java = command()
                .of(
                        temporary,
                        guarded,
                        spec.callsNative(),
                        seen.resolve("s").toString(),
                        Integer.toString(settings.lanes()),
                        Integer.toString(up),
                        temporary.resolve("cache").toString(),
                        Boolean.toString(guarded),
                        Boolean.toString(jail.isLockedInside()));
        List<String> command = jail.wrap(spec, run, library, java);
        try {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return jail.start(spec, run, library, command);
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            },
                            starter)
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (Exception e) {
            throw new IOException("a process could not be started: " + e.getMessage(), e);
        }
    }

    /** No plugin is in this process. It fails without harm: workers start without an archive then. */
    private void writeArchive() {
        Path temporary = null;
        try {
            temporary = Files.createTempDirectory("sallyport-archive");
            Path file = archive().resolveSibling(archive().getFileName() + ".tmp");
            ProcessBuilder command = new ProcessBuilder(command().archiving(temporary, file))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .directory(temporary.toFile());
            command.environment().clear();
            Process process = command.start();
            boolean ended;
            try {
                ended = process.waitFor(ARCHIVE_SECONDS, TimeUnit.SECONDS);
            } finally {
                // Also if this host is about to end.
                process.destroyForcibly();
            }
            if (ended && process.exitValue() == 0 && Files.isRegularFile(file)) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
                Files.move(file, archive(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(file);
                log.warn("No archive of class data was made for workers; they start somewhat slower without");
            }
        } catch (IOException e) {
            log.warn(
                    "No archive of class data was made for workers; they start somewhat slower without: {}",
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (temporary != null) {
                Folders.delete(temporary);
            }
        }
    }

    /** Whether the archive of class data is there. */
    boolean isArchived() {
        return Files.isRegularFile(archive());
    }

    @Override
    public void close() {
        starter.shutdownNow();
        Path folder = runs;
        if (folder != null) {
            Folders.delete(folder);
        }
    }
}
