package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.sleep.IndexedPlugin;
import org.sallyport.api.plugin.PluginException;

/**
 * A plugin that sleeps: its handlers have their places, and the first call of one of them starts it. All that call it
 * meanwhile wait for that one start. Thread-safe.
 */
final class Sleeper {
    final IndexedPlugin plugin;
    final String sha256;

    private final Consumer<String> alarm;
    private final Duration limit;
    /** Empty as long as nobody called. */
    private final AtomicReference<@Nullable CompletableFuture<Revision>> waking = new AtomicReference<>();

    /**
     * @param alarm has all plugins started that handle a hook; returns at once
     * @param limit how long a call waits for the start
     */
    Sleeper(IndexedPlugin plugin, String sha256, Consumer<String> alarm, Duration limit) {
        this.plugin = plugin;
        this.sha256 = sha256;
        this.alarm = alarm;
        this.limit = limit;
    }

    /** Its part of a set: a stand-in for each of its handlers. */
    List<Offered> offered() {
        return plugin.handlers().stream()
                .<Offered>map(handler -> new SleepingHandler(this, handler))
                .toList();
    }

    boolean handles(String hook) {
        return plugin.handlers().stream().anyMatch(handler -> handler.hook().equals(hook));
    }

    /** What came of it: the revision that goes on in its place, or null if none does. */
    void end(@Nullable Revision next) {
        if (next == null) {
            start().completeExceptionally(new IllegalStateException("nothing took its place"));
        } else {
            start().complete(next);
        }
    }

    /** It was started, or it is known why not. */
    private CompletableFuture<Revision> start() {
        CompletableFuture<Revision> mine = new CompletableFuture<>();
        CompletableFuture<Revision> theirs = waking.compareAndExchange(null, mine);
        return theirs == null ? mine : theirs;
    }

    /**
     * The started plugin.
     *
     * @param hook which is called: the others that handle it will be called too, so they are started together
     * @throws PluginException {@code asleep} if it does not come up, or not in time
     */
    Revision awake(String hook) {
        CompletableFuture<Revision> started = waking.get();
        if (started == null) {
            started = start();
            alarm.accept(hook);
        }
        String id = plugin.descriptor().id().value();
        try {
            return started.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new PluginException(
                    "asleep",
                    "Plugin [" + id + "] could not be started by its first call; see 'plugin:why " + id + "'");
        } catch (TimeoutException e) {
            throw new PluginException(
                    "asleep",
                    "Plugin [" + id + "] is being started by its first call, which takes longer than ["
                            + limit.toMillis() + "] ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("asleep", "The wait for the start of plugin [" + id + "] was interrupted");
        }
    }
}
