package org.sallyport.worker.internal.child;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.action.Commands;
import org.sallyport.api.event.Events;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a plugin in a worker is given: threads, clock and folder are the worker's, all else is asked of the host. */
final class ChildContext implements PluginContext {
    private static final int THREADS = 4;

    private final PluginContext host;
    private final PluginId id;
    private final String version;
    private final Path folder;
    private final ScheduledExecutorService executor;
    // Asked for once: each answer of the host is an object that it keeps for this worker, and there is an end to those.
    private final Map<Scope, Storage> storages = new ConcurrentHashMap<>();
    private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();

    ChildContext(PluginContext host, String id, String version, Path folder) {
        this.host = host;
        this.id = new PluginId(id);
        this.version = version;
        this.folder = folder;
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "plugin-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
        threads.setKeepAliveTime(10, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
        executor = Executors.unconfigurableScheduledExecutorService(threads);
    }

    @Override
    public PluginId id() {
        return id;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Logger logger() {
        return LoggerFactory.getLogger("plugin." + id);
    }

    @Override
    public Storage storage(Scope scope) {
        return storages.computeIfAbsent(scope, host::storage);
    }

    @Override
    public Path dataFolder() {
        return folder;
    }

    @Override
    public Events events() {
        return (Events) services.computeIfAbsent(Events.class, type -> host.events());
    }

    @Override
    public Commands commands() {
        return (Commands) services.computeIfAbsent(Commands.class, type -> host.commands());
    }

    @Override
    public Hooks hooks() {
        return (Hooks) services.computeIfAbsent(Hooks.class, type -> host.hooks());
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public ScheduledExecutorService executor() {
        return executor;
    }
}
