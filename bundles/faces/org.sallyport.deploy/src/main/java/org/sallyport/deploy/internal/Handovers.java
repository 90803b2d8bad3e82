package org.sallyport.deploy.internal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.Evidence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands files to admission, on the threads of a pool, and says in the log and in the lists what failed. A failure never
 * changes what is in service: that is admission's promise, and nothing is uninstalled here but after a success or a
 * removal.
 */
final class Handovers {
    private static final Logger log = LoggerFactory.getLogger(Handovers.class);

    private final DeployFolder folder;
    private final PluginAdmin admin;
    private final StaggeredPool pool;
    private final Evidence evidence;
    private final AtomicBoolean freed = new AtomicBoolean();

    /** Names of files that are gone while others still use what they brought. */
    private final Set<String> inUse = ConcurrentHashMap.newKeySet();

    /** @param evidence who takes signatures */
    Handovers(DeployFolder folder, PluginAdmin admin, StaggeredPool pool, Evidence evidence) {
        this.folder = folder;
        this.admin = admin;
        this.pool = pool;
        this.evidence = evidence;
    }

    /** The origin of what a file brings. */
    static String origin(String name) {
        return "deploy/" + name;
    }

    /** Whether a plugin was uninstalled since this was asked last, so that a duplicate may have its place. */
    boolean takeFreed() {
        return freed.getAndSet(false);
    }

    /** Installs a content; the file is told what became of it. */
    void install(DeployFile file, Fingerprint content) {
        pool.submit(file.name(), () -> file.finished(content, tried(file, content)));
    }

    private Outcome tried(DeployFile file, Fingerprint content) {
        try {
            return installed(file, content);
        } catch (PluginException e) {
            return failed(file, content, e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            // Error: whatever one file does, memory that ran out included, the others go on and this one is done with.
            log.debug("The installation of [{}] failed", file.name(), e);
            return failed(file, content, "failed", e.toString());
        }
    }

    private Outcome installed(DeployFile file, Fingerprint content) {
        if (content.size() > PluginAdmin.MAX_ARCHIVE) {
            return failed(
                    file,
                    content,
                    Outcome.TOO_LARGE,
                    "The file has [" + content.size() + "] bytes, and no more than [" + PluginAdmin.MAX_ARCHIVE
                            + "] are taken. Replace it by a smaller build of the plugin.");
        }
        Optional<byte[]> archive;
        try {
            archive = folder.read(file.name(), content);
            if (archive.isPresent()) {
                evidence.offerBeside(archive.get(), folder.path().resolve(file.name()));
            }
        } catch (NoSuchFileException e) {
            return Outcome.CHANGED;
        } catch (IOException e) {
            return failed(
                    file,
                    content,
                    Outcome.UNREADABLE,
                    "The file cannot be read (" + e.getClass().getSimpleName()
                            + "). Let the account of the runtime read it; it is tried again until then.");
        }
        if (archive.isEmpty()) {
            return Outcome.CHANGED;
        }
        inUse.remove(file.name());
        PluginStatus status = admin.install(archive.get(), origin(file.name()));
        settle(file.name(), status.id());
        return Outcome.brought(status.id());
    }

    /** What an earlier content of the file brought goes, as it went with that content. */
    private void settle(String name, String id) {
        try {
            admin.note(origin(name), "");
            brought(name).stream().filter(other -> !other.id().equals(id)).forEach(other -> uninstall(name, other));
        } catch (RuntimeException e) {
            log.warn("What plugin file [{}] brought earlier could not be cleared away: {}", shown(name), shown(e));
        }
    }

    private Outcome failed(DeployFile file, Fingerprint content, String code, String cause) {
        if (file.firstTold(content, cause)) {
            log.warn("Plugin file [{}] was not taken: {}", shown(origin(file.name())), shown(cause));
            try {
                note(file.name(), cause);
            } catch (RuntimeException e) {
                log.warn("Plugin file [{}] will not appear in lists: {}", shown(origin(file.name())), shown(e));
            }
        }
        return Outcome.failed(code);
    }

    /** Notes a cause, unless a plugin that the file brought shows one itself. */
    private void note(String name, String cause) {
        // The note of an earlier content would look like such a plugin.
        admin.note(origin(name), "");
        if (brought(name).stream().allMatch(status -> status.cause().isEmpty())) {
            admin.note(origin(name), cause);
        }
    }

    /** Uninstalls what came from a file that is gone, unless it has come from somewhere else since. */
    void remove(String name) {
        pool.submit(name, () -> {
            try {
                admin.note(origin(name), "");
                brought(name).forEach(status -> uninstall(name, status));
            } catch (RuntimeException e) {
                log.warn("The removal of plugin file [{}] had no effect: {}", shown(origin(name)), shown(e));
            }
        });
    }

    private void uninstall(String name, PluginStatus status) {
        try {
            admin.uninstall(status.id());
            freed.set(true);
            // What was the last to use another one may have come from the folder too.
            inUse.removeIf(waiting -> {
                remove(waiting);
                return true;
            });
        } catch (RuntimeException e) {
            String code = e instanceof PluginException known ? known.code() : "";
            if (code.equals("in_use")) {
                inUse.add(name);
            }
            if (!code.equals("not_found")) {
                log.warn(
                        "Plugin [{}] was not uninstalled although file [{}] does not bring it any more: {};"
                                + " 'plugin:uninstall {}' tries it again",
                        status.id(),
                        shown(origin(name)),
                        shown(e),
                        status.id());
            }
        }
    }

    private List<PluginStatus> brought(String name) {
        return admin.list().stream()
                .filter(status -> status.origin().equals(origin(name)))
                .filter(status -> !status.desired().equals("absent"))
                .toList();
    }

    private static String shown(Throwable e) {
        return shown(e instanceof PluginException ? String.valueOf(e.getMessage()) : e.toString());
    }

    /** File names and causes are a stranger's words; in the log they stay on their line. */
    private static String shown(String text) {
        return Rendering.clean(text, false);
    }
}
