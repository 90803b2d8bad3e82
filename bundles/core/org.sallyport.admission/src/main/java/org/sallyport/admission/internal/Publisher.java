package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the set of plugins in service to all consumers, one set after the other, on one thread. Changes that come while a
 * set is given out go into the next one together.
 */
final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "sallyport-publish");
        made.setDaemon(true);
        return made;
    });
    private final CopyOnWriteArrayList<PluginConsumer> consumers = new CopyOnWriteArrayList<>();
    private final List<Change> pending = new ArrayList<>();
    private final SortedMap<String, ServiceSet.Published> published = new TreeMap<>();
    private volatile ServiceSet current = ServiceSet.EMPTY;

    private record Change(String id, ServiceSet.@Nullable Published next, CompletableFuture<Switched> switched) {}

    /**
     * A set that is in use.
     *
     * @param drained completes when no call runs on an earlier set any more; fails if that cannot be known
     */
    record Switched(CompletableFuture<Void> drained) {}

    PluginSet current() {
        return current;
    }

    /**
     * Puts a plugin into service, replaces it or takes it out.
     *
     * @param next its part of the next set; null takes it out
     * @return completes when all consumers use the new set
     */
    CompletableFuture<Switched> publish(String id, ServiceSet.@Nullable Published next) {
        CompletableFuture<Switched> switched = new CompletableFuture<>();
        synchronized (pending) {
            pending.add(new Change(id, next, switched));
        }
        run(this::switchOver, switched);
        return switched;
    }

    /** The same for several plugins that come into service, or are replaced, in one step. */
    CompletableFuture<Switched> publish(Map<String, ServiceSet.Published> next) {
        if (next.isEmpty()) {
            return CompletableFuture.completedFuture(new Switched(CompletableFuture.completedFuture(null)));
        }
        List<Change> changes = next.entrySet().stream()
                .map(entry -> new Change(entry.getKey(), entry.getValue(), new CompletableFuture<>()))
                .toList();
        synchronized (pending) {
            pending.addAll(changes);
        }
        CompletableFuture<Switched> last = changes.get(changes.size() - 1).switched();
        run(this::switchOver, last);
        return last;
    }

    /** Gives a consumer the set in use, then all later ones. */
    void add(PluginConsumer consumer) {
        run(
                () -> {
                    if (consumers.addIfAbsent(consumer)) {
                        switchTo(consumer, current);
                    }
                },
                new CompletableFuture<>());
    }

    void remove(PluginConsumer consumer) {
        consumers.remove(consumer);
    }

    private void run(Runnable task, CompletableFuture<?> failing) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            failing.completeExceptionally(e);
        }
    }

    private void switchOver() {
        List<Change> changes;
        synchronized (pending) {
            changes = List.copyOf(pending);
            pending.clear();
        }
        if (changes.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            if (change.next() == null) {
                published.remove(change.id());
            } else {
                published.put(change.id(), change.next());
            }
        }
        ServiceSet next = ServiceSet.of(current.generation() + 1, published.values());
        current = next;
        CompletableFuture<?>[] drained =
                consumers.stream().map(consumer -> switchTo(consumer, next)).toArray(CompletableFuture[]::new);
        Switched switched = new Switched(CompletableFuture.allOf(drained));
        changes.forEach(change -> change.switched().complete(switched));
    }

    private static CompletableFuture<Void> switchTo(PluginConsumer consumer, ServiceSet next) {
        try {
            CompletionStage<Void> drained = consumer.switchTo(next);
            return drained.toCompletableFuture();
        } catch (Throwable e) { // Whatever it is, the others and those who wait for the switch go on.
            log.error(
                    "Consumer [{}] failed to take over the set [{}] of plugins; what it replaced is not stopped",
                    consumer.getClass().getName(),
                    next.generation(),
                    e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Waits for a stage; whether it completed well in time. */
    static boolean await(CompletableFuture<?> stage, Duration limit) {
        try {
            stage.get(limit.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
