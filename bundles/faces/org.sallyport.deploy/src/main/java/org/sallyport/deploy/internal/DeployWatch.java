package org.sallyport.deploy.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.Evidence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the folder again and again, on a thread of its own, and decides from what it finds what is handed over and
 * what is removed. Nothing that a look meets ends the thread.
 */
final class DeployWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeployWatch.class);

    /** Longest time between two looks; events of the file system make it shorter, but may get lost. */
    static final Duration POLL = Duration.ofMillis(500);

    /** How long a file has to stay unchanged, or missing, to be believed; also the time between looks until then. */
    static final Duration SETTLE = Duration.ofMillis(60);

    /** How long a file has to stay unchanged that looks half written, and until one is read again that could not be. */
    static final Duration QUIET = Duration.ofSeconds(2);

    /** How long the next file waits for one whose installation is slow. */
    static final Duration HEAD_START = Duration.ofMillis(500);

    /** Longest wait of a removal for files that are still being written: they may be the same plugin. */
    static final Duration COPY_PATIENCE = Duration.ofSeconds(5);

    /** Longest wait of a removal for files that are still being installed. */
    static final Duration INSTALL_PATIENCE = Duration.ofMinutes(1);

    private final DeployFolder folder;
    private final PluginAdmin admin;
    private final LongSupplier clock;
    private final StaggeredPool pool;
    private final Handovers handovers;
    private final Thread thread;
    private volatile boolean closed;

    // Of the watching thread.
    private final SortedMap<String, DeployFile> files = new TreeMap<>();
    private final Set<String> complaints = new HashSet<>();
    private boolean seeded;

    DeployWatch(DeployFolder folder, PluginAdmin admin, Evidence evidence) {
        this(folder, admin, evidence, new StaggeredPool(HEAD_START), System::nanoTime);
    }

    /**
     * @param evidence who takes signatures
     * @param pool closed with this
     * @param clock as {@link System#nanoTime()}
     */
    DeployWatch(DeployFolder folder, PluginAdmin admin, Evidence evidence, StaggeredPool pool, LongSupplier clock) {
        this.folder = folder;
        this.admin = admin;
        this.clock = clock;
        this.pool = pool;
        this.handovers = new Handovers(folder, admin, pool, evidence);
        this.thread = new Thread(this::run, "sallyport-deploy");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (FolderEvents events = new FolderEvents(folder.path())) {
            while (!closed) {
                events.listen();
                if (look()) {
                    // A file that is being written makes an event a block, so these are not waited for.
                    Thread.sleep(SETTLE.toMillis());
                } else {
                    events.await(POLL);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /**
     * Looks once.
     *
     * @return whether something is on its way, so that the next look should come soon
     */
    boolean look() {
        try {
            boolean soon = lookOrFail();
            complaints.clear();
            return soon;
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
            if (!closed && complaints.add(e.getClass().getName())) {
                log.warn(
                        "Deploy folder [{}] cannot be looked at ({}); it is tried again every [{}] ms",
                        folder.path(),
                        e.toString(),
                        POLL.toMillis());
                log.debug("The look failed", e);
            }
            return false;
        }
    }

    private boolean lookOrFail() throws IOException {
        if (folder.make() && seeded) {
            log.warn(
                    "Deploy folder [{}] was gone and has been made again; what came from its files is uninstalled",
                    folder.path());
        }
        seed();
        DeployFolder.Content content = folder.list();
        long now = clock.getAsLong();
        content.files()
                .forEach((name, print) ->
                        files.computeIfAbsent(name, DeployFile::new).found(print, now));
        for (DeployFile file : files.values()) {
            if (content.unknown().contains(file.name())) {
                file.unclear();
            } else if (!content.files().containsKey(file.name())) {
                file.missed(now);
            }
        }
        retry(now);
        arrivals(now);
        removals(now);
        return files.values().stream().anyMatch(file -> file.waiting() || file.missing());
    }

    /** What files brought in an earlier run counts as seen, so that a file which is gone is missed. */
    private void seed() {
        if (!seeded) {
            for (PluginStatus status : admin.list()) {
                if (status.origin().startsWith(Handovers.origin(""))) {
                    String name = status.origin().substring(Handovers.origin("").length());
                    files.computeIfAbsent(name, DeployFile::new).broughtEarlier(status.id());
                }
            }
            seeded = true;
        }
    }

    /** Some failures end without a change of the file. */
    private void retry(long now) {
        boolean freed = handovers.takeFreed();
        for (DeployFile file : files.values()) {
            if (freed && file.failed(Outcome.DUPLICATE)
                    || file.failed(Outcome.UNREADABLE)
                            && file.handedBefore(QUIET, now)
                            && folder.readable(file.name())) {
                file.again();
            }
        }
    }

    private void arrivals(long now) {
        for (DeployFile file : files.values()) {
            if (file.waiting()
                    && file.unchangedFor(SETTLE, now)
                    && (file.unchangedFor(QUIET, now) || folder.complete(file.name()))) {
                file.present().ifPresent(content -> {
                    file.handedOver(content, now);
                    handovers.install(file, content);
                });
            }
        }
    }

    private void removals(long now) {
        for (DeployFile file : List.copyOf(files.values())) {
            if (file.missing() && !file.known()) {
                files.remove(file.name());
            } else if (file.missingFor(SETTLE, now)) {
                if (!file.successorAsked()) {
                    askSuccessor(file);
                    file.askedForSuccessor();
                }
                if (!arriving(file, now)) {
                    files.remove(file.name());
                    handovers.remove(file.name());
                }
            }
        }
    }

    /**
     * Whether a file is on its way that may bring the plugin of a missing one: under its new name or in another version.
     * The removal comes after it, and finds that the plugin has another origin.
     */
    private boolean arriving(DeployFile missing, long now) {
        return files.values().stream()
                .filter(file -> file != missing)
                .anyMatch(file -> file.waiting() && !missing.missingFor(COPY_PATIENCE, now)
                        || file.busy() && !missing.missingFor(INSTALL_PATIENCE, now));
    }

    /** If another file that is there brought the same plugin, it does so again. */
    private void askSuccessor(DeployFile missing) {
        String id = missing.id();
        boolean inPlace = !id.isEmpty()
                && admin.find(id)
                        .filter(status -> status.origin().equals(Handovers.origin(missing.name())))
                        .isPresent();
        if (inPlace) {
            // The last by name, which would be the one after a start, too.
            files.values().stream()
                    .filter(file -> file.present().isPresent() && file.id().equals(id))
                    .reduce((first, second) -> second)
                    .ifPresent(DeployFile::again);
        }
    }

    /** Watches no more and uninstalls nothing; waits a little for what runs. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        pool.close();
    }
}
