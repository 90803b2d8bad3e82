package org.sallyport.testkit;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.Commands;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The context of a plugin {@code tested} in version 1.0.0: a folder, a clock, storage in memory, threads, and the commands
 * that it offered. Hooks and events need a running host; asking for them is an error. Thread-safe.
 */
public final class TestContext implements PluginContext, AutoCloseable {
    /** A call of an action, for nobody in particular, with a second left. */
    public static final ActionCall UNHURRIED = new ActionCall() {
        @Override
        public Scope scope() {
            return Scope.GLOBAL;
        }

        @Override
        public Duration remaining() {
            return Duration.ofSeconds(1);
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    };

    private final Path folder;
    private final Clock clock;
    private final Map<Scope, Storage> storages = new ConcurrentHashMap<>();
    private final Map<String, PluginAction> offered = new LinkedHashMap<>();
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(4, task -> {
        Thread thread = new Thread(task, "tested");
        thread.setDaemon(true);
        return thread;
    });

    /** A context with the clock of this machine. */
    public TestContext(Path folder) {
        this(folder, Clock.systemUTC());
    }

    /**
     * A context.
     *
     * @param folder the plugin's folder, which exists
     * @param clock the time that the plugin is told
     */
    public TestContext(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Runs a command that the plugin offered.
     *
     * @throws IllegalArgumentException if it offered none of that name
     */
    public Document run(String command, Document arguments) {
        PluginAction action;
        synchronized (offered) {
            action = offered.get(command);
        }
        if (action == null) {
            throw new IllegalArgumentException("The plugin offers no command [" + command + "]");
        }
        return action.run(arguments, UNHURRIED);
    }

    @Override
    public PluginId id() {
        return new PluginId("tested");
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Logger logger() {
        return LoggerFactory.getLogger("tested");
    }

    @Override
    public Storage storage(Scope scope) {
        return storages.computeIfAbsent(scope, key -> new MemoryStorage());
    }

    @Override
    public Path dataFolder() {
        return folder;
    }

    @Override
    public Events events() {
        throw needsHost("Events");
    }

    @Override
    public Commands commands() {
        return this::offer;
    }

    private AutoCloseable offer(PluginAction action) {
        synchronized (offered) {
            if (offered.putIfAbsent(action.name(), action) != null) {
                throw new PluginException(
                        "duplicate_command", "The plugin offers a command [" + action.name() + "] already");
            }
        }
        return () -> {
            synchronized (offered) {
                offered.remove(action.name(), action);
            }
        };
    }

    @Override
    public Hooks hooks() {
        throw needsHost("Hooks");
    }

    private static UnsupportedOperationException needsHost(String what) {
        return new UnsupportedOperationException(what
                + " need a running host: test them with an embedded Sallyport, or hand the plugin a double of yours");
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public ScheduledExecutorService executor() {
        return executor;
    }

    /** Interrupts what still runs, as the end of the plugin does. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
