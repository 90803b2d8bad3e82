package org.sallyport.registry.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the store; and if that fails, again and again until it does, on a thread of its own. In between there is no store:
 * another one would hold something else. Thread-safe.
 */
final class StoreOpening implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoreOpening.class);

    private final Opener opener;
    private final Function<RegistryStore, Runnable> offered;
    private final Duration pause;
    private @Nullable Runnable end;
    private @Nullable ScheduledExecutorService retries;
    private volatile Optional<String> problem = Optional.empty();
    private boolean closed;

    /** Opens a store, from settings that it reads anew. */
    interface Opener {
        RegistryStore open() throws IOException;
    }

    /**
     * @param offered given the store once it is open, on the thread that opened it; gives what takes it back, before it is
     *     closed
     * @param pause between two tries
     */
    StoreOpening(Opener opener, Function<RegistryStore, Runnable> offered, Duration pause) {
        this.opener = opener;
        this.offered = offered;
        this.pause = pause;
    }

    /** Tries once; if that fails, others follow. */
    void begin() {
        if (!tried()) {
            ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread made = new Thread(task, "sallyport-registry-open");
                made.setDaemon(true);
                return made;
            });
            synchronized (this) {
                retries = thread;
            }
            thread.scheduleWithFixedDelay(this::again, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void again() {
        if (tried()) {
            synchronized (this) {
                if (retries != null) {
                    retries.shutdown();
                }
            }
        }
    }

    /** Whether there is nothing left to try. */
    private boolean tried() {
        RegistryStore made;
        try {
            made = opener.open();
        } catch (IOException | RuntimeException | LinkageError e) {
            String cause = "The registry cannot be opened, so no plugin is started, and none is lost: " + e.getMessage()
                    + ". It is tried again every [" + pause.toSeconds() + "] s";
            if (!problem.equals(Optional.of(cause))) {
                log.error(cause, e instanceof IOException ? null : e);
            }
            problem = Optional.of(cause);
            return false;
        }
        if (problem.isPresent()) {
            log.info("The registry is open now");
        }
        problem = Optional.empty();
        Runnable takeBack = offered.apply(made);
        synchronized (this) {
            if (!closed) {
                end = () -> {
                    takeBack.run();
                    close(made);
                };
                return true;
            }
        }
        takeBack.run();
        close(made);
        return true;
    }

    /** Why there is no store; empty if there is one. */
    Optional<String> problem() {
        return problem;
    }

    @Override
    public void close() {
        Runnable last;
        synchronized (this) {
            closed = true;
            if (retries != null) {
                retries.shutdownNow();
            }
            last = end;
            end = null;
        }
        if (last != null) {
            last.run();
        }
    }

    private static void close(RegistryStore store) {
        try {
            store.close();
        } catch (IOException e) {
            log.warn("The registry was not closed cleanly: {}", e.getMessage());
        }
    }
}
