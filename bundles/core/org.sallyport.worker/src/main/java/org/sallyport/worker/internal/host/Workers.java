package org.sallyport.worker.internal.host;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.sallyport.worker.internal.wire.Contracts;

/**
 * What workers of one set of plugin types are made by, and what both sides call each other by. Counts who uses it, under the
 * lock of {@link WorkerTier}.
 */
final class Workers implements AutoCloseable {
    private final Contracts contracts;
    private final Launcher launcher;
    private final WarmPool pool;
    int users;

    Workers(
            BundleContext context,
            WorkerSettings settings,
            Jail jail,
            Path home,
            WorkerTypes types,
            Watchdog watchdog) {
        contracts = new Contracts(types::contract);
        launcher = new Launcher(context, settings, jail, home, types);
        pool = new WarmPool(launcher, contracts, watchdog);
    }

    Contracts contracts() {
        return contracts;
    }

    Launcher launcher() {
        return launcher;
    }

    WarmPool pool() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
        launcher.close();
    }
}
