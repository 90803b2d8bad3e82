package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.sallyport.worker.internal.wire.Contracts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that stand by, each with the jail of one plugin: what it sees of the host's files is fixed when it starts. The next
 * version of the plugin, or the same one after a crash, has one at once. Thread-safe.
 */
final class WarmPool {
    private static final Logger log = LoggerFactory.getLogger(WarmPool.class);

    private final Launcher launcher;
    private final Contracts contracts;
    private final Watchdog watchdog;
    private final Map<Spec, Worker> spares = new HashMap<>();
    private final Map<Spec, Integer> users = new HashMap<>();
    private boolean closed;

    WarmPool(Launcher launcher, Contracts contracts, Watchdog watchdog) {
        this.launcher = launcher;
        this.contracts = contracts;
        this.watchdog = watchdog;
    }

    /** A worker for a plugin: the one that stands by, or a new one. */
    Worker take(Spec spec) throws IOException {
        Worker spare;
        synchronized (this) {
            spare = spares.remove(spec);
        }
        return spare != null && spare.isAlive() ? spare : launch(spec);
    }

    private Worker launch(Spec spec) throws IOException {
        Worker worker = Worker.launch(launcher, spec, contracts);
        watchdog.watch(worker);
        return worker;
    }

    /** Somebody runs a plugin from now on. */
    synchronized void enter(Spec spec) {
        users.merge(spec, 1, Integer::sum);
    }

    /** Somebody does no more; with the last one the worker goes that stands by. */
    void leave(Spec spec) {
        Worker spare = null;
        synchronized (this) {
            if (users.merge(spec, -1, Integer::sum) <= 0) {
                users.remove(spec);
                spare = spares.remove(spec);
            }
        }
        if (spare != null) {
            spare.kill("is not needed any more");
        }
    }

    /** Has one stand by, if there is a place. Starts a process, so it is called where that may take a moment. */
    void prepare(Spec spec) {
        synchronized (this) {
            spares.values().removeIf(spare -> !spare.isAlive());
            if (closed
                    || !users.containsKey(spec)
                    || spares.containsKey(spec)
                    || spares.size() >= launcher.settings.spares()) {
                return;
            }
        }
        try {
            Worker worker = launch(spec);
            boolean kept;
            synchronized (this) {
                kept = !closed && users.containsKey(spec) && spares.putIfAbsent(spec, worker) == null;
            }
            if (!kept) {
                worker.kill("is not needed any more");
            }
        } catch (IOException e) {
            log.warn("No worker could be made to stand by for plugin [{}]: {}", spec.plugin(), e.toString());
        }
    }

    /** The one that stands by; for lists and tests. */
    synchronized java.util.Optional<Worker> spare(Spec spec) {
        return java.util.Optional.ofNullable(spares.get(spec));
    }

    void close() {
        Map<Spec, Worker> all;
        synchronized (this) {
            closed = true;
            all = new HashMap<>(spares);
            spares.clear();
        }
        all.values().forEach(worker -> worker.kill("is not needed any more"));
    }
}
