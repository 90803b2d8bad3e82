package org.sallyport.admission.internal.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.action.Commands;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.event.Events;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.slf4j.Logger;

/** What one revision of a plugin is given. Thread-safe; {@link #stop()} ends all of it. */
public final class PluginServices implements PluginContext {
    private final PluginDescriptor descriptor;
    private final Rights rights;
    private final PluginStorage storage;
    private final Path folder;
    private final Supplier<@Nullable Events> bus;
    private final Predicate<PluginServices> inService;
    private final Supplier<@Nullable Hooks> hooks;
    private final Consumer<PluginServices> commandsChanged;
    private final Logger logger;
    private final PluginThreads threads;
    private final ScheduledExecutorService executor;
    private final Map<String, PluginAction> commands = new ConcurrentHashMap<>();
    private volatile boolean stopped;
    private volatile boolean busy;

    /** Made at the first use. Guarded by this. */
    private @Nullable InServiceEvents events;

    /**
     * @param rights what it may do with it
     * @param storage shared by all versions
     * @param folder the plugin's own; made here
     * @param bus gives the event bus's view for this plugin, or null while there is no bus
     * @param inService whether the revision that these belong to is the one in service
     * @param hooks the same of the hooks
     * @param commandsChanged told when the set of commands changed
     */
    public PluginServices(
            PluginDescriptor descriptor,
            Rights rights,
            PluginStorage storage,
            Path folder,
            Supplier<@Nullable Events> bus,
            Predicate<PluginServices> inService,
            Supplier<@Nullable Hooks> hooks,
            Consumer<PluginServices> commandsChanged) {
        this.descriptor = descriptor;
        this.rights = rights;
        this.storage = storage;
        this.folder = folder;
        this.bus = bus;
        this.inService = inService;
        this.hooks = hooks;
        this.commandsChanged = commandsChanged;
        this.logger = PluginLogger.of(descriptor.id().value(), rights);
        this.threads = new PluginThreads(descriptor.id().value(), rights);
        // Or a plugin could set the pool's size itself.
        this.executor = Executors.unconfigurableScheduledExecutorService(threads);
    }

    /** Ends all that was given out; interrupts what still runs. */
    public void stop() {
        stopped = true;
        threads.shutdownNow();
        commands.clear();
        synchronized (this) {
            if (events != null) {
                events.end();
            }
        }
        commandsChanged.accept(this);
    }

    /** Whether it asked for nothing by which it could do something without being called. */
    public boolean isQuiet() {
        return !busy;
    }

    /** The commands that the plugin offers and may offer now, by name. */
    public Map<String, PluginAction> offered() {
        Map<String, PluginAction> offered = new HashMap<>(commands);
        offered.keySet().removeIf(name -> !rights.may("ui", "command", name));
        return Map.copyOf(offered);
    }

    /** What it may do. */
    public Rights rights() {
        return rights;
    }

    /** It may do something else now. */
    public void rightsChanged() {
        commandsChanged.accept(this);
    }

    @Override
    public PluginId id() {
        return running(descriptor.id());
    }

    @Override
    public String version() {
        return running(descriptor.version().toString());
    }

    @Override
    public Logger logger() {
        return running(logger);
    }

    @Override
    public Storage storage(Scope scope) {
        return new RunningStorage(running(storage).scope(scope), this::running, rights);
    }

    @Override
    public Path dataFolder() {
        rights.checkFolder();
        try {
            return Files.createDirectories(running(folder));
        } catch (IOException e) {
            throw new PluginException(
                    "storage_failed", "The data folder of plugin [" + descriptor.id() + "] cannot be made: " + e, e);
        }
    }

    @Override
    public synchronized Events events() {
        busy = true;
        if (running(events) == null) {
            events = new InServiceEvents(
                    present(bus.get(), "events"), () -> running(true), () -> inService.test(this), rights);
        }
        return events;
    }

    @Override
    public Commands commands() {
        busy = true;
        return running(this::register);
    }

    @Override
    public Hooks hooks() {
        busy = true;
        return new RunningHooks(present(running(hooks).get(), "hooks"), name -> {
            running(true);
            rights.check("service", "get", "hook/" + name);
        });
    }

    @Override
    public Clock clock() {
        return running(Clock.systemUTC());
    }

    @Override
    public ScheduledExecutorService executor() {
        busy = true;
        rights.check("thread", "create", "1");
        threads.resize();
        return running(executor);
    }

    private AutoCloseable register(PluginAction action) {
        String name = running(action).name();
        if (name == null || !name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new PluginException(
                    "invalid_command", "The command [" + name + "] is not valid: use 1 to 64 letters, digits, - or _");
        }
        rights.check("ui", "command", name);
        if (commands.putIfAbsent(name, action) != null) {
            throw new PluginException(
                    "duplicate_command", "Plugin [" + descriptor.id() + "] offers the command [" + name + "] already");
        }
        commandsChanged.accept(this);
        return () -> {
            if (commands.remove(name, action)) {
                commandsChanged.accept(this);
            }
        };
    }

    private <T extends @Nullable Object> T running(T given) {
        if (stopped) {
            throw stopped(descriptor.id().value());
        }
        return given;
    }

    private <T> T present(@Nullable T service, String what) {
        if (service == null) {
            throw new PluginException("unavailable", "This runtime has no service for [" + what + "]");
        }
        return service;
    }

    static PluginException stopped(String plugin) {
        return new PluginException("stopped", "Plugin [" + plugin + "] was stopped");
    }
}
