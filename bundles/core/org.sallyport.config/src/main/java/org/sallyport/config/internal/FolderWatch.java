package org.sallyport.config.internal;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when files changed, on a thread of its own: at once where the system tells of changes, and by looking again and
 * again where it does not (network folders, a folder that comes later). Changes that follow each other within the quiet
 * time are told once.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);

    private final ConfigFiles files;
    private final Duration rescan;
    private final Duration quiet;
    private final Runnable changed;
    private final Thread thread;
    private @Nullable WatchService service;
    private @Nullable WatchKey key;
    private String known;
    private volatile boolean closed;

    /**
     * @param rescan longest time until a change is seen that the system did not tell of
     * @param quiet how long nothing may happen before a change is told of
     */
    FolderWatch(ConfigFiles files, Duration rescan, Duration quiet, Runnable changed) {
        this.files = files;
        this.rescan = rescan;
        this.quiet = quiet;
        this.changed = changed;
        this.known = files.fingerprint();
        this.thread = Announcer.daemon(this::run, "sallyport-config-watch");
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (WatchService watching = open()) {
            service = watching;
            while (!closed) {
                register();
                if (waited(rescan)) {
                    // Let an editor or a copy finish; the text would be refused, but why bother anybody.
                    while (!closed && waited(quiet)) {
                        register();
                    }
                }
                look();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // closed
        } catch (IOException e) {
            log.warn("The end of the watch on [{}] was not clean", files.folder(), e);
        }
    }

    private @Nullable WatchService open() {
        try {
            return files.folder().getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            log.info("The system does not tell of changes in [{}]; it is looked at again and again", files.folder());
            return null;
        }
    }

    private void look() {
        String now = files.fingerprint();
        if (!now.equals(known) && !closed) {
            known = now;
            try {
                changed.run();
            } catch (RuntimeException e) {
                log.error("The change of [{}] could not be handled", files.folder(), e);
            }
        }
    }

    /** The folder may come, go and come again. */
    private void register() {
        Path folder = files.folder();
        if (service != null && (key == null || !key.isValid()) && Files.isDirectory(folder)) {
            try {
                key = folder.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            } catch (IOException e) {
                log.debug("No watch on [{}]: {}", folder, e.toString());
            }
        }
    }

    /** Whether something was told within the time. */
    private boolean waited(Duration longest) throws InterruptedException {
        if (service == null) {
            Thread.sleep(longest.toMillis());
            return false;
        }
        WatchKey told = service.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        if (told == null) {
            return false;
        }
        told.pollEvents();
        told.reset();
        return true;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
