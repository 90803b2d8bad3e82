package org.sallyport.deploy.internal;

import java.io.IOException;
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
 * Waits for a change of the folder, where the system tells of changes. What changed is not asked: events get lost, so
 * they only wake who looks for himself. Not thread-safe.
 */
final class FolderEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderEvents.class);

    private final Path folder;
    private final @Nullable WatchService service;
    private @Nullable WatchKey key;

    FolderEvents(Path folder) {
        this.folder = folder;
        this.service = open(folder);
    }

    private static @Nullable WatchService open(Path folder) {
        try {
            return folder.getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            log.info("The system does not tell of changes in [{}]; it is looked at again and again", folder);
            return null;
        }
    }

    /** Listens to the folder that is there now; to be called before it is looked at, so that nothing falls between. */
    void listen() {
        if (service != null && (key == null || !key.isValid())) {
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

    /** Returns when something happened since the last call, at the latest after this time. */
    void await(Duration longest) throws InterruptedException {
        if (service == null) {
            Thread.sleep(longest.toMillis());
            return;
        }
        WatchKey told = service.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        if (told != null) {
            told.pollEvents();
            told.reset();
        }
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                log.debug("The end of the watch on [{}] was not clean", folder, e);
            }
        }
    }
}
