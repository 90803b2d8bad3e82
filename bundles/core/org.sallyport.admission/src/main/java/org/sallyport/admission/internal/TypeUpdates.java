package org.sallyport.admission.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the bundle of a plugin type while its plugins serve. The new one is started beside the old one, and takes over its
 * {@linkplain TypeUsers users}. If one of them does not come up, all go back. The old one goes when nobody uses it. One change at a
 * time; thread-safe.
 */
final class TypeUpdates {
    private static final Logger log = LoggerFactory.getLogger(TypeUpdates.class);

    /** Between two looks whether a bundle is used. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final TypeIntake intake;
    private final TypeBundles bundles;
    private final TypeUsers users;
    private final TypeBook book;
    private final Wall wall;
    private final Chronicle chronicle;
    private final Limits limits;
    private final Executor background;
    private final ReentrantLock change = new ReentrantLock();

    TypeUpdates(
            TypeIntake intake,
            TypeBundles bundles,
            TypeUsers users,
            TypeBook book,
            Wall wall,
            Chronicle chronicle,
            Limits limits,
            Executor background) {
        this.intake = intake;
        this.bundles = bundles;
        this.users = users;
        this.book = book;
        this.wall = wall;
        this.chronicle = chronicle;
        this.limits = limits;
        this.background = background;
    }

    /**
     * A plugin type as it is.
     *
     * @param origin where its bundle came from; {@code platform} if with Sallyport itself
     * @param plugins those that are wired to it, sorted
     */
    record Line(String name, String type, String version, String origin, List<String> plugins) {}

    /**
     * What came of a change, or would.
     *
     * @param rewired plugins that are replaced by themselves, in this order
     */
    record Change(String name, String type, String stops, String starts, List<String> rewired) {}

    List<Line> list() {
        Map<String, TypeBook.Entry> known = exclusively(book::entries);
        return bundles.inForce().stream()
                .map(bundle -> new Line(
                        bundle.getSymbolicName(),
                        TypeBundles.type(bundle),
                        bundle.getVersion().toString(),
                        TypeBundles.isOriginal(bundle)
                                ? "platform"
                                : Optional.ofNullable(known.get(bundle.getSymbolicName()))
                                        .map(TypeBook.Entry::origin)
                                        .orElse(""),
                        TypeUsers.names(users.serving(bundle)).stream().sorted().toList()))
                .toList();
    }

    /**
     * Puts an archive into the place of the bundle of its symbolic name.
     *
     * @param dry whether only to say what would be done; then nothing is changed
     * @throws PluginException {@code invalid_archive}, {@code refused}, {@code not_found}, {@code in_use}, {@code failed_start},
     *     {@code store_failed}, {@code busy}, or what the audit says; the old one serves on
     */
    Change update(byte[] archive, String origin, boolean dry) {
        CheckedCandidate candidate = dry ? intake.look(archive, origin, false) : intake.check(archive, origin);
        return exclusively(() -> {
            Bundle old = newer(candidate);
            if (dry) {
                return new Change(
                        old.getSymbolicName(),
                        TypeBundles.type(old),
                        old.getVersion().toString(),
                        candidate.descriptor().version().toString(),
                        TypeUsers.names(users.serving(old)));
            }
            begun("type_update", old.getSymbolicName(), candidate);
            try {
                book.keep(candidate);
            } catch (IOException e) {
                throw notKept(old.getSymbolicName(), e);
            }
            return takeOver(old, candidate, TypeBook.Entry.of(candidate));
        });
    }

    /**
     * Goes back to the bundle that the platform brought.
     *
     * @throws PluginException as for an update; {@code not_found} if that one is in force
     */
    Change reset(String name, boolean dry) {
        return exclusively(() -> {
            Bundle old = bundles.inForce(name).orElseThrow(() -> unknown(name));
            Bundle original = bundles.original(name).orElseThrow(() -> unknown(name));
            if (old.equals(original)) {
                throw new PluginException(
                        "not_found",
                        "Plugin type [" + name + "] is as the platform brought it, in version [" + old.getVersion()
                                + "]; there is nothing to go back from");
            } else if (dry) {
                return change(old, original, TypeUsers.names(users.serving(old)));
            }
            begun("type_reset", name, null);
            try {
                return exchanged(old, original, null);
            } catch (StartFailure e) {
                throw failure(old, original.getVersion(), e);
            }
        });
    }

    /** Puts those into their places that took over in an earlier run; one that cannot is told of, and the platform's serves. */
    void restore() {
        exclusively(() -> {
            book.entries().forEach(this::restore);
            return null;
        });
    }

    /** Whether there is anything to restore. */
    boolean isUpdated() {
        return exclusively(() -> !book.entries().isEmpty());
    }

    private void restore(String name, TypeBook.Entry entry) {
        try {
            Bundle old = bundles.inForce(name).orElseThrow(() -> unknown(name));
            if (old.getVersion().compareTo(Version.parseVersion(entry.version())) >= 0) {
                log.info(
                        "Plugin type [{}] comes in version [{}] with the platform, so version [{}] from [{}] is not used any"
                                + " more",
                        name,
                        old.getVersion(),
                        entry.version(),
                        entry.origin());
                book.set(name, null);
                return;
            }
            CheckedCandidate candidate = intake.look(book.archive(entry), entry.origin(), true);
            if (!candidate.sha256().equals(entry.sha256()) || !newer(candidate).equals(old)) {
                throw new IOException("its archive is of another plugin type");
            }
            takeOver(old, candidate, entry);
        } catch (PluginException | IOException | IllegalArgumentException e) {
            log.error(
                    "Plugin type [{}] version [{}] from [{}] is not in service, and the platform's is: {}",
                    name,
                    entry.version(),
                    entry.origin(),
                    e.getMessage());
            chronicle.tell("type.failed", name, "version", entry.version(), "cause", String.valueOf(e.getMessage()));
        }
    }

    /** The digests of the archives that are in force. */
    Set<String> archives() {
        return book.archives();
    }

    /** The one that a candidate would take over from. */
    private Bundle newer(CheckedCandidate candidate) {
        String name = candidate.descriptor().symbolicName();
        Bundle old = bundles.inForce(name).orElseThrow(() -> unknown(name));
        Version version = candidate.descriptor().version();
        if (version.compareTo(old.getVersion()) <= 0) {
            throw new PluginException(
                    "refused",
                    "Plugin type [" + name + "] was not changed: version [" + version + "] is not newer than ["
                            + old.getVersion() + "], which serves. Go back with 'type:reset " + name + "'");
        }
        return old;
    }

    private Change takeOver(Bundle old, CheckedCandidate candidate, TypeBook.Entry entry) {
        try {
            return exchanged(old, bundles.install(candidate), entry);
        } catch (StartFailure e) {
            throw failure(old, candidate.descriptor().version(), e);
        }
    }

    /** Both are there, the old one in service, and so it is again if this fails. */
    private Change exchanged(Bundle old, Bundle young, TypeBook.@Nullable Entry entry) throws StartFailure {
        try {
            return exchange(old, young, entry);
        } finally {
            endLater(wall.isOffered(young) ? old : young);
        }
    }

    /** Writes down what serves, in the moment in which all plugins use it. */
    private Change exchange(Bundle old, Bundle young, TypeBook.@Nullable Entry entry) throws StartFailure {
        String name = old.getSymbolicName();
        List<String> platform = bundles.platformUsers(old);
        if (!platform.isEmpty()) {
            throw new PluginException(
                    "in_use",
                    "Plugin type [" + name + "] was not changed: bundles of the platform use it: " + platform
                            + ". Update Sallyport itself");
        }
        Optional<String> mismatch = bundles.mismatch(old, young, users.serving(old));
        if (mismatch.isPresent()) {
            throw new StartFailure(mismatch.get(), "Update that plugin first", false);
        }
        bundles.start(young);
        List<String> rewired = users.move(old, young);
        try {
            book.set(name, entry);
        } catch (IOException e) {
            users.back(young, old);
            throw notKept(name, e);
        }
        chronicle.tell(
                "type.active",
                name,
                "version",
                young.getVersion().toString(),
                "sha256",
                entry == null ? "" : entry.sha256(),
                "origin",
                entry == null ? "platform" : entry.origin(),
                "replaces",
                old.getVersion().toString(),
                "rewired",
                String.join(",", rewired));
        log.info(
                "Plugin type [{}] version [{}] is in service in place of [{}]; rewired were {}",
                name,
                young.getVersion(),
                old.getVersion(),
                rewired);
        return change(old, young, rewired);
    }

    /** Ends a bundle when the last version that was drained is gone, or its time is over; but not if it takes over again. */
    private void endLater(Bundle bundle) {
        Duration longest = limits.drain().plus(limits.stop());
        endSoon(bundle, System.nanoTime() + longest.toNanos());
    }

    private void endSoon(Bundle bundle, long deadline) {
        CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS, background)
                .execute(() -> {
                    // The next change may be about to use it.
                    if (!change.tryLock()) {
                        endSoon(bundle, deadline);
                        return;
                    }
                    try {
                        if (wall.isOffered(bundle)) {
                            return;
                        } else if (users.isUnused(bundle) || System.nanoTime() > deadline) {
                            bundles.end(bundle);
                        } else {
                            endSoon(bundle, deadline);
                        }
                    } finally {
                        change.unlock();
                    }
                });
    }

    private void begun(String kind, String name, @Nullable CheckedCandidate candidate) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("kind", kind);
        if (candidate != null) {
            details.put("version", candidate.descriptor().version().toString());
            details.put("sha256", candidate.sha256());
            details.put("origin", candidate.origin());
        }
        chronicle.audit().record("operation.begun", name, details);
    }

    private static Change change(Bundle old, Bundle young, List<String> rewired) {
        return new Change(
                old.getSymbolicName(),
                TypeBundles.type(old),
                old.getVersion().toString(),
                young.getVersion().toString(),
                rewired);
    }

    private PluginException unknown(String name) {
        return new PluginException(
                "not_found",
                "There is no plugin type [" + name + "]; there are "
                        + bundles.inForce().stream()
                                .map(Bundle::getSymbolicName)
                                .toList()
                        + ". A new one comes with the application or another sallyport.jar");
    }

    private static PluginException notKept(String name, IOException e) {
        return new PluginException(
                "store_failed", "Plugin type [" + name + "] was not changed, as that could not be written: " + e, e);
    }

    private static PluginException failure(Bundle old, Version version, StartFailure e) {
        return new PluginException(
                "failed_start",
                "Plugin type [" + old.getSymbolicName() + "] version [" + version + "] did not come into service: "
                        + e.getMessage() + ". Version [" + old.getVersion() + "] serves on. " + e.next,
                e);
    }

    private <T> T exclusively(Supplier<T> work) {
        try {
            if (!change.tryLock(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PluginException(
                        "busy", "Another change of a plugin type still runs. Try again when it has ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("busy", "The wait for another change of a plugin type was interrupted", e);
        }
        try {
            return work.get();
        } finally {
            change.unlock();
        }
    }
}
